/** The tables of docs/inputs.md: the actions' own files, with the facts in inputs.ts and others.ts. */
import { parse } from 'yaml'
import { inputs, type Takes, topics } from './inputs.ts'
import { type OtherRow, type OutputRow, others, outputs, planOutputs } from './others.ts'

interface Entry {
  readonly description: string
  readonly default?: string | number | boolean
  readonly required?: boolean
}
interface Declared {
  readonly inputs: Readonly<Record<string, Entry>>
  readonly outputs: Readonly<Record<string, Entry>>
}

/** Declarations in the file of an action or a reusable workflow. */
export function declared(yml: string): Declared {
  const content = parse(yml)
  return content.on?.workflow_call ?? content
}

/**
 * @param read the text of a file of the repository
 * @returns lines of each table by its marker in docs/inputs.md
 */
export function referenceTables(read: (path: string) => string): Readonly<Record<string, readonly string[]>> {
  const main = declared(read('action.yml'))
  const about = (name: string) => row(inputs, name, 'action.yml')
  /** The inputs of a topic that change the image, and how. */
  const newImage = (topic: string) => {
    const names = ofTopic(topic).flatMap(([name]) => {
      const digest = about(name)[2]
      const how = digest.replace(/^yes(, )?/, '')
      return digest === 'no' ? [] : [code(name) + (how === '' ? '' : ` (${how})`)]
    })
    return names.length === 0 ? [] : ['', `**New image:** ${names.join(', ')}.`]
  }
  const ofTopic = (topic: string) => Object.entries(main.inputs).filter(([name]) => about(name)[0] === topic)
  const mainTables = Object.keys(topics).map((topic) => {
    const rows = ofTopic(topic).map(([name, { description, default: value }]) => {
      const [, page, , takes, example] = about(name)
      // The name links to the page already.
      return [link(name, page), words(description.replace(/ \(docs\/[\w-]+\.md\)/, '')), shown(takes, example, value)]
    })
    return [`inputs-${topic}`, [...table(['input', 'what it does', 'default (example)'], rows), ...newImage(topic)]]
  })
  const otherTables = Object.entries(others).flatMap(([name, { file, ...facts }]) => {
    const said = declared(read(file))
    const rows = Object.entries(said.inputs).map(([input, { description, default: value, required }]) => {
      const [takes, example] = row<OtherRow>(facts.inputs, input, file)
      return [code(input), words(description), required === true ? 'required' : shown(takes, example, value)]
    })
    return [
      [`inputs-${name}`, table(['input', 'what it does', 'default (example)'], rows)] as const,
      [`outputs-${name}`, outputTable(said, facts.outputs, file)] as const,
    ]
  })
  return Object.fromEntries([
    ...mainTables,
    ['outputs-action', outputTable(main, outputs, 'action.yml')],
    // The plan has the same inputs as action.yml.
    ['outputs-plan', outputTable(declared(read('plan/action.yml')), planOutputs, 'plan/action.yml')],
    ...otherTables,
  ])
}

function outputTable(said: Declared, facts: Readonly<Record<string, OutputRow>>, file: string): string[] {
  const rows = Object.entries(said.outputs).map(([name, { description }]) => {
    const [form, page, example] = row(facts, name, file)
    return [link(name, page), words(description) + (form === 'JSON' ? ` ${code(example)}` : '')]
  })
  return table(['output', 'what it holds'], rows)
}

function row<T>(facts: Readonly<Record<string, T>>, name: string, file: string): T {
  const found = facts[name]
  if (found === undefined) throw new Error(`${name} of ${file} has no row in script/reference/: write one`)
  return found
}

/** The default, or else bounds or an example. */
function shown(takes: Takes, example: string, value: Entry['default']): string {
  if (value !== undefined && value !== '') return code(value)
  if (typeof takes === 'object') return 'from' in takes ? `(${takes.from} to ${takes.to})` : ''
  // Long values may break after a colon, a slash or a brace. Otherwise they would push columns out of sight.
  return `(${example.length < 30 ? code(example) : `<code>${example.replace(/[:/}]+/g, '$&<wbr>')}</code>`})`
}

/** A description with its pages as links. */
export const words = (text: string, from = 'docs/'): string =>
  text.replace(/\bdocs\/([\w-]+\.md)/g, (whole, page: string) => `[${page}](${from === 'docs/' ? page : whole})`)

const link = (name: string, page: string) => `[${code(name)}](${page})`
const code = (value: Entry['default']) => (value === undefined || value === '' ? '' : `\`${value}\``)

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)]
}

export function cell(text: string): string {
  return text.trim().replaceAll('\n', ' ').replaceAll('|', '\\|')
}
