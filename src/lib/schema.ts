import { suggest } from './nearest.js'

/** The part of JSON Schema (2020-12) that the schemas in catalog/ use. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'boolean'
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: false | Schema
  readonly propertyNames?: { readonly pattern: string }
  readonly minProperties?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly enum?: readonly (string | number)[]
  readonly const?: string | number
  readonly description?: string
}

/**
 * Reports all differences, each with its path from the document's root.
 *
 * @param path of `value`, for people; empty for the document itself
 */
export function checkShape(value: unknown, schema: Schema, report: Report, path = ''): void {
  const place = path === '' ? 'the file' : path
  const at = (name: string | number) =>
    typeof name === 'number' ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
  const hint = schema.description ?? 'see the schema in catalog/'
  const wrong = mismatch(value, schema)
  if (wrong !== undefined) {
    report(`${place} is ${wrong}`, schema.enum === undefined ? hint : suggest(String(value), schema.enum.map(String)))
    return
  }
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      report(`${place} is ${show(value)}, which has the wrong form`, `${hint} (${schema.pattern})`)
    else if (value.length < (schema.minLength ?? 0)) report(`${place} is empty`, hint)
  } else if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) report(`${place} is empty`, hint)
    const { items } = schema
    if (items !== undefined) for (const [index, each] of value.entries()) checkShape(each, items, report, at(index))
  } else if (typeOf(value) === 'object') {
    const members = value as Readonly<Record<string, unknown>>
    const known = schema.properties ?? {}
    if (Object.keys(members).length < (schema.minProperties ?? 0)) report(`${place} is empty`, hint)
    for (const name of schema.required ?? [])
      if (!Object.hasOwn(members, name)) report(`${place} has no ${name}`, known[name]?.description ?? hint)
    for (const [name, member] of Object.entries(members)) {
      const own = Object.hasOwn(known, name) ? known[name] : schema.additionalProperties
      if (own === false) report(`${place} has an unknown "${name}"`, suggest(name, Object.keys(known)))
      else if (schema.propertyNames !== undefined && !new RegExp(schema.propertyNames.pattern).test(name))
        report(`"${name}" does not look like a name for ${place}`, schema.propertyNames.pattern)
      else if (own !== undefined) checkShape(member, own, report, at(name))
    }
  }
}

/** How a value differs from the schema's constant, words or type. */
function mismatch(value: unknown, { const: constant, enum: words, type }: Schema): string | undefined {
  if (constant !== undefined && value !== constant) return `${show(value)}, not ${show(constant)}`
  if (words !== undefined && !(words as readonly unknown[]).includes(value)) return show(value)
  return type !== undefined && typeOf(value) !== type ? `${typeOf(value)}, not ${type}` : undefined
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** Collects a mistake and a hint. */
export type Report = (message: string, hint: string) => void

/** Whether a value is a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
