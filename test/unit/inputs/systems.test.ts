import { minorWarning, readCatalog, testedWarning } from '../../../src/catalog/catalog.js'
import { checkAgent } from '../../../src/inputs/agent.js'
import { mergeCatalog } from '../../../src/inputs/catalog.js'
import { checkFlatcar } from '../../../src/inputs/flatcar.js'
import { chooseSystems } from '../../../src/inputs/systems.js'
import { checkShape, type Schema } from '../../../src/lib/schema.js'
import type { Arch, OperatingSystem } from '../../../src/model/system.js'

const catalog = readCatalog('.')
const systems = catalog.operatingSystems
const every = Object.values(systems)
const keysOf = (choose: (system: (typeof every)[number]) => boolean) => every.filter(choose).map(({ key }) => key)

/** Chosen systems, and reported mistakes. */
function choose(...words: string[]) {
  const messages: string[] = []
  return { os: chooseSystems(words, systems, (message, hint) => messages.push(`${message} (${hint})`)), messages }
}

test.each<[string[], string[]]>([
  [['debian-13'], ['debian-13']],
  [
    ['debian-13', 'debian-12', 'debian-13'],
    ['debian-13', 'debian-12'],
  ],
  [['ubuntu'], ['ubuntu-22.04', 'ubuntu-24.04', 'ubuntu-26.04']],
  [['ubuntu-2?.04'], ['ubuntu-22.04', 'ubuntu-24.04', 'ubuntu-26.04']],
  [
    ['ubuntu-24.04', 'ubuntu-*'],
    ['ubuntu-24.04', 'ubuntu-22.04', 'ubuntu-26.04'],
  ],
  [['debian-*'], ['debian-12', 'debian-13']],
  [['flatcar'], ['flatcar-stable']],
  [['debian-family'], keysOf(({ family }) => family === 'debian')],
  [['all'], keysOf(() => true)],
])('%j', (words, os) => {
  expect(choose(...words)).toEqual({ os, messages: [] })
})

test.each<[string, RegExp]>([
  ['ubuntu-24.4', /^"ubuntu-24\.4" is not an operating system in the catalog \(did you mean "ubuntu-24\.04"\?\)$/],
  ['debain', /did you mean "debian"\?/],
  ['suse-*', /^"suse-\*" is not an operating system in the catalog \(known: amazon-linux-2023, /],
  ['__proto__', /^"__proto__" is not an operating system/],
])('%s is refused', (word, line) => {
  const { os, messages } = choose(word)
  expect(os).toEqual([])
  expect(messages).toEqual([expect.stringMatching(line)])
})

test.each<[string, Record<string, unknown>, string[]]>([
  ['nothing of it', { base_journal_limit: '1G', base_hardening: 'none', kubernetes_packages_extra: [] }, []],
  [
    'packages',
    { kubernetes_packages_extra: ['jq', 'tcpdump'] },
    ['extra-packages: flatcar-stable has no package manager, so it cannot install jq, tcpdump'],
  ],
  [
    'hardening and a kernel',
    { base_hardening: 'cis', base_kernel_upgrade: true },
    [
      'ansible-extra-vars: base_hardening: flatcar-stable does not support cis',
      'ansible-extra-vars: flatcar-stable does not support base_kernel_upgrade, since its kernel comes with /usr',
    ],
  ],
  [
    'Cluster API',
    { base_cluster_api: 'aws' },
    [
      'cluster-api: it is for cloud-init, but Cluster API bootstraps flatcar-stable with Ignition, which does not need it',
    ],
  ],
  ['empty options', { base_gpu: 'none', base_ssm_agent: {} }, []],
  [
    'packages of options',
    { base_gpu: 'nvidia', base_ssm_agent: { url: 'https://agents.example/agent.deb', sha256: '0'.repeat(64) } },
    [
      'ansible-extra-vars: base_gpu: flatcar-stable does not support nvidia',
      'ansible-extra-vars: base_ssm_agent is a package, and flatcar-stable has no package manager',
    ],
  ],
])('options that Flatcar does not support are rejected before any call: %s', (_, variables, lines) => {
  const refused = (os: string[]) => {
    const messages: string[] = []
    checkFlatcar(os, systems, variables, (input) => (message) => messages.push(`${input}: ${message}`))
    return messages
  }
  expect(refused(['debian-13', 'flatcar-stable'])).toEqual(lines)
  expect(refused(['debian-13', 'rocky-10'])).toEqual([])
})

const deb = { url: 'https://agents.example/debian_amd64/agent.deb', sha256: '0'.repeat(64) }
const rpm = { url: 'https://agents.example/linux_amd64/agent.rpm', sha256: '0'.repeat(64) }
test.each<[what: string, agent: unknown, os: string[], arch: Arch[], lines: string[]]>([
  ['nothing', undefined, ['ubuntu-24.04'], ['amd64', 'arm64'], []],
  ['an empty map', {}, ['ubuntu-24.04'], ['amd64', 'arm64'], []],
  ['a deb', deb, ['debian-12', 'debian-13'], ['amd64'], []],
  ['an rpm', rpm, ['rocky-9', 'amazon-linux-2023'], ['arm64'], []],
  [
    'a deb on other families',
    deb,
    ['debian-13', 'rocky-9', 'rhel-10'],
    ['amd64'],
    ['base_ssm_agent: rocky-9, rhel-10 cannot install agent.deb (name a .rpm package)'],
  ],
  [
    'an rpm on Debian',
    rpm,
    ['debian-13'],
    ['amd64'],
    ['base_ssm_agent: debian-13 cannot install agent.rpm (name a .deb package)'],
  ],
  [
    'a deb on Ubuntu',
    deb,
    ['debian-13', 'ubuntu-24.04'],
    ['amd64'],
    [
      'base_ssm_agent: AMIs of ubuntu-24.04 have the agent as a snap, which refuses the package (remove it there: a config file can set it per image)',
    ],
  ],
  ["a deb on an Ubuntu of the user's own", deb, ['platform-1'], ['amd64'], []],
  [
    'an rpm on it',
    rpm,
    ['platform-1'],
    ['amd64'],
    ['base_ssm_agent: platform-1 cannot install agent.rpm (name a .deb package)'],
  ],
  [
    'several architectures',
    deb,
    ['debian-13'],
    ['amd64', 'arm64'],
    [
      'base_ssm_agent: one package does not fit amd64 and arm64 (write an entry for each architecture into a config file)',
    ],
  ],
  ['what checkFlatcar reports', deb, ['flatcar-stable'], ['amd64'], []],
  ['a map without an address', { sha256: 'x' }, ['debian-13'], ['amd64'], []],
])('the agent for Systems Manager: %s', (_, agent, os, arch, lines) => {
  const own = { ...systems, 'platform-1': { ...systems['ubuntu-24.04'], key: 'platform-1' } as OperatingSystem }
  const messages: string[] = []
  checkAgent(agent, { os, arch }, own, Object.keys(systems), (message, hint) => messages.push(`${message} (${hint})`))
  expect(messages).toEqual(lines)
})

describe("the user's own catalogue", () => {
  const own = {
    family: 'debian',
    owner: 'self',
    arch: { amd64: { nameFilter: 'base-*', instanceType: 'm7i.large' } },
    sshUser: 'admin',
  }
  function merge(content: string) {
    const messages: string[] = []
    const report = (message: string, hint: string) => messages.push(`${message} (${hint})`)
    return { merged: mergeCatalog(content, systems, catalog.schema('operating-systems'), report), messages }
  }

  test('adds a system', () => {
    const { merged, messages } = merge(JSON.stringify({ 'platform-1': own }))
    expect(messages).toEqual([])
    expect(merged['platform-1']).toEqual({ ...own, key: 'platform-1', name: 'platform-1' })
    expect(Object.keys(merged)).toEqual([...Object.keys(systems), 'platform-1'])
  })

  test.each([{ sourceAmi: 'ami-0123456789abcdef0' }, { ssmParameter: '/golden/x' }])(
    'names a base AMI by %j, of a system whose key is one word',
    (base) => {
      const { merged, messages } = merge(
        JSON.stringify({ al2023: { ...own, arch: { amd64: { ...base, instanceType: 'm7i.large' } } } }),
      )
      expect(messages).toEqual([])
      expect(merged.al2023?.arch.amd64).toMatchObject(base)
    },
  )

  test('changes one of ours, which then counts as untested', () => {
    const { merged, messages } = merge(
      '{"ubuntu-24.04": {"owner": "self", "arch": {"amd64": {"nameFilter": "golden-*"}}}}',
    )
    expect(messages).toEqual([])
    expect(merged['ubuntu-24.04']).toMatchObject({
      owner: 'self',
      sshUser: 'ubuntu',
      name: systems['ubuntu-24.04']?.name,
    })
    expect(merged['ubuntu-24.04']?.arch.amd64).toEqual({ nameFilter: 'golden-*', instanceType: 't3.medium' })
    const image = { key: 'x', os: 'ubuntu-24.04', arch: 'amd64' as const }
    expect(testedWarning(image, merged)).toBeUndefined()
    expect(testedWarning(image, systems)).toMatch(
      /^x: the authors of this action built Ubuntu 24\.04 .* for amd64 on a stand-in only/,
    )
  })

  test('an owner of the user’s own counts in every partition; another change leaves the publishers that are known', () => {
    const owners = (content: string) => merge(content).merged['ubuntu-24.04']?.ownerElsewhere
    const known = { 'aws-cn': '837727238323', 'aws-us-gov': '513442679011' }
    expect(owners('{"ubuntu-24.04": {"sshUser": "me"}}')).toEqual(known)
    expect(owners('{"ubuntu-24.04": {"owner": "self"}}')).toBeUndefined()
    expect(owners('{"ubuntu-24.04": {"ownerElsewhere": {"aws-cn": "111122223333"}}}')).toEqual({
      ...known,
      'aws-cn': '111122223333',
    })
    expect(merge('{"ubuntu-24.04": {"ownerElsewhere": {"aws-gov": "1"}}}').messages).toEqual([
      expect.stringContaining('unknown "aws-gov"'),
    ])
  })

  test.each<[string, string]>([
    ['{', 'is not JSON: '],
    ['[]', 'is not a map of operating systems (write {'],
    ['{"x-1": 1}', 'x-1 is integer, not object ('],
    ['{"X": {}}', '"X" does not look like a name for the file ('],
    [JSON.stringify({ 'x-1': { ...own, sshuser: 'me' } }), 'x-1 has an unknown "sshuser" (did you mean "sshUser"?)'],
    [JSON.stringify({ 'x-1': { ...own, family: 'debain' } }), 'x-1.family is "debain" (did you mean "debian"?)'],
    [JSON.stringify({ 'x-1': { ...own, owner: 'me' } }), 'x-1.owner is "me", which has the wrong form (AWS account'],
    [JSON.stringify({ 'x-1': { ...own, arch: {} } }), 'x-1.arch is empty ('],
    [
      JSON.stringify({ 'x-1': { ...own, arch: { arm46: {} } } }),
      'x-1.arch has an unknown "arm46" (did you mean "arm64"?)',
    ],
    [
      JSON.stringify({ 'x-1': { ...own, arch: { amd64: { nameFilter: '', instanceType: 'm7i.large' } } } }),
      'x-1.arch.amd64.nameFilter is empty (',
    ],
    [
      JSON.stringify({ 'x-1': { ...own, arch: { amd64: { instanceType: 'm7i.large' } } } }),
      'x-1.arch.amd64 has no nameFilter (write one of nameFilter, sourceAmi, ssmParameter)',
    ],
    [
      JSON.stringify({ 'debian-13': { arch: { amd64: { sourceAmi: 'debian' } } } }),
      'debian-13.arch.amd64.sourceAmi is "debian", which has the wrong form (',
    ],
    [JSON.stringify({ 'x-1': { ...own, sshUser: undefined } }), 'x-1 has no sshUser (Login user'],
    [JSON.stringify({ 'x-1': { ...own, rootDevice: 'xvda' } }), 'x-1.rootDevice is "xvda", which has the wrong form ('],
    [
      JSON.stringify({ 'debian-13': { arch: { amd64: { bootmode: 'uefi' } } } }),
      'debian-13.arch.amd64 has an unknown "bootmode" (did you mean "bootMode"?)',
    ],
  ])('refuses %s', (content, line) => {
    expect(merge(content).messages).toEqual([expect.stringContaining(line)])
  })
})

test('a shape: lists, constants and numbers', () => {
  const schema: Schema = {
    type: 'object',
    required: ['format'],
    properties: { format: { const: 1 }, names: { type: 'array', minItems: 1, items: { type: 'string' } } },
    additionalProperties: false,
  }
  const mistakes = (value: unknown) => {
    const lines: string[] = []
    checkShape(value, schema, (message) => lines.push(message))
    return lines
  }
  expect(mistakes({ format: 1, names: ['a'] })).toEqual([])
  expect(mistakes({ format: 2, names: ['a', 3] })).toEqual(['format is 2, not 1', 'names[1] is integer, not string'])
  expect(mistakes({ names: [] })).toEqual(['the file has no format', 'names is empty'])
  expect(mistakes(null)).toEqual(['the file is null, not object'])
})

test.each([
  ['never', /^Kubernetes 1\.36: the authors of this action have never built an image of it/],
  ['cluster', undefined],
] as const)('a minor that was tested up to %s', (tested, pattern) => {
  const kubernetes = readCatalog('.').kubernetes
  const warning = minorWarning('1.36', { '1.36': { ...(kubernetes['1.36'] as (typeof kubernetes)[string]), tested } })
  if (pattern === undefined) expect(warning).toBeUndefined()
  else expect(warning).toMatch(pattern)
})
