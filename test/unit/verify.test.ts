import { differences, type Exchange } from '../../script/verify/compare.ts'
import { report, type Side } from '../../script/verify/report.ts'

const call = (wish: Partial<Exchange> = {}): Exchange => ({
  service: 'ec2',
  action: 'RunInstances',
  region: 'us-east-1',
  dry: false,
  status: 200,
  code: null,
  asked: ['ImageId'],
  answered: ['Instances[].InstanceId'],
  strange: null,
  ...wish,
})
const refused = { status: 400, code: 'InvalidParameterCombination', answered: [] }

test.each<[string, Exchange[], Exchange[], object[]]>([
  ['the same', [call(), call()], [call({ region: 'us-west-2' })], []],
  [
    'a code',
    [call(), call(refused)],
    [call()],
    [{ kind: 'code', onlyAws: ['400 InvalidParameterCombination'], onlyLocal: [] }],
  ],
  [
    'a dry run',
    [call({ dry: true, status: 412, code: 'DryRunOperation' })],
    [call({ dry: true, status: 403, code: 'UnauthorizedOperation' })],
    [{ kind: 'code', onlyAws: ['dry run: 412 DryRunOperation'], onlyLocal: ['dry run: 403 UnauthorizedOperation'] }],
  ],
  [
    'an element',
    [call({ answered: ['Instances[].InstanceId', 'Instances[].Operator.Managed'] })],
    [call({ answered: ['Instances[].InstanceId', 'Instances[].AmiLaunchIndex'] })],
    [{ kind: 'shape', onlyAws: ['Instances[].Operator.Managed'], onlyLocal: ['Instances[].AmiLaunchIndex'] }],
  ],
  [
    'an element that the model has not',
    [call({ strange: 'there is no new in it' })],
    [call()],
    [{ kind: 'model', onlyAws: ['there is no new in it'], onlyLocal: [] }],
  ],
  ['a call that one of both never got', [], [call()], [{ kind: 'calls', onlyAws: [], onlyLocal: ['called, 200'] }]],
])('names %s that differs', (_, aws, local, found) => {
  expect(differences(aws, local)).toEqual(found.map((one) => ({ action: 'ec2:RunInstances', ...one })))
})

const side = (exchanges: Exchange[]): Side => ({
  name: 'AWS',
  steps: [{ name: 'build', seconds: 600.2, code: 0 }],
  phases: { packer: 300, gate: 200 },
  cost: ['about $0.03'],
  left: [],
  notes: [],
  exchanges,
})

test('the report names the differences, the times of both and the cost', () => {
  const text = report(side([call(), call(refused)]), { ...side([call()]), name: 'local' })
  expect(text).toContain('| ec2:RunInstances | code | 400 InvalidParameterCombination | |')
  expect(text).toContain('| build | 600 s | 600 s |')
  expect(text).toContain('| packer | 300 s | 300 s |')
  expect(text).toContain('about $0.03')
  expect(text).toContain('Nothing is left.')
})

test('without an account, the report has only the rehearsal, with leftovers first', () => {
  const text = report(undefined, { ...side([call()]), left: ['volume vol-1 in us-east-1'] })
  expect(text).toContain('No account was asked')
  expect(text).toMatch(/^#[^\n]*\n\n\*\*Left in AWS: volume vol-1 in us-east-1\*\*/)
})

test('the report says why a step failed, without IDs', () => {
  const notes = ['build: exit code 1; ami-0123456789abcdef0 of 123456789012 failed the test']
  expect(report(undefined, { ...side([]), notes })).toContain(
    'AWS: build: exit code 1; ami-… of … failed the test'.replace('build:', 'build&#58;'),
  )
})
