/** The config file: its contents, the inputs that it sets, and the places of its mistakes. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { configSchema, withInputs } from '../../../../script/derived.js'
import { readCatalog } from '../../../../src/catalog/catalog.js'
import { defaultNames, entryNames } from '../../../../src/inputs/config/document.js'
import { readWanted } from '../../../../src/inputs/config/read.js'
import { jobInputNames } from '../../../../src/inputs/names.js'
import { readOptions } from '../../../../src/inputs/options.js'
import type { UserErrors } from '../../../../src/lib/errors.js'
import type { Inputs, Wanted } from '../../../../src/model/inputs.js'
import type { Plan } from '../../../../src/model/plan.js'
import { jobInputs, planGroups } from '../../../../src/plan/groups.js'
import { image } from '../../fakes.js'

const file = '.github/k8s-image.yml'
const catalog = readCatalog('.')

function read(text: string, inputs: Readonly<Record<string, string>> = {}): Promise<readonly Wanted[]> {
  const given = Object.entries({ config: file, ...inputs }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  return readWanted(
    { GITHUB_WORKSPACE: '/ws', ...Object.fromEntries(given) },
    {
      catalog,
      templateVariables: ['root_volume_size'],
      options: readOptions('.'),
      readDirectory: () => [],
      readFile: (path) => {
        if (path === `/ws/${file}`) return text
        throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
      },
    },
  )
}

/** The mistakes, as `message (hint)` lines. */
async function mistakes(text: string, inputs: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const error = await read(text, inputs).then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toMatchObject({ name: 'UserError' })
  return (error as UserErrors).message.split('\n')
}

const many = `# yaml-language-server: $schema=x
defaults:
  region: eu-central-1
  ami-regions: [eu-central-1, us-west-2]
  tags: {team: platform, cost: 12}
images:
  - kubernetes-version: 1.37
    os: [debian-12, debian-13]
  - name: old
    required: false
    kubernetes-version: "1.36.3"
    ami-regions: eu-central-1
    ansible-extra-vars:
      base_automatic_updates: true
      base_modules_extra: [a, b]
    test: boot
    timeout: 30
`

test('without a config file, the inputs are the one group', async () => {
  const [only, ...rest] = await read('', { config: '', os: 'debian-12', timeout: '60' })
  expect(rest).toEqual([])
  expect(only).toMatchObject({
    name: undefined,
    required: true,
    inputs: { os: ['debian-12'] },
    texts: { os: 'debian-12' },
  })
})

test('entry before defaults before inputs', async () => {
  const [first, second, ...rest] = await read(many, { timeout: '90', region: 'us-east-1', rehearse: 'true' })
  expect(rest).toEqual([])
  expect(first).toMatchObject({
    name: undefined,
    required: true,
    inputs: {
      kubernetesVersions: ['1.37'],
      os: ['debian-12', 'debian-13'],
      region: 'eu-central-1',
      amiRegions: ['eu-central-1', 'us-west-2'],
      tags: { team: 'platform', cost: '12' },
      test: 'node',
      timeout: 90,
      rehearse: 'true',
    },
  })
  expect(second).toMatchObject({
    name: 'old',
    required: false,
    inputs: {
      kubernetesVersions: ['1.36.3'],
      os: ['debian-13'],
      amiRegions: ['eu-central-1'],
      ansibleExtraVars: { base_automatic_updates: true, base_modules_extra: ['a', 'b'] },
      test: 'boot',
      timeout: 30,
    },
  })
})

test('a number keeps its spelling', async () => {
  expect(await mistakes('images:\n  - kubernetes-version: 1.30\n')).toEqual([
    `${file}:2:25: kubernetes-version: Kubernetes 1.30 is not in the catalog (known: 1.35, 1.36, 1.37)`,
  ])
})

test('the texts of a group say the same again', async () => {
  for (const wanted of await read(many, { timeout: '90', 'parallel-builds': '3' })) {
    const again = JSON.stringify({ images: [{}], defaults: wanted.texts })
    expect((await read('', { config: again }))[0]).toMatchObject({ inputs: wanted.inputs, texts: wanted.texts })
  }
})

test("the texts of a group overrule the inputs of a matrix's job, even with defaults", async () => {
  const inputs = { 'share-with-accounts': '123456789012', test: 'boot' }
  const [wanted] = await read('images:\n  - share-with-accounts: []\n    test: node\n', inputs)
  expect(wanted?.texts).toMatchObject({ 'share-with-accounts': '', test: 'node' })
  const again = JSON.stringify({ images: [wanted?.texts] })
  expect((await read('', { ...inputs, config: again }))[0]).toMatchObject({ inputs: wanted?.inputs })
})

test('the text itself, as JSON or YAML of several lines', async () => {
  expect((await read('', { config: '{"images": [{"os": "debian-12"}]}' }))[0]?.inputs.os).toEqual(['debian-12'])
  expect((await read('', { config: 'images:\n- os: debian-12' }))[0]?.inputs.os).toEqual(['debian-12'])
  expect(await mistakes('', { config: '{"images": [{"os": "debain-12"}]}' })).toEqual([
    'config:1:20: os: "debain-12" is not an operating system in the catalog (did you mean "debian-12"?)',
  ])
})

test('anchors and aliases', async () => {
  const text = 'images:\n  - tags: &tags {team: a}\n    os: debian-12\n  - tags: *tags\n'
  expect((await read(text)).map(({ inputs }) => inputs.tags)).toEqual([{ team: 'a' }, { team: 'a' }])
})

test('aliases within a value', async () => {
  const text =
    'images:\n  - ansible-extra-vars: {base_sysctl_extra: &s {vm.max_map_count: 262144}}\n    extra-packages: [&p jq]\n' +
    '  - os: debian-12\n    ansible-extra-vars: {base_sysctl_extra: *s}\n    extra-packages: [*p, tree]\n'
  const sysctl = { base_sysctl_extra: { 'vm.max_map_count': 262144 } }
  expect((await read(text)).map(({ inputs }) => inputs.ansibleExtraVars)).toEqual([
    { ...sysctl, kubernetes_packages_extra: ['jq'] },
    { ...sysctl, kubernetes_packages_extra: ['jq', 'tree'] },
  ])
})

test.each(['""', '[]', '{}', '', 'null'])(
  'an empty value of an entry replaces that of the defaults: %s',
  async (value) => {
    const text = `defaults:\n  tags: {team: a}\n  share-with-accounts: ["123456789012"]\nimages:\n  - share-with-accounts: ${value}\n  - os: debian-12\n`
    expect((await read(text)).map(({ inputs }) => inputs.publish.accounts)).toEqual([[], ['123456789012']])
  },
)

test.each<[string, string, string[]]>([
  ['nothing', '', [`${file}:1:1: the config file is not a map (write \`name: value\` lines; known: defaults, images)`]],
  [
    'no images',
    'defaults: {}',
    [`${file}:1:1: images is not a list of images (write \`images:\` with entries such as \`- os: debian-13\`)`],
  ],
  [
    'no image',
    'images: []',
    [`${file}:1:9: images is not a list of images (write \`images:\` with entries such as \`- os: debian-13\`)`],
  ],
  [
    'a misspelt name',
    'images:\n  - os: debian-13\n    kubernetes-versoin: 1.37\n',
    [`${file}:3:5: "kubernetes-versoin" is not a setting of an image (did you mean "kubernetes-version"?)`],
  ],
  [
    'a misspelt list',
    'image:\n  - os: debian-13\n',
    [`${file}:1:1: "image" is not a setting of the config file (did you mean "images"?)`],
  ],
  [
    'a setting of the job',
    'images:\n  - mirror: http://m.example\n',
    [`${file}:2:5: "mirror" applies to the whole job, not to one image (move it to \`defaults\`)`],
  ],
  [
    'a config file in a config file',
    'defaults:\n  config: x\nimages:\n  - os: debian-13\n',
    [`${file}:2:3: "config" is not a setting of defaults (known: ${defaultNames.join(', ')})`],
  ],
  [
    'broken YAML',
    'images:\n  - os: [debian-13\n',
    [
      expect.stringMatching(
        /^\.github\/k8s-image\.yml:3:1: not valid YAML: .* \(correct that line, or the one before it\)$/,
      ) as unknown as string,
    ],
  ],
  [
    'a name given twice',
    'images:\n  - os: debian-13\n    os: debian-12\n',
    [`${file}:3:5: not valid YAML: Map keys must be unique (correct that line, or the one before it)`],
  ],
  [
    'a map in a list',
    'images:\n  - os: [{a: b}]\n',
    [`${file}:2:9: os: the value has an unsupported form (write a word, a list of words, or a map of words)`],
  ],
  [
    'a line break in a tag',
    'images:\n  - tags:\n      a: "b\\nc=d"\n',
    [`${file}:3:7: tags: the value has an unsupported form (write a word, a list of words, or a map of words)`],
  ],
  [
    'a bad name',
    'images:\n  - name: My Image\n',
    [`${file}:2:11: name: "My Image" is not a name (use at most 31 lower-case letters, digits and hyphens)`],
  ],
  [
    'a bad word for required',
    'images:\n  - required: maybe\n',
    [`${file}:2:15: required: "maybe" is not true or false (write true or false)`],
  ],
  [
    'values, each at its place',
    'images:\n  - os: debain-13\n    region: us east 1\n  - arch: [amd64, amd46]\n',
    [
      `${file}:2:9: os: "debain-13" is not an operating system in the catalog (did you mean "debian-13"?)`,
      `${file}:3:13: region: "us east 1" is not an AWS region (write it like us-east-1)`,
      `${file}:4:11: arch: "amd46" is not an architecture (did you mean "amd64"?)`,
    ],
  ],
  [
    'names and values at once, in the order of the file',
    'defaults:\n  tagz: {team: a}\nimages:\n  - os: debain-13\n    required: maybe\n    arhc: amd64\n  - os: debian-13\n    mirror: x\n    test: bot\n',
    [
      `${file}:2:3: "tagz" is not a setting of defaults (did you mean "tags"?)`,
      `${file}:4:9: os: "debain-13" is not an operating system in the catalog (did you mean "debian-13"?)`,
      `${file}:5:15: required: "maybe" is not true or false (write true or false)`,
      `${file}:6:5: "arhc" is not a setting of an image (did you mean "arch"?)`,
      `${file}:8:5: "mirror" applies to the whole job, not to one image (move it to \`defaults\`)`,
      expect.stringMatching(
        /^\.github\/k8s-image\.yml:9:11: test: "bot" is not .*did you mean "boot"/,
      ) as unknown as string,
    ],
  ],
  [
    'a line with three errors of the parser is reported once',
    'images:\n  - os: debian-13\n - os: debian-12\n',
    [expect.stringMatching(/^\.github\/k8s-image\.yml:3:\d: not valid YAML: /) as unknown as string],
  ],
  [
    'a wrong default is reported once',
    'defaults: {test: all}\nimages: [{os: debian-12}, {os: debian-13}]\n',
    [expect.stringMatching(/^\.github\/k8s-image\.yml:1:18: test: "all" is not /) as unknown as string],
  ],
])('%s', async (_, text, expected) => {
  expect(await mistakes(text)).toEqual(expected)
})

test('a mistake is annotated at its line', async () => {
  const error = await read('images:\n  - os: debain-13\n').catch((failure: UserErrors) => failure)
  expect((error as UserErrors).errors.map(({ place }) => place)).toEqual([{ file, line: 2 }])
})

test('a mistake in an input is reported for the input', async () => {
  expect(await mistakes('images: [{os: debian-12}, {os: debian-13}]', { timeout: 'soon' })).toEqual([
    'timeout: "soon" is not a whole number from 1 to 1440 (write one, such as 1)',
  ])
})

test('a file that is not there', async () => {
  expect(await mistakes('', { config: 'k8s.yml' })).toEqual([
    'config: k8s.yml does not exist (write its path from the workspace, and check that the job has a checkout step)',
  ])
})

describe('groups', () => {
  const wanted = (changes: Partial<Inputs>, name?: string): Wanted => ({
    name,
    required: true,
    texts: {},
    inputs: { os: ['debian-13'], arch: ['amd64'], test: 'none', ...changes } as Inputs,
  })
  const plan = (...images: ReturnType<typeof image>[]): Plan => ({
    runId: 'r',
    region: 'us-east-1',
    copyRegions: [],
    images,
  })
  const made = (os: string, version: string) => {
    const base = image(`${os}-amd64`)
    return {
      ...base,
      os,
      amiName: `k8s-${os}-${version}`,
      node: { ...base.node, kubernetesVersion: version, kubernetesDeb: `${version}-1.1` },
    }
  }
  const keys = async (groups: readonly Wanted[], plans: readonly Plan[]) => {
    let at = 0
    const planned = await planGroups(groups, async () => plans[at++] as Plan)
    return planned.map((each) => each.plan.images.map(({ key }) => key))
  }

  test('one group keeps its keys', async () => {
    expect(await keys([wanted({})], [plan(made('debian-13', '1.37.2'))])).toEqual([['debian-13-amd64']])
  })

  test('the version is in the keys when there are two, and the name in front', async () => {
    expect(
      await keys(
        [wanted({}), wanted({}, 'old')],
        [plan(made('debian-13', '1.37.2')), plan(made('debian-13', '1.36.3'))],
      ),
    ).toEqual([['debian-13-amd64-1.37.2'], ['old-debian-13-amd64-1.36.3']])
    expect(
      await keys([wanted({}), wanted({})], [plan(made('debian-13', '1.37.2')), plan(made('debian-12', '1.37.2'))]),
    ).toEqual([['debian-13-amd64'], ['debian-12-amd64']])
  })

  test('one image twice', async () => {
    const two = [plan(made('debian-13', '1.37.2')), plan(made('debian-13', '1.37.2'))]
    await expect(keys([wanted({}), wanted({})], two)).rejects.toThrow(
      'the config file asks for debian-13-amd64 more than once',
    )
    await expect(keys([wanted({}), wanted({}, 'b')], two)).rejects.toThrow(
      'the config file would give two images the AMI name k8s-debian-13-1.37.2',
    )
  })

  test('the name counts for the digest, so that entries with the same content do not share an AMI', async () => {
    const digests = async (name?: string, digest = 'sha256:0') => {
      const [planned] = await planGroups([wanted({}, name)], async () => plan({ ...image(), digest }))
      return planned?.plan.images.map((each) => each.digest)
    }
    const all = [await digests(), await digests('a'), await digests('b')]
    expect(all[0]).toEqual(['sha256:0'])
    expect(all[1]).toEqual([expect.stringMatching(/^sha256:[0-9a-f]{64}$/)])
    expect(new Set(all.flat()).size).toBe(3)
    expect(await digests('a')).toEqual(all[1])
    expect(await digests('a', 'sha256:1')).not.toEqual(all[1])
    // Without an account it stays unknown.
    expect(await digests('a', '')).toEqual([''])
  })

  test('what a job prepares is what any of its groups needs', () => {
    const all = [wanted({ parallelBuilds: 3 }), wanted({ os: ['debian-12'], arch: ['arm64', 'amd64'], test: 'node' })]
    expect(jobInputs(all)).toMatchObject({
      os: ['debian-13', 'debian-12'],
      arch: ['amd64', 'arm64'],
      test: 'node',
      parallelBuilds: 3,
    })
  })
})

describe('the schema', () => {
  const text = readFileSync('config.schema.json', 'utf8')
  const actionYml = readFileSync('action.yml', 'utf8')
  const check = (document: unknown): string[] => {
    const program =
      'import json, sys\nfrom jsonschema import Draft202012Validator as V\ns, d = json.load(sys.stdin)\nV.check_schema(s)\nprint(json.dumps([e.json_path for e in V(s).iter_errors(d)]))'
    const done = spawnSync('python3', ['-c', program], {
      encoding: 'utf8',
      input: JSON.stringify([JSON.parse(text), document]),
    })
    if (done.status !== 0) throw new Error(done.stderr)
    return JSON.parse(done.stdout)
  }

  test('is that of action.yml and the catalogue (npm run docs)', () => {
    const catalogue = (name: string) => readFileSync(`catalog/${name}.json`, 'utf8')
    expect(text).toBe(configSchema(actionYml, catalogue('operating-systems'), catalogue('kubernetes')))
  })

  test('knows the names that the action knows', () => {
    const { properties } = JSON.parse(text)
    expect(Object.keys(properties.defaults.properties).sort()).toEqual([...defaultNames].sort())
    expect(Object.keys(properties.images.items.properties).sort()).toEqual([...entryNames].sort())
    expect(defaultNames).toEqual(expect.arrayContaining([...jobInputNames]))
  })

  test('takes what the action takes, and refuses an unknown name', () => {
    expect(check(parse(many))).toEqual([])
    expect(check({ images: [{ os: 'debian-13', kubernetes: 1 }] })).toEqual(['$.images[0]'])
    expect(check({ images: [] })).toEqual(['$.images'])
    expect(check({ images: [{ mirror: 'http://m.example' }] })).toEqual(['$.images[0]'])
  })
})

test('plan/action.yml has the inputs of action.yml (npm run docs)', () => {
  const planYml = readFileSync('plan/action.yml', 'utf8')
  expect(planYml).toBe(withInputs(planYml, readFileSync('action.yml', 'utf8')))
  expect(parse(planYml).inputs).toEqual(parse(readFileSync('action.yml', 'utf8')).inputs)
})

test.each([
  ['true', 'false', 'true'],
  ['keep', 'false', 'keep'],
  ['true', 'keep', 'true'],
  ['false', 'true', 'true'],
  ['False', 'true', 'true'],
  ['', 'true', 'true'],
  ['false', 'false', 'false'],
])('a rehearsal that the workflow or the file asks for is one: %j and %j', async (input, inFile, rehearse) => {
  const [first] = await read(`defaults: { rehearse: ${inFile} }\nimages: [{ os: debian-13 }]\n`, { rehearse: input })
  expect(first?.inputs.rehearse).toBe(rehearse)
  // A plan passes the same value to a build job.
  expect(first?.texts.rehearse ?? 'false').toBe(rehearse)
})
