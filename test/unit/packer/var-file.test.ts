import { readFileSync } from 'node:fs'
import { AWS } from '../../../src/model/account.js'
import type { Inputs } from '../../../src/model/inputs.js'
import { renderVarFile, tunnelPort } from '../../../src/packer/var-file.js'
import { image, publishSettings } from '../fakes.js'

test('each image of a job has its own tunnel port, and most runs differ, too', () => {
  const of = (run: string) => [0, 1, 2].map((at) => tunnelPort(run, at))
  expect(new Set([...of('000a'), ...of('001a'), ...of('fffa')]).size).toBe(9)
  expect(tunnelPort('fff0', 199)).toBeLessThan(65_536)
  // A manual run has no number.
  expect(tunnelPort('by-hand', 0)).toBe(10_000 + 0xb * 8)
})

test("a group's ports come after those of earlier groups", () => {
  const plan = { runId: '000a', region: 'us-east-1', copyRegions: [], images: [image('a'), image('b')] }
  const inputs = {
    sshInterface: 'session_manager',
    sshSourceCidrs: [],
    vars: {},
    publish: publishSettings,
  } as unknown as Inputs
  const settings = { ansiblePlaybook: '', account: AWS, ownCidrs: [] }
  const ports = (imagesBefore: number): Record<string, number> =>
    JSON.parse(renderVarFile(plan, inputs, { ...settings, imagesBefore })).session_manager_ports
  expect(ports(0)).toEqual({ a: tunnelPort('000a', 0), b: tunnelPort('000a', 1) })
  expect(ports(2)).toEqual({ a: tunnelPort('000a', 2), b: tunnelPort('000a', 3) })
})

test.each([
  ['SSH', /^ {2}ssh_timeout = .*\bvar\.timeout\b/m],
  ['the AMI', /^ {4}max_attempts {2}= .*\bvar\.timeout\b/m],
])('the template waits for %s up to `timeout`', (_, line) => {
  expect(readFileSync('packer/image/image.pkr.hcl', 'utf8')).toMatch(line)
})
