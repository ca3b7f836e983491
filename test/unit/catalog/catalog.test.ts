/** Checks the catalogue against its schemas, and the template's variables against their page. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { readTemplateVariables } from '../../../src/inputs/template-variables.js'

const root = resolve(import.meta.dirname, '../../..')
const read = (name: string) => JSON.parse(readFileSync(resolve(root, 'catalog', name), 'utf8'))

/** Errors of a JSON Schema in a document; empty if it is valid. */
function complaints(schema: unknown, document: unknown): string[] {
  const program = `
import json, sys
from jsonschema import Draft202012Validator, FormatChecker
schema, document = json.load(sys.stdin)
Draft202012Validator.check_schema(schema)
found = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(document)
print(json.dumps([error.json_path + ": " + error.message for error in found]))
`
  const done = spawnSync('python3', ['-c', program], { encoding: 'utf8', input: JSON.stringify([schema, document]) })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout)
}

/** Paths of all values: `arch.amd64.nameFilter`. */
function paths(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path]
  return Object.entries(value).flatMap(([name, member]) => paths(member, path === '' ? name : `${path}.${name}`))
}

/** Values that this project decides, without an upstream source. */
const ours = /^(name|distribution|family|tested|arch[.]\w+[.]tested)$/

describe.each(['operating-systems', 'kubernetes'])('catalog/%s.json', (name) => {
  const schema = read(`${name}.schema.json`)
  const catalogue = read(`${name}.json`)

  test('is as its schema says', () => {
    expect(complaints(schema, catalogue)).toEqual([])
  })

  test('would be rejected with an entry without sources, or a misspelt one', () => {
    const [[key, entry]] = Object.entries(catalogue) as [[string, Record<string, unknown>]]
    const { facts: _, ...bare } = entry
    expect(complaints(schema, { [key]: bare })).toEqual([expect.stringContaining("'facts' is a required property")])
    expect(complaints(schema, { [key]: { ...entry, Name: 'x' } })).toEqual([expect.stringContaining('Additional')])
    expect(complaints(schema, { '?': entry })).toHaveLength(1)
  })

  test('has a source and a date for every fact, and no source without one', () => {
    for (const [key, entry] of Object.entries(catalogue) as [string, Record<string, unknown>][]) {
      const facts = Object.values(entry.facts as Record<string, { covers: string[] }>)
      const covers = facts.flatMap((fact) => fact.covers)
      const pattern = (cover: string) =>
        new RegExp(`^${cover.replaceAll('.', '[.]').replaceAll('*', '[^.]+')}([.].*)?$`)
      const leaves = paths(entry).filter((path) => !/^facts[.]/.test(path) && !ours.test(path))
      const bare = leaves.filter((path) => !covers.some((cover) => pattern(cover).test(path)))
      const idle = covers.filter((cover) => !leaves.some((path) => pattern(cover).test(path)))
      expect({ key, bare, idle }).toEqual({ key, bare: [], idle: [] })
    }
  })
})

test('docs/internals/var-file.md names every variable of the template', () => {
  const page = readFileSync(resolve(root, 'docs/internals/var-file.md'), 'utf8')
  expect(readTemplateVariables(root).filter((name) => !page.includes(`\`${name}\``))).toEqual([])
})

describe('catalog/prices.json', () => {
  const prices: { sources: Record<string, unknown>; prices: Record<string, unknown>[] } = read('prices.json')
  const schema = read('prices.schema.json')

  test('is as its schema says, and each price has a source that is there', () => {
    expect(complaints(schema, prices)).toEqual([])
    const named = new Set(prices.prices.map(({ source }) => source))
    expect([...named].sort()).toEqual(Object.keys(prices.sources).sort())
  })

  test('has no price twice', () => {
    const keys = prices.prices.map(({ what, region, type }) => `${what} ${region} ${type}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test.each([
    [{ what: 'instance-hour', region: 'us-east-1', type: 't3.medium', dollars: 0.04 }, "'source' is a required"],
    [{ what: 'instance-hour', region: 'us-east-1', dollars: 0.04, source: 'x' }, "'type' is a required"],
    [{ what: 'gp3-gb-month', region: 'us-east-1', dollars: 0, source: 'x' }, 'minimum of 0'],
    [{ what: 'lunch', region: 'us-east-1', dollars: 1, source: 'x' }, 'is not one of'],
  ])('would be refused with %j', (price, why) => {
    expect(complaints(schema, { ...prices, prices: [price] })).toEqual([expect.stringContaining(why)])
  })
})

test('catalog/keys.json holds whole fingerprints', () => {
  const keys = JSON.parse(readFileSync('catalog/keys.json', 'utf8')) as Record<string, { fingerprint: string }>
  for (const { fingerprint } of Object.values(keys)) expect(fingerprint).toMatch(/^[0-9A-F]{40}$/)
})
