/** The targets of documents exist: files, scripts, and inputs in tables. */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { readCatalog } from '../../src/catalog/catalog.js'
import { readWanted } from '../../src/inputs/config/read.js'
import { readOptions } from '../../src/inputs/options.js'
import { readTemplateVariables } from '../../src/inputs/template-variables.js'
import { ERROR_CODES } from '../../src/model/error-code.js'

const documents = ['*.md', 'docs/*.md', 'docs/internals/*.md', 'rehearsal/*.md', 'mirror/*.md']
  .flatMap((pattern) => globSync(pattern))
  .sort()
const read = (name: string) => readFileSync(name, 'utf8')

test('there are documents', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'docs/getting-started.md']))
})

test('the README has at most 1,200 words, and all pages for users 14,000', () => {
  const count = (name: string) =>
    read(name)
      .split(/\s+/)
      .filter((word) => word !== '').length
  const pages = ['README.md', ...globSync('docs/**/*.md').filter((name) => !name.startsWith('docs/internals/'))]
  expect(count('README.md')).toBeLessThanOrEqual(1200)
  expect(pages.reduce((sum, name) => sum + count(name), 0)).toBeLessThanOrEqual(14_000)
})

/** GitHub's anchors for the headings of a document. */
function anchors(name: string): string[] {
  const text = read(name).replace(/^```[\s\S]*?^```/gm, '')
  return [...text.matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  )
}

test.each(documents)('%s: every relative link leads to a file, and to a heading of it', (name) => {
  const links = [...read(name).matchAll(/\]\(([^)\s#]*)(?:#([^)\s]*))?\)/g)].filter(
    ([, path = '']) => !/^[a-z]+:/.test(path),
  )
  const broken = links.filter(([, path = '', anchor]) => {
    const file = path === '' ? name : join(dirname(name), path)
    return !existsSync(file) || (anchor !== undefined && !anchors(file).includes(anchor))
  })
  expect(broken.map(([link]) => link)).toEqual([])
})

interface Step {
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}

/** Every object with `uses` in a workflow, or in a part of one. */
const stepsIn = (value: unknown): Step[] =>
  typeof value !== 'object' || value === null
    ? []
    : [...('uses' in value ? [value as Step] : []), ...Object.values(value).flatMap(stepsIn)]

/** Blocks of YAML, without their indentation in the document. */
const blocks = documents.flatMap((name) =>
  [...read(name).matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)].map(([, , text = '']) => {
    const indent = Math.min(...text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.search(/\S/)])))
    return { name, text: text.replaceAll(new RegExp(`^ {${indent}}`, 'gm'), '') }
  }),
)
const shown = blocks.flatMap(({ name, text }) => stepsIn(parse(text)).map((step) => ({ name, text, step })))

test('steps that documents show name this action as it is named, with inputs and outputs that there are', () => {
  const ours = shown.filter(({ step }) => step.uses?.includes('k8s-image-action'))
  expect(ours.length).toBeGreaterThan(5)
  for (const { name, text, step } of ours) {
    const [, path] = /^org\/k8s-image-action(\/\w+)?@v1$/.exec(step.uses ?? '') ?? [undefined, 'unknown']
    expect([name, step.uses, path === 'unknown']).toEqual([name, step.uses, false])
    const { inputs, outputs } = parse(read(`.${path ?? ''}/action.yml`))
    expect([name, Object.keys(inputs)]).toEqual([name, expect.arrayContaining(Object.keys(step.with ?? {}))])
    const { id } = step as { id?: string }
    const used = [...text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g'))].map((match) => match[1])
    expect([name, Object.keys(outputs)]).toEqual([name, expect.arrayContaining(used)])
  }
})

/** What the code says to these inputs, which may name files of a user. */
async function mistakesOf(inputs: Readonly<Record<string, unknown>>): Promise<string[]> {
  const given = Object.entries({ ...inputs, lock: 'off' }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    String(value),
  ])
  const files = { catalog: readCatalog('.'), options: readOptions('.'), templateVariables: readTemplateVariables('.') }
  try {
    await readWanted(Object.fromEntries([['GITHUB_WORKSPACE', '/ws'], ...given]), {
      ...files,
      readFile: (path) => (path.endsWith('.txt') ? `${'0123456789ABCDEF'.repeat(3).slice(0, 40)}\n` : '{}'),
      readDirectory: () => ['before-packages.yml'],
    })
    return []
  } catch (error) {
    return (error as Error).message.split('\n')
  }
}

test('values of inputs and config files that documents show are valid', async () => {
  const isPlain = ({ with: given = {} }: Step) =>
    !('config' in given) &&
    !('catalog' in given) &&
    !Object.values(given).some((value) => String(value).includes('${{'))
  const steps = shown.filter(({ step }) => /action(\/plan)?@v1$/.test(step.uses ?? '') && isPlain(step))
  const configs = blocks.filter(({ text }) => /^images:/m.test(text) && !text.includes('kind:'))
  expect([steps.length > 5, configs.length > 0]).toEqual([true, true])
  for (const { name, step } of steps) expect([name, await mistakesOf(step.with ?? {})]).toEqual([name, []])
  for (const { name, text } of configs) expect([name, await mistakesOf({ config: text })]).toEqual([name, []])
})

test('actionlint has nothing to say of the workflows and steps that documents show', () => {
  const indent = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, ' '.repeat(by))
  const workflows = blocks.flatMap(({ name, text }) => {
    const content: unknown = parse(text)
    if (Array.isArray(content) && stepsIn(content).length > 0)
      return [{ name, text: `on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n${indent(text, 6)}` }]
    if (typeof content !== 'object' || content === null || !('jobs' in content)) return []
    return [{ name, text: 'on' in content ? text : `on: push\n${text}` }]
  })
  expect(workflows.length).toBeGreaterThan(6)
  for (const { name, text } of workflows) {
    const { stdout, stderr, status } = spawnSync('actionlint', ['-'], { input: text, encoding: 'utf8' })
    expect([name, stdout + stderr, status]).toEqual([name, '', 0])
  }
})

test('actions of others have the major version in documents that they have in the examples', () => {
  const pins = globSync(['docs/examples/*.yml', '.github/workflows/images.yml']).flatMap((file) =>
    [...read(file).matchAll(/uses: ([\w.-]+\/[\w.-]+)@[0-9a-f]{40} # (v\d+)/g)].map(
      (match) => `${match[1]}@${match[2]}`,
    ),
  )
  const named = shown.map(({ name, step }) => [name, step.uses ?? '']).filter(([, uses]) => !uses?.startsWith('org/'))
  expect(named.length).toBeGreaterThan(2)
  expect(named.filter(([, uses = '']) => !pins.includes(uses))).toEqual([])
})

test('inputs.md has every input and output of the workflow and of the release step', () => {
  const rows = (heading: string) => {
    const [, section = ''] = read('docs/inputs.md').split(`## ${heading}\n`)
    return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| \[?`([\w-]+)`/gm)].map((match) => match[1])
  }
  const { inputs, outputs } = parse(read('.github/workflows/images.yml')).on.workflow_call
  expect(rows('The reusable workflow')).toEqual([...Object.keys(inputs), ...Object.keys(outputs)])
  const step = parse(read('release/action.yml'))
  expect(rows('The release step')).toEqual([...Object.keys(step.inputs), ...Object.keys(step.outputs)])
})

test.each(documents)('%s: every script and npm script that it runs is there', (name) => {
  const blocks = [...read(name).matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? '').join('\n')
  const scripts = [...blocks.matchAll(/^\s*(script\/[\w-]+)/gm)].map((match) => match[1] ?? '')
  expect(scripts.filter((script) => !existsSync(script))).toEqual([])
  const known = Object.keys(JSON.parse(read('package.json')).scripts)
  const npm = [...blocks.matchAll(/^\s*npm run ([\w:-]+)/gm)].map((match) => match[1] ?? '')
  expect(known).toEqual(expect.arrayContaining(npm))
})

test('getting-started.md has five steps, and the file that it says to copy', () => {
  const text = read('docs/getting-started.md')
  expect([...text.matchAll(/^(\d)\. /gm)].map((match) => match[1])).toEqual(['1', '2', '3', '4', '5'])
  const [policy] = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => match[1] ?? '')
  expect(JSON.parse(policy ?? '')).toMatchObject({ Statement: [{ Action: 'sts:AssumeRoleWithWebIdentity' }] })
})

test('comparison.md names inputs, outputs and variables that there are', () => {
  const { inputs, outputs } = parse(read('action.yml'))
  const variables = globSync('packer/image/*.pkr.hcl').flatMap((file) =>
    [...read(file).matchAll(/^variable "(\w+)"/gm)].map((match) => match[1] ?? ''),
  )
  const cells = read('docs/comparison.md')
    .split('\n')
    .flatMap((line) => (/^\|.*\|$/.test(line) ? [line.split('|').at(-2) ?? ''] : []))
  const named = cells.flatMap((cell) =>
    [...cell.matchAll(/`([a-z]+(?:-[a-z]+)*)(?::[^`]*)?`/g)].map((match) => match[1] ?? ''),
  )
  expect(named.length).toBeGreaterThan(10)
  expect(Object.keys({ ...inputs, ...outputs })).toEqual(expect.arrayContaining(named))
  const options = cells.flatMap((cell) => [...cell.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map((match) => match[1] ?? ''))
  expect(options.length).toBeGreaterThan(0)
  expect(Object.keys(JSON.parse(read('ansible/options.json')))).toEqual(expect.arrayContaining(options))
  const set = cells.flatMap((cell) => [...cell.matchAll(/([a-z]+(?:_[a-z]+)+)=/g)].map((match) => match[1] ?? ''))
  expect(set.length).toBeGreaterThan(3)
  expect(variables).toEqual(expect.arrayContaining(set))
})

test('the page for trouble has a row for each code of a failure, and no other', () => {
  const rows = [...read('docs/troubleshooting.md').matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code ?? '')
  expect(rows.toSorted()).toEqual([...ERROR_CODES])
})
