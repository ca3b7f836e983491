/** Compares docs/inputs.md's facts about inputs and outputs with the code. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { common, inputs, type Takes } from '../../script/reference/inputs.js'
import { others, outputs, planOutputs } from '../../script/reference/others.js'
import { declared } from '../../script/reference/page.js'
import { planOutputs as outputsOfPlan } from '../../src/actions/plan/outputs.js'
import { pruneDefaults, readPruneInputs } from '../../src/actions/prune/inputs.js'
import { pruneOutputs } from '../../src/actions/prune/report.js'
import { readCatalog } from '../../src/catalog/catalog.js'
import { readWanted } from '../../src/inputs/config/read.js'
import { inputDefaults } from '../../src/inputs/names.js'
import { readOptions } from '../../src/inputs/options.js'
import { UserErrors } from '../../src/lib/errors.js'
import { outputs as outputsOf } from '../../src/report/outputs.js'
import { imageRecord } from '../../src/report/record.js'
import { result } from './fakes.js'

type Name = keyof typeof inputDefaults
const read = (path: string) => readFileSync(path, 'utf8')

/** Files that the examples name. */
const files: Readonly<Record<string, string>> = {
  '/ws/.github/k8s-image.yml': 'images:\n  - os: debian-13\n',
  '/ws/image/systems.json': '{"debian-13": {"sshUser": "me"}}',
  '/ws/image/vars.json': '{"root_volume_size": 30}',
  '/ws/image/hooks/after-kubernetes.yml': '- name: A task\n  ansible.builtin.command: "true"\n',
  '/ws/image/mirror-keys.txt': `${'A'.repeat(40)}\n`,
}
/** Further inputs that an example needs. */
const company: Partial<Record<Name, Readonly<Record<string, string>>>> = {
  'mirror-trust': { mirror: 'https://mirror.example.com/k8s' },
  'ssh-interface': { vars: 'iam_instance_profile=ssm' },
  'associate-public-ip-address': { 'subnet-id': 'subnet-0123456789abcdef0', 'ssh-interface': 'private_ip' },
}

const catalog = readCatalog('.')
const facts = {
  ...{ catalog, options: readOptions('.'), templateVariables: ['iam_instance_profile', 'root_volume_size'] },
  readFile: (path: string) => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' })
    return text
  },
  readDirectory: () => ['after-kubernetes.yml'],
}

/** Mistakes in an input's value itself. */
async function mistakes(name: Name, value: string): Promise<string[]> {
  const given = Object.entries({ ...company[name], [name]: value })
  const env = Object.fromEntries(given.map(([input, text]) => [`INPUT_${input.toUpperCase()}`, text]))
  const error = await readWanted({ GITHUB_WORKSPACE: '/ws', ...env }, facts).then(
    () => new UserErrors([]),
    (failure: unknown) => failure as UserErrors,
  )
  return error.errors.map(({ message }) => message).filter((message) => message.startsWith(`${name}: `))
}

/** Accepted values, and some rejected ones. */
function values(takes: Takes): { readonly good: readonly string[]; readonly bad: readonly string[] } {
  if (typeof takes === 'string') return { good: [], bad: [] }
  if ('words' in takes) return { good: takes.words, bad: ['none-of-them', takes.words.join()] }
  return { good: [takes.from, takes.to].map(String), bad: [takes.from - 1, takes.to + 1, 1.5].map(String) }
}

describe.each(Object.entries(inputs))('%s', (name, [, page, , takes, example]) => {
  test('takes its example, which is not its default', async () => {
    expect(example).not.toBe(inputDefaults[name as Name])
    expect(await mistakes(name as Name, example)).toEqual([])
  })

  test('accepts exactly the values on the page', async () => {
    const { good, bad } = values(takes)
    for (const value of good) expect([value, await mistakes(name as Name, value)]).toEqual([value, []])
    for (const value of bad) expect([value, await mistakes(name as Name, value)]).toEqual([value, [expect.any(String)]])
  })

  test('is named on the page that explains it', () => {
    const [file = ''] = page.split('#')
    const text = read(join('docs', file || 'inputs.md')).replace(/^\| \[`.*$/gm, (row) => (file === '' ? '' : row))
    expect([page, new RegExp(`(\`|^ *|\\{ |, )${name}(\`|:)`, 'm').test(text)]).toEqual([page, true])
  })
})

test('an input that takes words says so: its description names no others', () => {
  const { inputs: described } = declared(read('action.yml'))
  for (const [name, [, , , takes]] of Object.entries(inputs))
    if (typeof takes === 'object' && 'words' in takes)
      for (const word of takes.words)
        expect([name, described[name]?.description]).toEqual([name, expect.stringContaining(`\`${word}\``)])
})

test('the README shows inputs that there are, and leads to all of them', () => {
  expect(Object.keys(inputs)).toEqual(expect.arrayContaining([...common]))
  expect(read('README.md')).toContain('(docs/inputs.md)')
})

test.each(Object.entries(pruneDefaults))('prune: %s', (name, value) => {
  const [takes, example] = others.prune.inputs[name] ?? (['text', ''] as const)
  const wrong = (text: string) => {
    try {
      readPruneInputs({ [`INPUT_${name.toUpperCase()}`]: text })
      return []
    } catch (error) {
      return (error as UserErrors).errors.map(({ message }) => message)
    }
  }
  expect(example).not.toBe(value)
  expect(wrong(example)).toEqual([])
  const { good, bad } = values(takes)
  for (const each of good) expect([each, wrong(each)]).toEqual([each, []])
  for (const each of bad) expect([each, wrong(each).length]).toEqual([each, 1])
})

test.each(Object.values(others))('$file: what it takes goes with what it declares', ({ file, inputs: facts }) => {
  const declaredInputs: Readonly<Record<string, { type?: string; default?: unknown }>> = declared(read(file)).inputs
  expect(Object.keys(facts).sort()).toEqual(Object.keys(declaredInputs).sort())
  for (const [name, [takes, example]] of Object.entries(facts)) {
    const { type, default: value } = declaredInputs[name] ?? {}
    expect(example).not.toBe(String(value))
    if (type === 'boolean') expect([name, takes]).toEqual([name, { words: ['true', 'false'] }])
    if (type === 'number') expect([name, example]).toEqual([name, expect.stringMatching(/^\d+$/)])
  }
})

describe('outputs', () => {
  const tested = { level: 'node' as const, passed: true, at: '', seconds: 1, reached: {}, checks: [] }
  const place = {
    manifest: '/r/images.json',
    junit: '/r/junit.xml',
    sboms: {},
    region: 'us-east-1',
    reportDirectory: '/r',
  }
  const form = (value: string) => {
    if (value === 'true' || value === 'false') return 'true or false'
    if (/^\d+$/.test(value)) return 'number'
    if (value.startsWith('/')) return 'path'
    return /^[[{]/.test(value) ? 'JSON' : 'text'
  }

  test.each<[string, Readonly<Record<string, readonly string[]>>, Readonly<Record<string, string>>]>([
    ['the action', outputs, outputsOf([result({ test: tested })], place)],
    ['plan', planOutputs, outputsOfPlan([], '# plan')],
    ['prune', others.prune.outputs, pruneOutputs({ amis: [], snapshots: [], leftovers: [], unread: [] } as never)],
  ])('%s: values and examples have the form on the page', (_name, documented, made) => {
    expect(Object.keys(documented).sort()).toEqual(Object.keys(made).sort())
    for (const [name, value] of Object.entries(made)) expect([name, form(value)]).toEqual([name, documented[name]?.[0]])
    for (const [name, [expected, , example = '']] of Object.entries(documented))
      expect([name, form(example)]).toEqual([name, expected])
  })

  test.each(Object.values(others))(
    '$file: the page lists exactly the declared ones',
    ({ file, outputs: documented }) => {
      expect(Object.keys(documented).sort()).toEqual(Object.keys(declared(read(file)).outputs).sort())
    },
  )

  test('the page has every field of a record', () => {
    const [, section = ''] = read('docs/inputs.md').split('### Records\n')
    const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\| (`[^|]*) \|/gm)].map((match) => match[1] ?? '')
    const fields = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map((match) => match[1]))
    expect(fields.sort()).toEqual(Object.keys(imageRecord(result({ test: tested }))).sort())
  })
})
