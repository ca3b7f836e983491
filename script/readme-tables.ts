/** Writes the tables of inputs and outputs in README.md from action.yml: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

interface Entry {
  readonly description: string
  readonly default?: string
}

/** The README with what stands between `<!-- inputs -->` and `<!-- outputs -->` markers made anew. */
export function withTables(readme: string, actionYml: string): string {
  const action: { inputs: Record<string, Entry>; outputs: Record<string, Entry> } = parse(actionYml)
  const inputs = Object.entries(action.inputs).map(
    ([name, { description, default: value }]) =>
      `| \`${name}\` | ${value ? `\`${value}\`` : ''} | ${cell(description)} |`,
  )
  const outputs = Object.entries(action.outputs).map(
    ([name, { description }]) => `| \`${name}\` | ${cell(description)} |`,
  )
  return between(
    between(readme, 'inputs', ['| input | default | what it does |', '|---|---|---|', ...inputs]),
    'outputs',
    ['| output | what it holds |', '|---|---|', ...outputs],
  )
}

function cell(text: string): string {
  return text.trim().replaceAll('\n', ' ').replaceAll('|', '\\|')
}

function between(text: string, marker: string, lines: readonly string[]): string {
  const pattern = new RegExp(`(<!-- ${marker} -->\\n)[^]*?(<!-- /${marker} -->)`)
  if (!pattern.test(text)) throw new Error(`README.md has no <!-- ${marker} --> … <!-- /${marker} -->`)
  return text.replace(pattern, (_whole, before: string, after: string) => `${before}${lines.join('\n')}\n${after}`)
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const path = join(root, 'README.md')
  writeFileSync(path, withTables(readFileSync(path, 'utf8'), readFileSync(join(root, 'action.yml'), 'utf8')))
}
