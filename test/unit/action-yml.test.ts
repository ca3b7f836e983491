import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { withIam, withMinors, withOptions, withReference, withSystems, withTables } from '../../script/readme-tables.js'
import { common } from '../../script/reference/inputs.js'
import { inputDefaults, inputNames } from '../../src/inputs/names.js'

const actionYml = readFileSync('action.yml', 'utf8')
const readme = readFileSync('README.md', 'utf8')
const action: { inputs: Record<string, { description: string; default: string }> } = parse(actionYml)

test('action.yml and inputs.ts have the same inputs, in the same order, with the same defaults', () => {
  expect(Object.entries(action.inputs).map(([name, input]) => [name, input.default])).toEqual(
    Object.entries(inputDefaults),
  )
  expect(Object.keys(action.inputs)).toEqual(inputNames)
})

test('every input and its description say something, in kebab-case', () => {
  for (const [name, { description }] of Object.entries(action.inputs)) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/)
    expect(description.length).toBeGreaterThan(20)
  }
})

test('the inputs in README.md are those of action.yml (npm run docs)', () => {
  expect(readme).toBe(withTables(readme, actionYml, common))
})

test('the tables in docs/inputs.md are those of the actions and the workflow (npm run docs)', () => {
  const page = readFileSync('docs/inputs.md', 'utf8')
  const made = (change: (path: string, text: string) => string) =>
    withReference(page, (path) => change(path, readFileSync(path, 'utf8')))
  expect(made((_, text) => text)).toBe(page)
  for (const file of [
    'action.yml',
    'plan/action.yml',
    'prune/action.yml',
    'release/action.yml',
    '.github/workflows/images.yml',
  ])
    expect([file, made((path, text) => (path === file ? text.replaceAll(' the ', ' THE ') : text)) === page]).toEqual([
      file,
      false,
    ])
})

test('the table in docs/operating-systems.md is that of the catalogue (npm run docs)', () => {
  const page = readFileSync('docs/operating-systems.md', 'utf8')
  const catalog = readFileSync('catalog/operating-systems.json', 'utf8')
  expect(page).toBe(withSystems(page, catalog))
  expect(withSystems(page, catalog.replace('"booted"', '"rendered"'))).not.toBe(page)
})

test('the table of minors in docs/operating-systems.md is that of the catalogue (npm run docs)', () => {
  const page = readFileSync('docs/operating-systems.md', 'utf8')
  const catalog = readFileSync('catalog/kubernetes.json', 'utf8')
  expect(page).toBe(withMinors(page, catalog))
  expect(withMinors(page, catalog.replace('"tested": "cluster"', '"tested": "never"'))).not.toBe(page)
})

test('the tables in docs/iam.md are those of the preflight (npm run docs)', () => {
  const page = readFileSync('docs/iam.md', 'utf8')
  expect(withIam(page)).toBe(page)
  expect(withIam(page.replace('ec2:CopyImage', 'ec2:CopyImages'))).toBe(page)
})

test('a table that differs is noticed', () => {
  const other = actionYml.replace('Architectures, as a list', 'Something else, as a list')
  expect(other).not.toBe(actionYml)
  expect(withTables(readme, other, ['arch'])).not.toBe(withTables(readme, actionYml, ['arch']))
  expect(withTables(readme, other, ['os'])).toBe(withTables(readme, actionYml, ['os']))
})

test('the list in docs/image-options.md is that of ansible/options.json (npm run docs)', () => {
  const page = readFileSync('docs/image-options.md', 'utf8')
  const options = readFileSync('ansible/options.json', 'utf8')
  expect(page).toBe(withOptions(page, options))
  expect(withOptions(page, options.replace('Extra packages', 'Other packages'))).not.toBe(page)
})
