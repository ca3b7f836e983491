import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runJob, startStep } from '../../script/runner.ts'
import { awsClients } from '../../src/aws/clients.ts'
import { ec2ByRegion } from '../../src/aws/ec2-client.ts'
import { actionsOf } from '../../src/preflight/actions.js'
import { COURTESIES } from '../../src/preflight/courtesies.js'
import { jobIn, type Lane, startLanes } from './lanes.ts'
import { type Local, leftovers, type Mirror, startMirror } from './local.ts'

const exhaustive = process.env.K8S_IMAGE_TEST_ALL ? test : undefined

let mirror: Mirror
let lane: Lane
let local: Local

beforeAll(async () => {
  mirror = await startMirror()
  const [first] = await startLanes(1, mirror)
  if (first === undefined) throw new Error('no lane')
  lane = first
  local = lane.local
}, 1_800_000)

afterAll(async () => {
  await Promise.all([lane?.stop(), mirror?.stop()])
}, 60_000)

afterEach(() => local.settings({ policy: null, scp: null }))

/** Every account may. */
const FREE = ['sts:GetCallerIdentity']
/** Actions that a job calls only when something failed, or in the test on an instance of its own. */
const ONLY_WHEN: Readonly<Record<string, string>> = {
  'ec2:DeleteLaunchTemplate': 'a launch template was left',
  'ec2:DeleteSnapshot': 'an AMI was left unfinished, or failed its test',
  'ec2:DeleteVolume': 'a volume was left',
  'ec2:DeregisterImage': 'an AMI was left unfinished, or failed its test',
  'ec2:GetConsoleOutput': 'the AMI is tested on an instance of its own',
  // EC2 calls these itself, in the name of the role.
  'kms:CreateGrant': 'an instance starts from an encrypted volume',
  'kms:Decrypt': 'the same',
  'kms:GenerateDataKeyWithoutPlaintext': 'the same',
  'kms:ReEncryptFrom': 'a snapshot is copied to another key',
  'kms:ReEncryptTo': 'the same',
}
const [home, west] = ['us-east-1', 'us-west-2'] as const

/** A key in each region. */
async function keys(): Promise<string> {
  const aws = awsClients(local.ready.env)
  const made = [home, west].map(async (region) => {
    // KMS's defaults, which the local one leaves out.
    const wish = { KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT' } as const
    const { KeyMetadata } = await (await aws.kms(region)).createKey(wish)
    return `${region}=${KeyMetadata?.Arn}`
  })
  return (await Promise.all(made)).join('\n')
}

const jobs: { dispose(): void }[] = []
afterAll(() => {
  for (const job of jobs) job.dispose()
})

/** Main and post, both of which succeed; the report stays until the end. */
async function whole(inputs: Readonly<Record<string, string>>) {
  const job = jobIn(lane, { preflight: 'true', ...inputs })
  jobs.push(job)
  const { main, post } = await runJob(job)
  expect({ main: main.code, post: post.code, log: main.code === 0 ? '' : main.log.slice(-3000) }).toEqual({
    main: 0,
    post: 0,
    log: '',
  })
  return main
}

test('the policy of docs/iam.md is what whole jobs call, no less and no more', async () => {
  const publish = {
    'ami-regions': `${home},${west}`,
    'kms-key-ids': await keys(),
    'share-with-accounts': '210987654321',
    'deprecate-after': '30',
  }
  // The document says the same, and the account allows no more.
  const page = readFileSync('docs/iam.md', 'utf8')
  const policy = JSON.parse(/<!-- policy -->\n```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
  const allowed: string[] = policy.Statement.flatMap((one: { Action: string[] }) => one.Action).sort()
  await local.settings({ policy })
  const from = (await local.calls()).length
  const first = await whole(publish)
  const { [home]: source = '' } = JSON.parse(first.outputs['ami-ids'] ?? '{}')['debian-13-amd64']
  const between = (await local.calls()).length
  // The gate has tests of its own: here the AMI is said to have passed it.
  const passed = { 'k8s-image:tested': 'boot', 'k8s-image:tested-at': '2026-11-23T10:00:00Z' }
  await ec2ByRegion(awsClients(local.ready.env))(home).tag([source], passed)
  const resumed = (await local.calls()).length
  await whole({
    ...publish,
    test: 'boot',
    'deregistration-protection': 'true',
    'ssm-parameters': '/k8s-image/{os}/{arch}/{minor}/latest',
  })
  const all = await local.calls()
  const calls = [...all.slice(from, between), ...all.slice(resumed)]
  expect(calls.filter(({ status }) => status === 412).length).toBeGreaterThan(10)
  const real = calls.filter(({ status }) => status === 200).map(({ service, action }) => `${service}:${action}`)
  const called = new Set(real.filter((action) => !(action in COURTESIES) && !FREE.includes(action)))
  expect([...called].filter((action) => !allowed.includes(action))).toEqual([])
  expect(allowed.filter((action) => !called.has(action))).toEqual(Object.keys(ONLY_WHEN).sort())
  // The policy that the run itself wrote has what it called.
  const own = JSON.parse(readFileSync(join(first.outputs['report-directory'] ?? '', 'iam-policy.json'), 'utf8'))
  const written: string[] = own.Statement.flatMap((one: { Action: string[] }) => one.Action)
  const used = all.slice(from, between).filter(({ status }) => status === 200)
  expect(
    used
      .map(({ service, action }) => `${service}:${action}`)
      .filter((action) => !(action in COURTESIES) && !FREE.includes(action) && !written.includes(action)),
  ).toEqual([])
  expect(actionsOf(['build', 'cleanUp', 'copy', 'encrypt', 'share', 'shareSnapshots', 'deprecate'])).toEqual(
    [...written].sort(),
  )
}, 900_000)

exhaustive?.(
  'a whole job runs under the narrowed policy',
  async () => {
    const wish = {
      'ami-regions': `${home},${west}`,
      'kms-key-ids': await keys(),
      'share-with-accounts': '210987654321',
    }
    const policy = JSON.parse(readFileSync('docs/examples/narrow-policy.json', 'utf8'))
    await local.settings({ policy })
    const from = (await local.calls()).length
    // The preflight's dry calls name what carries no tag, and would be refused.
    await whole({ ...wish, 'if-exists': 'rebuild', preflight: 'false' })
    const refused = (await local.calls()).slice(from).filter(({ status }) => status === 403)
    expect(refused.filter(({ service, action }) => !(`${service}:${action}` in COURTESIES))).toEqual([])
  },
  600_000,
)

test('what the role may not do is told at once, before anything is launched, with a policy', async () => {
  const from = (await local.calls()).length
  const before = (await local.inventory()).map(({ id }) => id)
  const job = jobIn(lane, { preflight: 'true' })
  await local.deny('ec2:CopyImage', 'ec2:CreateImage', 'ec2:DescribeSnapshots', 'ec2:StopInstances')
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
    expect(made).not.toEqual([])
    expect(made.filter(({ action }) => !/^(Describe|Get)/.test(action))).toEqual([])
    expect(leftovers(await local.inventory(), ...before)).toEqual([])
  } finally {
    job.dispose()
  }
}, 300_000)

exhaustive?.(
  'without a preflight nothing is tried dry',
  async () => {
    const from = (await local.calls()).length
    await local.deny('ec2:RunInstances')
    const job = jobIn(lane)
    try {
      const { main } = await runJob(job)
      expect(main.code).toBe(1)
      const calls = (await local.calls()).slice(from)
      expect(calls.filter(({ status }) => status === 412)).toEqual([])
      expect(calls.filter(({ action }) => action === 'CreateKeyPair')).toHaveLength(1)
    } finally {
      job.dispose()
    }
  },
  300_000,
)
