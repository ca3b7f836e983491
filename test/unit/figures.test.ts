import { atMost, median, ownShare, table } from '../../bench/figures.ts'

test.each([
  [[3], 3],
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
])('median of %j is %d', (samples, middle) => {
  expect(median(samples)).toBe(middle)
})

test('the own share leaves out what others did', () => {
  expect(ownShare(60, { packer: 40, tools: 10, rehearsal: 8, gate: 0 })).toBeCloseTo(0.05)
})

test('a missed goal says so', () => {
  expect(table([atMost('load', 1.2, 1.15, '')])).toContain('| load | 1.20 | <= 1.15 | missed |')
  expect(table([atMost('bytes', 0, 0, ' B', 0)])).toContain('| bytes | 0 B | <= 0 B | met |')
})
