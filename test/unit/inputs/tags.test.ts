import { globSync, readFileSync } from 'node:fs'
import { GATE_TAG } from '../../../src/aws/ec2.js'
import { MOST, readTags } from '../../../src/inputs/tags.js'

/** The values of all constants such as `RUN_TAG`. */
const all = globSync('src/**/*.ts').flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/_TAG = '([^']+)'/g)].map(([, tag = '']) => tag),
)

test('a resource has room for the given tags and all of the action, of which instances of the gate alone have one', () => {
  const own = new Set(all)
  expect(own.delete(GATE_TAG)).toBe(true)
  expect(own.size + MOST).toBe(50)
})

test.each([
  [MOST, 0],
  [MOST + 1, 1],
])('%d tags are %d mistakes', (count, mistakes) => {
  const text = Array.from({ length: count }, (_, at) => `tag-${at}=x`).join('\n')
  const reported: string[] = []
  readTags(text, (message) => reported.push(message))
  expect(reported).toHaveLength(mistakes)
})
