import { readFileSync } from 'node:fs'
import { tunnelPort } from '../../../src/packer/var-file.js'

test('each image of a job has its own tunnel port, and most runs differ, too', () => {
  const of = (run: string) => [0, 1, 2].map((at) => tunnelPort(run, at))
  expect(new Set([...of('000a'), ...of('001a'), ...of('fffa')]).size).toBe(9)
  expect(tunnelPort('fff0', 199)).toBeLessThan(65_536)
  // A manual run has no number.
  expect(tunnelPort('by-hand', 0)).toBe(10_000 + 0xb * 8)
})

test.each([
  ['SSH', /^ {2}ssh_timeout = .*\bvar\.timeout\b/m],
  ['the AMI', /^ {4}max_attempts {2}= .*\bvar\.timeout\b/m],
])('the template waits for %s up to `timeout`', (_, line) => {
  expect(readFileSync('packer/image/image.pkr.hcl', 'utf8')).toMatch(line)
})
