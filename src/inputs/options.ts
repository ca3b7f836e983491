/** Variables of the playbook, from ansible/options.json. The playbook makes the same checks in plugins/lookup/checked_options.py. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { canonicalJson } from '../lib/canonical-json.js'
import { suggest } from '../lib/nearest.js'
import { isMap, type Report } from '../lib/schema.js'
import { checkDigests, readImages } from './images.js'
import { list } from './parse.js'

type Kind = 'string' | 'boolean' | 'integer' | 'list' | 'map'

interface Shape {
  readonly type: Kind | readonly Kind[]
  readonly values?: readonly string[]
  /** Pattern of a string. */
  readonly pattern?: string
  readonly items?: Shape
  /** Pattern of a map's names. */
  readonly keys?: string
  /** The only names of a map. */
  readonly fields?: Readonly<Record<string, Shape>>
  /** A map that is not empty has all of its fields. */
  readonly whole?: boolean
  readonly each?: Shape
}

interface Option extends Shape {
  readonly default?: unknown
  /** For the table in docs/image-options.md. */
  readonly about: string
  /** Systems that support another value than the default, as a pattern of catalogue keys; absent: all. */
  readonly systems?: string
  /** Internal to a role, not in that table. */
  readonly internal?: boolean
  /** Decided by the plan. */
  readonly plan?: boolean
}

export type Options = Readonly<Record<string, Option>>

/** @param root the action's own directory */
export function readOptions(root: string): Options {
  return JSON.parse(readFileSync(join(root, 'ansible/options.json'), 'utf8'))
}

/** Prefixes of the roles' variables: unknown names with them are mistakes. */
const OURS = /^(base|containerd|kubernetes|cleanup|node|image|hooks)_/

/**
 * Reports variables that no task can use: invalid values, unknown names, and those of the plan, which verified them.
 *
 * @param hooks whether the user's own tasks may read further names
 */
export function checkOptions(
  given: Readonly<Record<string, unknown>>,
  options: Options,
  hooks: boolean,
  report: Report,
): void {
  const names = Object.keys(options).filter((name) => !options[name]?.plan)
  for (const [name, value] of Object.entries(given)) {
    const option = Object.hasOwn(options, name) ? options[name] : undefined
    if (option?.plan) report(`"${name}" is what the plan decides`, 'remove it; an input or the lock has its value')
    else if (option !== undefined) {
      const wrong = mistake(value, option, name)
      if (wrong !== undefined) report(...wrong)
    } else if (!name.startsWith('ansible_')) {
      const hint = suggest(name, names)
      if (!hooks && !hint.startsWith('did you mean'))
        report(`no task reads a variable "${name}"`, 'see docs/image-options.md for all variables')
      else if (hint.startsWith('did you mean') || OURS.test(name)) report(`there is no variable "${name}"`, hint)
    }
  }
}

/** Reports systems that do not support a variable's value. The user's own systems are not checked. */
export function checkSystems(
  given: Readonly<Record<string, unknown>>,
  options: Options,
  os: readonly string[],
  known: readonly string[],
  report: Report,
): void {
  for (const [name, value] of Object.entries(given)) {
    const { systems, default: usual } = (Object.hasOwn(options, name) ? options[name] : undefined) ?? {}
    if (systems === undefined || canonicalJson(value) === canonicalJson(usual)) continue
    const fits = new RegExp(systems)
    const without = os.filter((key) => known.includes(key) && !fits.test(key))
    if (without.length > 0)
      report(
        `${without.join(', ')} cannot have ${name}: ${JSON.stringify(value)}`,
        `it is for ${known.filter((key) => fits.test(key)).join(', ')}`,
      )
  }
}

function mistake(value: unknown, shape: Shape, path: string): [message: string, hint: string] | undefined {
  const kinds = [shape.type].flat()
  if (!kinds.includes(kindOf(value) as Kind)) {
    const example = kinds[0] === 'boolean' ? 'write true or false, without quotes' : `write a ${kinds.join(' or a ')}`
    return [`${path} is ${JSON.stringify(value)} instead of a ${kinds.join(' or a ')}`, example]
  }
  if (typeof value === 'string') {
    if (shape.values !== undefined && !shape.values.includes(value))
      return [`${path} is "${value}" instead of one of ${shape.values.join(', ')}`, suggest(value, shape.values)]
    if (shape.pattern !== undefined && !new RegExp(shape.pattern).test(value))
      return [`${path} is "${value}", which is not allowed`, `it must match ${shape.pattern}`]
  }
  if (Array.isArray(value)) return first(value.map((each, at) => [`${path}[${at}]`, each, shape.items]))
  if (!isMap(value)) return undefined
  for (const name of Object.keys(value)) {
    if (shape.keys !== undefined && !new RegExp(shape.keys).test(name))
      return [`${path} has "${name}", which is not allowed`, `a name looks like ${shape.keys}`]
    if (shape.fields !== undefined && !Object.hasOwn(shape.fields, name))
      return [`${path} has "${name}", which is not allowed`, suggest(name, Object.keys(shape.fields))]
  }
  const names = Object.keys(shape.fields ?? {})
  const missing = names.find((name) => !Object.hasOwn(value, name))
  return (
    first(Object.entries(value).map(([name, each]) => [`${path}.${name}`, each, shape.fields?.[name] ?? shape.each])) ??
    (shape.whole && missing !== undefined && Object.keys(value).length > 0
      ? [`${path} has no ${missing}`, `write ${names.join(' and ')}`]
      : undefined)
  )
}

function first(parts: readonly (readonly [string, unknown, Shape | undefined])[]) {
  for (const [path, value, shape] of parts) {
    const found = shape === undefined ? undefined : mistake(value, shape, path)
    if (found !== undefined) return found
  }
  return undefined
}

function kindOf(value: unknown): Kind | 'null' | 'number' {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'object') return 'map'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value as 'string' | 'boolean'
}

/** The texts of inputs that set variables. */
interface Shorthands {
  readonly packages: string
  readonly images: string
  readonly clusterApi: string
  /** Whether the user's own tasks may read further names. */
  readonly hooks: boolean
  readonly mirror: boolean
}

/**
 * The playbook's variables: the checked ones of `ansible-extra-vars`, and those of `extra-packages`, `pre-pull-images` and `cluster-api`.
 *
 * @param reporter by the input's name
 */
export function playbookVariables(
  given: Readonly<Record<string, unknown>>,
  { packages, images, clusterApi, hooks, mirror }: Shorthands,
  options: Options,
  reporter: (input: string) => Report,
): Record<string, unknown> {
  checkOptions(given, options, hooks, reporter('ansible-extra-vars'))
  const added = {
    'extra-packages': list(packages).length > 0 ? { kubernetes_packages_extra: list(packages) } : {},
    'cluster-api': clusterApi === 'off' ? {} : { base_cluster_api: clusterApi },
    'pre-pull-images': readImages(list(images), reporter('pre-pull-images')),
  }
  const all = { 'ansible-extra-vars': given, ...added }
  if (mirror) for (const [input, variables] of Object.entries(all)) checkDigests(variables, reporter(input))
  for (const [input, variables] of Object.entries(added)) {
    checkOptions(variables, options, hooks, reporter(input))
    for (const name of Object.keys(variables).filter((each) => Object.hasOwn(given, each)))
      reporter(input)(`ansible-extra-vars has ${name} as well`, 'write it in one of the two places')
  }
  return Object.assign({ ...given }, ...Object.values(added))
}
