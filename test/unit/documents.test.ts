/** What documents point to is there: files, scripts, and inputs that are named in tables. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'

const documents = [...globSync('*.md'), ...globSync('docs/*.md')].sort()
const read = (name: string) => readFileSync(name, 'utf8')

test('there are documents', () => {
  expect(documents).toEqual(expect.arrayContaining(['README.md', 'SECURITY.md', 'docs/getting-started.md']))
})

test.each(documents)('%s: every relative link leads to a file', (name) => {
  const links = [...read(name).matchAll(/\]\(([^)\s#]+)(#[^)]*)?\)/g)].map((match) => match[1] ?? '')
  const missing = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(dirname(name), link)))
  expect(missing).toEqual([])
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

test('comparison.md names inputs and template variables that there are', () => {
  const inputs = Object.keys(parse(read('action.yml')).inputs)
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
  expect(inputs).toEqual(expect.arrayContaining(named))
  const set = cells.flatMap((cell) => [...cell.matchAll(/([a-z]+(?:_[a-z]+)+)=/g)].map((match) => match[1] ?? ''))
  expect(set.length).toBeGreaterThan(3)
  expect(variables).toEqual(expect.arrayContaining(set))
})
