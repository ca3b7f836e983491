/** .github/workflows/verify-on-aws.yml with a second local EC2 in place of AWS. One answer differs on purpose. */
import { type Local, type Mirror, startLocal, startMirror } from '../rehearsal/local.ts'
import { type Act, ended, passed, prepareAct } from './act.ts'

let mirror: Mirror
let local: Local
let act: Act

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  act = prepareAct()
}, 3_000_000)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
  act?.remove()
}, 60_000)

test('without the variable, it makes no call', async () => {
  const run = await act.runOwn('verify-on-aws.yml', { env: local.ready.env })
  expect(ended(run)).toEqual(passed)
  expect(await local.calls()).toEqual([])
}, 60_000)

test('with it, a full job runs on both, nothing is left, and the report names the different answer', async () => {
  const action = 'GetEbsEncryptionByDefault'
  await local.faults([{ action, code: 'UnauthorizedOperation', status: 403, times: null }])
  // Tested AMIs boot their own kernel.
  await local.settings({ ownKind: 'machine' })
  const reach = { 'ssh-source-cidr': '127.0.0.1/32', vars: `ssh_port=${local.ready.sshPort}` }
  // Its clusters are on emulated machines, beside other tests.
  const own = { ...mirror.inputs, ...reach, 'test-timeout': '60' }
  const run = await act.runOwn('verify-on-aws.yml', {
    variables: { VERIFY_ON_AWS_ROLE: 'arn:aws:iam::123456789012:role/verify' },
    inputs: { os: 'debian-13', test: 'cluster', regions: 'us-east-1,us-west-2' },
    env: { ...local.ready.env, K8S_IMAGE_VERIFY_INPUTS: JSON.stringify(own) },
  })
  // The report of a failed run, without act's later lines.
  const at = Math.max(0, run.log.indexOf('# One job on AWS'))
  expect(ended({ ...run, log: run.log.slice(at, at + 3500) })).toEqual(passed)
  expect(run.log).toContain('Nothing is left.')
  expect(run.log).toContain(`| ec2:${action} | code | 403 UnauthorizedOperation | 200 |`)
  const others = [...run.log.matchAll(/\| (\w+:\w+) \| (calls|code|shape|model) \|/g)].map(([, name]) => name)
  expect(new Set(others)).toEqual(new Set([`ec2:${action}`]))
  expect(run.log).toMatch(/\| build, test and publish \| \d+ s \| \d+ s \|/)
  expect(await local.inventory()).toEqual([])
}, 5_400_000)
