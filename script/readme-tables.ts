/** Generates tables in documents from action.yml, the catalogue and the code. Run by `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { iamTables } from './iam.ts'
import { common, inputs } from './reference/inputs.ts'
import { cell, declared, referenceTables, words } from './reference/page.ts'

/** The README with its block of inputs regenerated. */
export function withTables(page: string, actionYml: string, only: readonly string[]): string {
  return between(page, 'inputs', block(declared(actionYml), only))
}

/** A workflow step with an example of each input, each below its description. */
function block({ inputs: said }: ReturnType<typeof declared>, names: readonly string[]): string[] {
  const lines = names.flatMap((name) => {
    const { description = '', default: value } = said[name] ?? {}
    const about = `${description.trim()}${value ? ` Default: ${value}` : ''}`
    const example = stringify({ [name]: inputs[name as keyof typeof inputs][4] }, { lineWidth: 0 }).trim()
    return [...(about.match(/\S.{0,94}(?=\s|$)/g) ?? []).map((line) => `# ${line}`), example, '']
  })
  const step = ['- uses: org/k8s-image-action@v1', '  with:', ...lines.map((line) => (line ? `    ${line}` : ''))]
  return ['```yaml', ...step.slice(0, -1), '```']
}

interface System {
  readonly name: string
  readonly owner: string
  readonly ownerElsewhere?: Readonly<Record<string, string>>
  readonly sshUser: string
  readonly arch: Readonly<Record<string, { readonly tested: string }>>
}

/** docs/operating-systems.md with its table regenerated from catalog/operating-systems.json. */
export function withSystems(page: string, catalog: string): string {
  const rows = Object.entries(JSON.parse(catalog) as Record<string, System>).map(([key, system]) => {
    const { name, owner, ownerElsewhere = {}, sshUser, arch } = system
    const tested = Object.entries(arch).map(([word, { tested: level }]) => `${word} ${level}`)
    const cells = [
      `\`${key}\``,
      name,
      [owner, ...Object.entries(ownerElsewhere).map((pair) => pair.join(' '))].join(', '),
      sshUser,
    ]
    return `| ${[...cells, tested.join(', ')].map(cell).join(' | ')} |`
  })
  const head = '| key | system | owner | user | tested |'
  return between(page, 'systems', [head, '|---|---|---|---|---|', ...rows])
}

interface Minor {
  readonly released: string
  readonly endOfLife: string
  readonly tested: string
}

/** docs/operating-systems.md with its table of Kubernetes minors regenerated from catalog/kubernetes.json. */
export function withMinors(page: string, catalog: string): string {
  const rows = Object.entries(JSON.parse(catalog) as Record<string, Minor>).map(
    ([minor, { released, endOfLife, tested }]) => `| ${minor} | ${released} | ${endOfLife} | ${tested} |`,
  )
  return between(page, 'minors', ['| Kubernetes | released | end of life | tested |', '|---|---|---|---|', ...rows])
}

interface Option {
  readonly about: string
  readonly default?: unknown
  readonly internal?: boolean
  readonly plan?: boolean
}

/** docs/image-options.md with its list regenerated from ansible/options.json. */
export function withOptions(page: string, optionsJson: string): string {
  const options = Object.entries(JSON.parse(optionsJson) as Record<string, Option>)
  const rows = options
    .filter(([, option]) => !option.internal && !option.plan)
    .map(([name, option]) => `- \`${name}\` (\`${written(option.default)}\`): ${words(option.about)}`)
  return between(page, 'options', rows)
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function between(text: string, marker: string, lines: readonly string[]): string {
  const pattern = new RegExp(`(<!-- ${marker} -->\\n)[^]*?(<!-- /${marker} -->)`)
  if (!pattern.test(text)) throw new Error(`the page has no <!-- ${marker} --> … <!-- /${marker} -->`)
  return text.replace(pattern, (_whole, before: string, after: string) => `${before}${lines.join('\n')}\n${after}`)
}

/** docs/iam.md with regenerated tables. */
export function withIam(page: string): string {
  return Object.entries(iamTables()).reduce((text, [marker, lines]) => between(text, marker, lines), page)
}

/** docs/inputs.md with regenerated tables. */
export function withReference(page: string, read: (path: string) => string): string {
  return Object.entries(referenceTables(read)).reduce((text, [marker, lines]) => between(text, marker, lines), page)
}

if (import.meta.main) {
  const read = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8')
  const write = (path: string, text: string) => writeFileSync(join(import.meta.dirname, '..', path), text)
  write('README.md', withTables(read('README.md'), read('action.yml'), common))
  write('docs/inputs.md', withReference(read('docs/inputs.md'), read))
  write('docs/iam.md', withIam(read('docs/iam.md')))
  const systems = 'docs/operating-systems.md'
  write(systems, withSystems(read(systems), read('catalog/operating-systems.json')))
  write(systems, withMinors(read(systems), read('catalog/kubernetes.json')))
  const options = 'docs/image-options.md'
  write(options, withOptions(read(options), read('ansible/options.json')))
}
