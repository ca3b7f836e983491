import { includes, isLevel, type Level, levels } from '../../../src/gate/levels.js'
import { parseGuestLine } from '../../../src/gate/results.js'

test.each<[Level | 'none', readonly Level[]]>([
  ['none', []],
  ['boot', ['boot']],
  ['node', ['boot', 'node']],
  ['cluster', ['boot', 'node', 'cluster']],
  ['conformance', ['boot', 'node', 'cluster', 'conformance']],
])('%s holds %j', (level, held) => {
  expect(levels.filter((part) => includes(level, part))).toEqual(held)
})

test('a level is one of those words', () => {
  expect(['boot', 'conformance', 'none', 'toString', 1].map(isLevel)).toEqual([true, true, false, false, false])
})

test.each(levels)('a result of level %s is read', (level) => {
  expect(parseGuestLine(JSON.stringify({ level, check: 'x', passed: true }))).toMatchObject({ check: { level } })
})
