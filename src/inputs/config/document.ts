/** The config file: YAML or JSON -> entries with the places of their settings. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from 'yaml'
import { UserError, UserErrors } from '../../lib/errors.js'
import { suggest } from '../../lib/nearest.js'
import { inputNames, jobInputNames, outsideConfig } from '../names.js'
import { type Position, placed } from './place.js'

/** A setting as the input's text, and its place in the file. */
interface Setting extends Position {
  readonly value: string
}

/** An entry of `images`, with `defaults` added. */
export interface Entry {
  readonly name: string | undefined
  readonly required: boolean
  /** By input name. */
  readonly settings: ReadonlyMap<string, Setting>
}

export const entryNames: readonly string[] = [
  'name',
  'required',
  ...inputNames.filter((name) => ![...outsideConfig, ...jobInputNames].includes(name)),
]
export const defaultNames: readonly string[] = inputNames.filter((name) => !outsideConfig.includes(name))
const rootNames = ['defaults', 'images']

/**
 * @param file for messages
 * @returns the readable entries, and all mistakes with line and column
 * @throws UserErrors if it is not YAML
 */
export function readConfig(
  file: string,
  text: string,
): { readonly entries: readonly Entry[]; readonly mistakes: readonly UserError[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  const mistakes: UserError[] = []
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const start = (node: unknown): Position => at((node as Node | undefined)?.range?.[0] ?? 0)
  const report = (node: unknown, message: string, hint: string) =>
    mistakes.push(placed(new UserError('config-file', message, hint), file, start(node)))
  // One mistake causes several errors of the parser on its line.
  const broken = new Map(document.errors.toReversed().map(({ message, pos }) => [at(pos[0]).line, { message, pos }]))
  if (broken.size > 0)
    throw new UserErrors(
      [...broken.values()]
        .reverse()
        .map(({ message, pos }) =>
          placed(
            new UserError('config-file', `not valid YAML: ${message}`, 'correct that line, or the one before it'),
            file,
            at(pos[0]),
          ),
        ),
    )

  /** Pairs of a map with known names. */
  const pairs = (node: unknown, what: string, known: readonly string[]): Map<string, Pair> => {
    const found = new Map<string, Pair>()
    if (!isMap(node)) {
      report(node, `${what} is not a map`, `write \`name: value\` lines; known: ${known.join(', ')}`)
      return found
    }
    for (const pair of (node as YAMLMap).items) {
      const name = String(isScalar(pair.key) ? pair.key.value : pair.key)
      if (known.includes(name)) found.set(name, pair)
      else if ((jobInputNames as readonly string[]).includes(name))
        report(pair.key, `"${name}" applies to the whole job, not to one image`, 'move it to `defaults`')
      else report(pair.key, `"${name}" is not a setting of ${what}`, suggest(name, known))
    }
    return found
  }
  const settings = (found: ReadonlyMap<string, Pair>): [string, Setting][] =>
    [...found].flatMap(([name, { key, value }]): [string, Setting][] => {
      const words = asText(name, target(value, document), document)
      if (words === undefined) {
        report(
          value ?? key,
          `${name}: the value has an unsupported form`,
          'write a word, a list of words, or a map of words',
        )
        return []
      }
      // An entry's empty value replaces that of `defaults`, like any other.
      return [[name, { value: words, ...start(value ?? key) }]]
    })

  const root = pairs(document.contents, 'the config file', rootNames)
  const defaults = root.has('defaults') ? settings(pairs(root.get('defaults')?.value, 'defaults', defaultNames)) : []
  const list = root.get('images')?.value
  if (mistakes.length === 0 && (!isSeq(list) || list.items.length === 0))
    report(
      list ?? document.contents,
      'images is not a list of images',
      'write `images:` with entries such as `- os: debian-13`',
    )
  const entries = (isSeq(list) ? list.items : []).map((item): Entry => {
    const found = pairs(item, 'an image', entryNames)
    const { name, required } = Object.fromEntries(found)
    found.delete('name')
    found.delete('required')
    const word = name === undefined ? undefined : scalar(name.value)
    if (name !== undefined && !/^[a-z0-9][a-z0-9-]{0,30}$/.test(word ?? ''))
      report(
        name.value ?? name.key,
        `name: "${word}" is not a name`,
        'use at most 31 lower-case letters, digits and hyphens',
      )
    const need = required === undefined ? 'true' : scalar(required.value)
    if (need !== 'true' && need !== 'false')
      report(required?.value ?? item, `required: "${need}" is not true or false`, 'write true or false')
    return { name: word, required: need === 'true', settings: new Map([...defaults, ...settings(found)]) }
  })
  return { entries, mistakes }
}

/** A scalar as it was written, so that the version 1.30 stays 1.30. */
function scalar(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined
  if (node.value === null) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}

/** The node that an alias stands for; any other node itself. */
const target = (node: unknown, document: Document): unknown => (isAlias(node) ? node.resolve(document) : node)

/** A setting as text for the input of that name; undefined if it has no such form. */
function asText(name: string, node: unknown, document: Document): string | undefined {
  if (isScalar(node)) return scalar(node)
  if (name === 'ansible-extra-vars') return isMap(node) ? JSON.stringify(node.toJS(document)) : undefined
  const words = isSeq(node)
    ? node.items.map((item) => scalar(target(item, document)))
    : isMap(node)
      ? node.items.map(({ key, value }) => {
          const word = scalar(target(value, document))
          return word === undefined ? undefined : `${scalar(key)}=${word}`
        })
      : [undefined]
  return words.every((word) => word !== undefined && !word.includes('\n')) ? words.join('\n') : undefined
}
