import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runJob, startStep } from '../../script/runner.ts'
import { actionsOf } from '../../src/preflight/actions.js'
import { jobOn, type Local, leftovers, type Mirror, startLocal, startMirror } from './local.ts'

let local: Local
let mirror: Mirror

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
}, 1_800_000)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, 60_000)

/** What the account may not do from now on. */
const deny = (...denied: string[]) => local.settings({ denied })

/** Asked for beside, and no harm when refused: the quota's warning. */
const COURTESY = ['ec2:DescribeInstanceTypes', 'servicequotas:GetServiceQuota']
/** Every account may. */
const FREE = ['sts:GetCallerIdentity']
/** Actions that a job calls only when something failed, or in the test on an instance of its own. */
const ONLY_WHEN: Readonly<Record<string, string>> = {
  'ec2:DeleteLaunchTemplate': 'a launch template was left',
  'ec2:DeleteSnapshot': 'an AMI was left unfinished, or failed its test',
  'ec2:DeleteVolume': 'a volume was left',
  'ec2:DeregisterImage': 'an AMI was left unfinished, or failed its test',
  'ec2:GetConsoleOutput': 'the AMI is tested on an instance of its own',
}

test('the policy of docs/iam.md is what a whole job calls, no less and no more', async () => {
  const job = jobOn(local, mirror, { 'ami-regions': 'us-east-1,us-west-2' })
  try {
    const { main, post } = await runJob(job)
    expect({ main: main.code, post: post.code }).toEqual({ main: 0, post: 0 })
    const calls = await local.calls()
    const dry = calls.filter(({ status }) => status === 412)
    expect(dry.length).toBeGreaterThan(10)
    const real = calls.filter(({ status }) => status === 200).map(({ service, action }) => `${service}:${action}`)
    const called = new Set(real.filter((action) => ![...COURTESY, ...FREE].includes(action)))
    const allowed = actionsOf(['build', 'cleanUp', 'test', 'copy'])
    expect([...called].filter((action) => !allowed.includes(action))).toEqual([])
    const unused = allowed.filter((action) => !called.has(action))
    expect(unused).toEqual(Object.keys(ONLY_WHEN).sort())
    // The document says the same.
    const page = readFileSync('docs/iam.md', 'utf8')
    const policy = JSON.parse(/<!-- policy -->\n```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
    expect(policy.Statement.flatMap((one: { Action: string[] }) => one.Action).sort()).toEqual(allowed)
  } finally {
    job.dispose()
  }
}, 900_000)

test('what the role may not do is told at once, before anything is launched, with a policy', async () => {
  const from = (await local.calls()).length
  const before = (await local.inventory()).map(({ id }) => id)
  const job = jobOn(local, mirror, { 'ami-regions': 'us-east-1,us-west-2' })
  await deny('ec2:CopyImage', 'ec2:CreateImage', 'ec2:DescribeSnapshots', 'ec2:StopInstances')
  try {
    const main = await startStep(job, 'main').done
    expect(main.code).toBe(1)
    const errors = main.log.split('\n').filter((line) => line.startsWith('::error'))
    expect(errors).toEqual([
      expect.stringContaining(
        'may not do 4 things that this job needs: ec2:CopyImage (us-west-2), ec2:CreateImage (us-east-1), ec2:DescribeSnapshots (us-east-1), ec2:StopInstances (us-east-1)',
      ),
    ])
    expect(main.summary).toContain('"ec2:CopyImage"')
    const report = main.outputs['report-directory'] ?? ''
    const findings: { verdict: string; action: string }[] = JSON.parse(
      readFileSync(join(report, 'preflight.json'), 'utf8'),
    )
    const of = (verdict: string) => findings.filter((one) => one.verdict === verdict).map(({ action }) => action)
    expect(of('allowed')).toEqual(expect.arrayContaining(['ec2:RunInstances', 'ec2:CreateKeyPair']))
    expect(of('unchecked')).toContain('ec2:TerminateInstances')
    const made = (await local.calls()).slice(from).filter(({ status }) => status === 200)
    expect(made.every(({ action }) => /^(Describe|Get)/.test(action))).toBe(true)
    expect(leftovers(await local.inventory(), ...before)).toEqual([])
    const timings = JSON.parse(readFileSync(join(report, 'timings.json'), 'utf8'))
    expect(timings.phases.preflight).toBeLessThan(2)
  } finally {
    await deny()
    job.dispose()
  }
}, 300_000)

test('without a preflight nothing is tried dry', async () => {
  const from = (await local.calls()).length
  await deny('ec2:RunInstances')
  const job = jobOn(local, mirror, { preflight: 'false' })
  try {
    const { main } = await runJob(job)
    expect(main.code).toBe(1)
    const calls = (await local.calls()).slice(from)
    expect(calls.filter(({ status }) => status === 412)).toEqual([])
    expect(calls.filter(({ action }) => action === 'CreateKeyPair')).toHaveLength(1)
  } finally {
    await deny()
    job.dispose()
  }
}, 300_000)
