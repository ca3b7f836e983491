import { parseGuestLine } from '../../../src/gate/results.js'
import { includes, isLevel, type Level, levels, passedLevel } from '../../../src/model/level.js'

test.each<[Level | 'none', readonly Level[]]>([
  ['none', []],
  ['boot', ['boot']],
  ['node', ['boot', 'node']],
  ['cluster', ['boot', 'node', 'cluster']],
  ['conformance', ['boot', 'node', 'cluster', 'conformance']],
])('the level %s includes %j', (level, held) => {
  expect(levels.filter((part) => includes(level, part))).toEqual(held)
})

test('only the names of levels are levels', () => {
  expect(['boot', 'conformance', 'none', 'toString', 1].map(isLevel)).toEqual([true, true, false, false, false])
})

test.each<[string | undefined, Level | undefined, boolean]>([
  ['boot', undefined, true],
  ['cluster', 'node', true],
  ['node', 'node', true],
  ['boot', 'node', false],
  [undefined, undefined, false],
  ['toString', 'boot', false],
])('an AMI that passed %s also passed %s: %s', (tested, level, expected) => {
  expect(passedLevel(tested, level)).toBe(expected)
})

test.each(levels)('a result of level %s is read', (level) => {
  expect(parseGuestLine(JSON.stringify({ level, check: 'x', passed: true }))).toMatchObject({ check: { level } })
})
