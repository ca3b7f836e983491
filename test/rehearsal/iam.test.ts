import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runJob, startStep } from '../../script/runner.ts'
import { awsClients } from '../../src/aws/clients.ts'
import { ec2ByRegion } from '../../src/aws/ec2-client.ts'
import { systemClock } from '../../src/lib/clock.js'
import { actionsOf } from '../../src/preflight/actions.js'
import type { Finding } from '../../src/preflight/check.js'
import { COURTESIES } from '../../src/preflight/courtesies.js'
import { MissingPermissions } from '../../src/preflight/missing.js'
import { preflight } from '../../src/preflight/preflight.js'
import { memoryLog, publishSettings } from '../unit/fakes.js'
import { image as built, inputs as plain } from '../unit/preflight/facts.js'
import { temporaryDirectory } from '../unit/support/temporary.js'
import { jobIn, type Lane, startLanes } from './lanes.ts'
import { type Call, type Local, leftovers, type Mirror, startMirror } from './local.ts'
import { makeKeys, narrowed, type Policy, wide } from './policies.ts'

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

/** Needs no permission. */
const FREE = ['sts:GetCallerIdentity']
/** Allowed actions that the jobs of this test do not call, with the case that needs them. */
const ONLY_WHEN: Readonly<Record<string, string>> = {
  'ec2:DeleteLaunchTemplate': 'a launch template was left',
  'ec2:DeleteSnapshot': 'an AMI was left unfinished, or failed its test',
  'ec2:DeleteVolume': 'a volume was left',
  'ec2:GetConsoleOutput': 'the gate tests the AMI',
  // EC2 itself makes these calls on the role's behalf.
  'kms:CreateGrant': 'an instance starts from an encrypted volume',
  'kms:Decrypt': 'the same',
  'kms:GenerateDataKeyWithoutPlaintext': 'the same',
  'kms:ReEncryptFrom': 'a snapshot is copied to another key',
  'kms:ReEncryptTo': 'the same',
}
const [home, west] = ['us-east-1', 'us-west-2'] as const

/** Parameters that differ between a dry-run call and the real call. */
const DIFFERS: Readonly<Record<string, RegExp>> = {
  RunInstances: /^(DryRun|ClientToken|UserData|KeyName|SecurityGroupIds|Placement)\b/,
  CreateKeyPair: /^(DryRun|KeyName)\b/,
  CreateSecurityGroup: /^(DryRun|GroupName)\b/,
  CreateImage: /^(DryRun|Name|InstanceId)\b/,
  CopyImage: /^(DryRun|Name|ClientToken|SourceImageId)\b/,
  // The dry run has no snapshot to register yet. A copy has its KMS key as a tag.
  RegisterImage:
    /^(DryRun|Name|BootMode|SriovNetSupport|BlockDeviceMappings|TagSpecificationsimage\.k8s-image:kms-key)\b/,
}
/** Tags with values from the template. */
const MADE = /k8s-image:(versions|started|state)$/

/** Flattens parameters to paths, and tags to names. Drops the empty values that Packer sends. */
function parameters(value: unknown, path = ''): [string, unknown][] {
  if (value === '' || value === null) return []
  if (typeof value !== 'object') return [[path, MADE.test(path) ? 'made' : value]]
  const { Key, Value, ResourceType, Tags } = value as Record<string, unknown>
  if (typeof Key === 'string') return parameters(Value, `${path}${Key}`)
  if (Array.isArray(Tags)) return Tags.flatMap((tag) => parameters(tag, `${path}${ResourceType}.`))
  return Object.entries(value).flatMap(([name, own]) =>
    parameters(
      own,
      Array.isArray(value) ? path : path === '' || path.endsWith('.') ? `${path}${name}` : `${path}.${name}`,
    ),
  )
}

const jobs: { dispose(): void }[] = []
afterAll(() => {
  for (const job of jobs) job.dispose()
})

/** Runs main and post, which must succeed. The report stays until this file ends. */
async function runFullJob(inputs: Readonly<Record<string, string>>) {
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

test('the policy of docs/iam.md allows exactly the calls of full jobs', async () => {
  const publish = {
    'ami-regions': `${home},${west}`,
    'kms-key-ids': await makeKeys(local, [home, west]),
    'share-with-accounts': '210987654321',
    'deprecate-after': '30',
  }
  // The account allows exactly the document's policy.
  const policy = wide()
  const allowed: string[] = policy.Statement.flatMap(({ Action }) => Action).sort()
  await local.settings({ policy })
  const from = (await local.calls()).length
  const first = await runFullJob(publish)
  const { [home]: source = '' } = JSON.parse(first.outputs['ami-ids'] ?? '{}')['debian-13-amd64']
  const between = (await local.calls()).length
  // The gate has its own tests, so this test sets the tags of a passed AMI itself.
  const passed = { 'k8s-image:tested': 'boot', 'k8s-image:tested-at': '2026-11-23T10:00:00Z' }
  await ec2ByRegion(awsClients(local.ready.env))(home).tag([source], passed)
  const resumed = (await local.calls()).length
  await runFullJob({
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
  // Dry-run calls need the parameters of the real calls, or a policy might treat them differently.
  for (const [action, differs] of Object.entries(DIFFERS)) {
    const made = all.slice(from, between).filter((one) => one.action === action)
    const dryRun = made.find(({ dry }) => dry)
    const real = made.find(({ status }) => status === 200)
    const sent = (call: Call | undefined) =>
      parameters(call?.given ?? {})
        .filter(([path]) => !differs.test(path))
        .sort()
    expect({ action, sent: sent(dryRun) }).toEqual({ action, sent: sent(real) })
    expect(sent(real)).not.toEqual([])
  }
  // The action stops the instance before Packer does.
  const stops = all.slice(from, between).filter(({ action, dry }) => action === 'StopInstances' && !dry)
  expect(stops.map(({ status }) => status)).toEqual([200, 200])
  // If the runner is lost, the instance shuts itself down.
  const launched = all.slice(from, between).filter(({ action, status }) => action === 'RunInstances' && status === 200)
  const scripts = launched.map(({ given }) => Buffer.from(String(given.UserData), 'base64').toString())
  expect(scripts).toEqual([expect.stringMatching(/^#!\/bin\/sh\nshutdown -P \+\d+ /)])
  // The policy that the run wrote allows its calls.
  const own = JSON.parse(readFileSync(join(first.outputs['report-directory'] ?? '', 'iam-policy.json'), 'utf8'))
  const written: string[] = own.Statement.flatMap((one: { Action: string[] }) => one.Action)
  const used = all.slice(from, between).filter(({ status }) => status === 200)
  expect(
    used
      .map(({ service, action }) => `${service}:${action}`)
      .filter((action) => !(action in COURTESIES) && !FREE.includes(action) && !written.includes(action)),
  ).toEqual([])
  expect(actionsOf(['build', 'cleanUp', 'copy', 'name', 'encrypt', 'share', 'shareSnapshots', 'deprecate'])).toEqual(
    [...written].sort(),
  )
}, 900_000)

exhaustive?.(
  'a full job runs under the narrowed policy',
  async () => {
    const publish = {
      'ami-regions': `${home},${west}`,
      'kms-key-ids': await makeKeys(local, [home, west]),
      'share-with-accounts': '210987654321',
    }
    await local.settings({ policy: narrowed() })
    const from = (await local.calls()).length
    await runFullJob({ ...publish, 'if-exists': 'rebuild' })
    // Dry-run calls name resources without tags, so their refusals are warnings.
    const refused = (await local.calls()).slice(from).filter(({ dry, status }) => status === 403 && !dry)
    expect(refused.filter(({ service, action }) => !(`${service}:${action}` in COURTESIES))).toEqual([])
  },
  600_000,
)

/** The preflight's finding if the narrowed policy lacks this statement. */
const WITHOUT: Readonly<Record<string, readonly [verdict: 'missing' | 'doubtful' | 'unchecked', action: string]>> = {
  K8sImageLook: ['missing', 'ec2:DescribeImages'],
  K8sImageLaunchFrom: ['missing', 'ec2:RunInstances'],
  // The dry run uses the VPC's default security group, which a policy that is bound to tags does not allow.
  K8sImageLaunchWith: ['doubtful', 'ec2:RunInstances'],
  K8sImageLaunch: ['missing', 'ec2:RunInstances'],
  K8sImageMake: ['missing', 'ec2:CreateKeyPair'],
  K8sImageCopyFrom: ['missing', 'ec2:CopyImage'],
  K8sImageMakeIn: ['missing', 'ec2:CreateSecurityGroup'],
  K8sImageTagAtBirth: ['missing', 'ec2:CreateTags'],
  // No resource has the tag yet.
  K8sImageChangeOwn: ['doubtful', 'ec2:StopInstances'],
  K8sImageSeeKeys: ['unchecked', 'kms:DescribeKey'],
  K8sImageEncrypt: ['unchecked', 'kms:ReEncryptTo'],
  K8sImageEncryptByEc2: ['unchecked', 'kms:CreateGrant'],
  K8sImageParameters: ['unchecked', 'ssm:PutParameter'],
}

/** Runs only the preflight under a policy; returns its verdicts by action and region. */
async function findings(policy: Policy, report: string): Promise<readonly Finding[]> {
  await local.settings({ policy: null })
  const aws = awsClients(local.ready.env)
  const debian = { owner: '136693071363', nameFilter: 'debian-13-*', arch: 'amd64' }
  const baseAmi = await ec2ByRegion(aws)(home).newestAmi(debian)
  if (baseAmi === undefined) throw new Error('no base AMI')
  await local.settings({ policy })
  const image = { ...built, baseAmi }
  const publish = { ...publishSettings, keys: { [home]: 'alias/h', [west]: 'alias/w' }, parameters: ['/k8s-image/x'] }
  const inputs = { ...plain, test: 'boot' as const, amiRegions: [home, west], publish }
  const groups = [{ inputs, region: home, copyRegions: [west], image, instanceTypes: ['t3.medium'] }]
  const order = { groups, parallel: 1, runId: 'narrow', reportDirectory: report }
  const clock = { ...systemClock, sleep: () => new Promise<void>(() => undefined) }
  await preflight(order, { aws, clock, log: memoryLog() }).catch((error: unknown) => {
    if (!(error instanceof MissingPermissions)) throw error
  })
  return JSON.parse(readFileSync(join(report, 'preflight.json'), 'utf8'))
}

describe('the preflight under the narrowed policy', () => {
  const directory = temporaryDirectory()

  test('reports no missing permission', async () => {
    const found = await findings(narrowed(), directory())
    expect(found.filter(({ verdict }) => verdict === 'missing')).toEqual([])
    expect(Object.keys(WITHOUT)).toEqual(narrowed().Statement.map(({ Sid }) => Sid))
  })

  test.each(Object.entries(WITHOUT))(
    'names the missing permission without the statement %s',
    async (lacking, [verdict, action]) => {
      const Statement = narrowed().Statement.filter(({ Sid }) => Sid !== lacking)
      const found = await findings({ ...narrowed(), Statement }, directory())
      expect(found).toContainEqual(expect.objectContaining({ verdict, action, region: expect.any(String) }))
      if (verdict !== 'missing') expect(found.filter((one) => one.verdict === 'missing')).toEqual([])
    },
  )
})

test('all missing permissions are reported before anything is launched, with a policy', async () => {
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
        'lacks 2 permissions that this job needs: ec2:CopyImage (us-west-2), ec2:DescribeSnapshots (us-east-1)',
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
    // A policy that is bound to tags cannot allow them for an instance that does not exist.
    expect(of('doubtful')).toEqual(['ec2:StopInstances', 'ec2:CreateImage'])
    const made = (await local.calls()).slice(from).filter(({ status }) => status === 200)
    expect(made).not.toEqual([])
    expect(made.filter(({ action }) => !/^(Describe|Get)/.test(action))).toEqual([])
    expect(leftovers(await local.inventory(), ...before)).toEqual([])
  } finally {
    job.dispose()
  }
}, 300_000)

exhaustive?.(
  'without a preflight, the job makes no dry-run calls',
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
