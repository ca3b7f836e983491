import { parseGuestLine } from '../../../src/gate/results.js'
import { type GateEvidence, lastLines, verdict } from '../../../src/gate/verdict.js'

const check = { level: 'boot' as const, name: 'swap', passed: true, seconds: 1, message: 'off', evidence: '' }
const bad = { ...check, name: 'units', passed: false, message: 'failed at boot: x.service', evidence: 'x: exited' }
const evidence = (changes: Partial<GateEvidence> = {}): GateEvidence => ({
  image: 'a',
  ami: 'ami-1',
  root: '/action',
  ending: { code: 0, cause: 'ended' },
  timeout: 20,
  last: 'a: testing',
  checks: [check],
  end: { passed: true },
  errors: [],
  complaints: [],
  console: '',
  ...changes,
})

test('passed: all checks passed, and the last one ended', () => {
  expect(verdict(evidence())).toEqual([])
})

test('how Packer ended does not matter once the checks have passed', () => {
  expect(
    verdict(evidence({ ending: { code: 1, cause: 'ended' }, errors: ['Error waiting for instance to stop'] })),
  ).toEqual([])
})

test('every failed check is a failure, with its evidence', () => {
  expect(verdict(evidence({ checks: [check, bad, { ...bad, name: 'swap' }], end: { passed: false } }))).toEqual([
    {
      code: 'test-failed',
      message: 'a: ami-1 failed the test boot/units: failed at boot: x.service',
      evidence: 'x: exited',
    },
    expect.objectContaining({ message: expect.stringContaining('boot/swap') }),
  ])
})

test.each<[string, Partial<GateEvidence>, RegExp]>([
  [
    'no end of the checks',
    { end: undefined },
    /^a: the tests of ami-1 ended early: Packer ended, and no check says why$/,
  ],
  [
    'no check at all',
    { checks: [], end: { passed: true } },
    /^a: ami-1 could not be tested: Packer ended, and no check says why$/,
  ],
  ['a failed end without a failed check', { end: { passed: false } }, /^a: the tests of ami-1 ended early/],
  [
    'the time limit',
    { checks: [], end: undefined, ending: { code: 1, cause: 'timeout' } },
    /could not be tested: gave up after 20 minutes/,
  ],
  [
    'no capacity',
    { checks: [], end: undefined, ending: { code: 1, cause: 'ended' }, errors: ['InsufficientInstanceCapacity'] },
    /could not be tested: InsufficientInstanceCapacity/,
  ],
])('not passed: %s', (_, changes, says) => {
  const [failure, ...more] = verdict(evidence(changes))
  expect(failure?.message).toMatch(says)
  expect(more).toEqual([])
})

test('the time limit names the input that sets it', () => {
  const [failure] = verdict(evidence({ checks: [], end: undefined, ending: { code: 1, cause: 'timeout' } }))
  expect(failure?.hint).toMatch(/`test-timeout`/)
})

test('specs that failed before the time limit are reported, with how many have ended', () => {
  const spec = { ...check, level: 'conformance' as const, name: '[sig-node] Pods', message: 'passed (1 of 159)' }
  const failed = { ...spec, passed: false, message: 'Timed out after 300 s. (2 of 159)', evidence: 'STEP' }
  const last = { ...spec, message: 'passed (3 of 159)' }
  const late = { checks: [check, spec, failed, last], end: undefined, ending: { code: 1, cause: 'timeout' as const } }
  expect(verdict(evidence(late)).map(({ message }) => message)).toEqual([
    'a: ami-1 failed the test conformance/[sig-node] Pods: Timed out after 300 s. (2 of 159)',
    expect.stringMatching(/^a: the tests of ami-1 ended early, when 3 of 159 specs had ended: gave up after 20 min/),
  ])
  expect(verdict(evidence({ ...late, checks: [check, spec] }))).toHaveLength(1)
})

test('an AMI that never answers shows the end of its console', () => {
  const console = Array.from({ length: 50 }, (_, at) => `line ${at}\r\n`).join('')
  const [failure] = verdict(
    evidence({
      checks: [],
      end: undefined,
      ending: { code: 1, cause: 'ended' },
      errors: ['Timeout waiting for SSH.'],
      console,
    }),
  )
  expect(failure?.message).toBe('a: ami-1 could not be tested: the instance did not answer SSH in time')
  expect(failure?.evidence?.split('\n')).toEqual(['the end of its console:', ...lastLines(console, 20).split('\n')])
  expect(failure?.evidence).toMatch(/line 30\n[\s\S]*line 49$/)
})

test.each([
  ['{"level":"boot","check":"x","passed":true,"seconds":1,"message":"m","evidence":"e"}', 'check'],
  ['{"journal":"text"}', 'journal'],
  ['{"note":"text"}', 'note'],
  ['{"end":true,"passed":false}', 'end'],
  ['{"end":true}', undefined],
  ['{"level":"none","check":"x","passed":true}', undefined],
  ['{"level":"boot","check":"x","passed":"yes"}', undefined],
  ['{"level":"boot","check":"x","pas', undefined],
  ['null', undefined],
  ['sudo: unable to resolve host', undefined],
])('%s', (line, kind) => {
  expect(parseGuestLine(line)?.kind).toBe(kind)
})
