import { type StepResult, startStep } from '../../script/runner.ts'
import { awsClients } from '../../src/aws/clients.ts'
import type { Ec2ByRegion } from '../../src/aws/ec2.ts'
import { ec2ByRegion } from '../../src/aws/ec2-client.ts'
import { jobIn, killAfter, type Lane, startLanes } from './lanes.ts'
import { type Call, type Mirror, startMirror } from './local.ts'
import { watchNames } from './names-watch.ts'
import { makeKeys } from './policies.ts'

const key = 'debian-13-amd64'
const [home, west, europe] = ['us-east-1', 'us-west-2', 'eu-west-1'] as const
const parameter = '/k8s-image/debian-13/amd64/1.37/latest'
/** Publishing inputs. The gate has its own tests, so this file sets the gate's tags itself. */
const publishing = {
  test: 'boot',
  'share-with-accounts': '210987654321',
  'share-with-organizations': 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5',
  'deprecate-after': '30',
  'deregistration-protection': 'true',
  'ssm-parameters': '/k8s-image/{os}/{arch}/{minor}/latest',
  tags: 'team=platform',
}

const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined

let mirror: Mirror
let lane: Lane
let ec2: Ec2ByRegion
let source: string

beforeAll(async () => {
  mirror = await startMirror()
  const [first] = await startLanes(1, mirror)
  if (first === undefined) throw new Error('no lane')
  lane = first
  ec2 = ec2ByRegion(awsClients(lane.local.ready.env))
}, 1_800_000)

afterAll(async () => {
  await lane?.stop()
  await mirror?.stop()
}, 300_000)

/** Runs main and post; returns main's results and its calls. */
async function runOnce(inputs: Readonly<Record<string, string>>): Promise<StepResult & { calls: readonly Call[] }> {
  const job = jobIn(lane, inputs)
  try {
    const from = (await lane.local.calls()).length
    const main = await startStep(job, 'main').done
    const calls = (await lane.local.calls()).slice(from)
    expect((await startStep(job, 'post').done).code).toBe(0)
    return { ...main, calls }
  } finally {
    job.dispose()
  }
}

/** Like `runOnce`, but kills the action as soon as it has made this call, and never runs post. */
async function killedAfter(action: string, region: string, inputs: Readonly<Record<string, string>>): Promise<void> {
  const job = jobIn(lane, inputs)
  try {
    await killAfter(lane, job, { action, region })
  } finally {
    job.dispose()
  }
}

/** Does not count calls with a lost answer, which are recorded a second time. */
const count = (calls: readonly Call[], action: string) =>
  calls.filter((call) => call.action === action && call.status !== 0).length
const own = async (region: string) =>
  (await lane.local.inventory()).filter((one) => one.region === region && one.type === 'image')
const ready = (main: StepResult) => ({ code: main.code, log: main.code === 0 ? '' : main.log.slice(-3000) })
const done = { code: 0, log: '' }

/** One AMI with its final name in each of two regions, its snapshot, and nothing else since `before`. */
async function expectOneNamed(main: StepResult, before: ReadonlySet<string>): Promise<void> {
  const left = (await lane.local.inventory()).filter(({ id }) => !before.has(id))
  const amis = left.filter(({ type }) => type === 'image')
  expect(Object.fromEntries(amis.map((ami) => [ami.region, ami.id]))).toEqual(
    JSON.parse(main.outputs['ami-ids'] ?? '{}')[key],
  )
  expect(amis).toHaveLength(2)
  for (const { name, tags } of amis) expect([name, tags['k8s-image:state']]).toEqual([tags['k8s-image:name'], 'built'])
  expect(left.filter(({ type }) => type !== 'image').map(({ type }) => type)).toEqual(['snapshot', 'snapshot'])
}

test('an image is built once; one that was handed out untested does not count', async () => {
  const main = await runOnce({ 'ami-regions': home, test: 'none' })
  expect(ready(main)).toEqual(done)
  source = main.outputs['ami-id'] ?? ''
  const again = jobIn(lane, { 'ami-regions': home, ...publishing })
  try {
    const step = startStep(again, 'main')
    let log = ''
    await new Promise<void>((found) => {
      step.child.stdout?.on('data', (chunk) => {
        log += chunk
        if (/: to build$/m.test(log)) found()
      })
      step.child.on('exit', () => found())
    })
    step.child.kill('SIGTERM')
    await step.done
    await startStep(again, 'post').done
    expect(log).toMatch(/debian-13-amd64: to build$/m)
  } finally {
    again.dispose()
  }
  const ami = await ec2(home).ami(source)
  const passed = {
    'k8s-image:state': 'tested',
    'k8s-image:tested': 'boot',
    'k8s-image:tested-at': '2026-11-23T10:00:00Z',
  }
  await ec2(home).tag([source, ...(ami?.snapshots ?? [])], passed)
}, 300_000)

test('after a kill during a copy, without post, the next run makes one copy and builds nothing', async () => {
  await lane.local.settings({ copySeconds: 4 })
  const from = (await lane.local.calls()).length
  await killedAfter('CopyImage', west, { 'ami-regions': `${home},${west}`, ...publishing })
  const main = await runOnce({ 'ami-regions': `${home},${west}`, ...publishing })
  expect(ready(main)).toEqual(done)
  const calls = (await lane.local.calls()).slice(from)
  expect([count(calls, 'RunInstances'), count(calls, 'CreateImage'), count(calls, 'CopyImage')]).toEqual([0, 0, 1])
  expect(main.log).toMatch(/was started by an earlier run: waiting for it/)
  const ids = JSON.parse(main.outputs['ami-ids'] ?? '{}')[key]
  expect(ids).toEqual({ [home]: source, [west]: expect.stringMatching(/^ami-/) })
  expect(main.outputs).toMatchObject({ 'images-built': '0', 'images-existing': '1' })
  expect([await own(home), await own(west)].map((amis) => amis.length)).toEqual([1, 1])
}, 300_000)

test('the AMIs in both regions are shared, dated, protected, tagged and named as set', async () => {
  const aws = awsClients(lane.local.ready.env)
  for (const region of [home, west]) {
    const [image] = await own(region)
    const ami = await ec2(region).ami(image?.id ?? '')
    const made = Date.parse((await ec2(home).ami(source))?.createdAt ?? '')
    expect(ami).toMatchObject({ isProtected: true, needsImdsV2: true })
    expect(ami?.tags).toMatchObject({ team: 'platform', 'k8s-image:state': 'built', 'k8s-image:tested': 'boot' })
    const days = (Date.parse(ami?.deprecatedAt ?? '') - made) / 86_400_000
    expect(days).toBeGreaterThan(29.9)
    expect(days).toBeLessThanOrEqual(30)
    const sdk = await aws.ec2(region)
    const launch = JSON.stringify(
      await sdk.describeImageAttribute({ ImageId: ami?.id ?? '', Attribute: 'launchPermission' }),
    )
    expect(launch).toContain('210987654321')
    expect(launch).toContain('o-a1b2c3d4e5')
    const snapshot = { SnapshotId: ami?.snapshots[0] ?? '', Attribute: 'createVolumePermission' } as const
    expect(JSON.stringify(await sdk.describeSnapshotAttribute(snapshot))).toContain('210987654321')
    const answer = await (await aws.ssm(region)).getParameters({ Names: [parameter] })
    expect(answer).toMatchObject({ Parameters: [{ Value: ami?.id }] })
  }
}, 60_000)

test('the next run is skipped, with at most four calls and one a region', async () => {
  const main = await runOnce({ 'ami-regions': `${home},${west}`, ...publishing })
  expect(ready(main)).toEqual(done)
  const made = main.calls.map(({ service, action, region }) => `${service}:${action} ${region}`)
  process.stdout.write(`skipped in ${main.seconds.toFixed(2)} s by ${made.length} calls: ${made.join(', ')}\n`)
  expect(made.length).toBeLessThanOrEqual(4 + 2)
  expect(JSON.parse(main.outputs['ami-ids'] ?? '{}')[key][home]).toBe(source)
  expect(main.outputs).toMatchObject({ 'images-built': '0', 'images-existing': '1', 'images-failed': '0' })
  expect(main.summary).toContain('| existed')
}, 60_000)

test('if a further region refuses copies, the others are published; the next run copies to that region only', async () => {
  const three = { 'ami-regions': [home, west, europe].join(','), ...publishing }
  await lane.local.faults([{ action: 'CopyImage', region: europe, times: 1, code: 'InvalidRequest', status: 400 }])
  const failed = await runOnce(three)
  expect(failed.code).toBe(1)
  expect(JSON.parse(failed.outputs['ami-ids'] ?? '')).toEqual({})
  expect(JSON.parse(failed.outputs['region-results'] ?? '{}')[key]).toMatchObject({
    [home]: { status: 'ready', ami: source },
    [west]: { status: 'ready' },
    [europe]: { status: 'failed', message: expect.stringMatching(/CopyImage in eu-west-1/) },
  })
  const main = await runOnce(three)
  expect(ready(main)).toEqual(done)
  expect(main.calls.filter(({ action }) => action === 'CopyImage').map(({ region }) => region)).toEqual([europe])
  expect(Object.keys(JSON.parse(main.outputs['ami-ids'] ?? '{}')[key]).sort()).toEqual([europe, home, west])
}, 120_000)

/** Members of DescribeImages that name an AMI or its source. `ImdsSupport`: early copies may lack it, and the named AMI never does. */
const itsOwn = [
  ...['ImageId', 'ImageLocation', 'Name', 'CreationDate', 'ImdsSupport'],
  ...['SourceInstanceId', 'SourceImageId', 'SourceImageRegion'],
]
/** All but imdsSupport, and blockDeviceMapping, which EC2 refuses. */
const attributes = [
  ...(['description', 'kernel', 'ramdisk', 'launchPermission', 'productCodes', 'sriovNetSupport'] as const),
  ...(['bootMode', 'tpmSupport', 'uefiData', 'lastLaunchedTime', 'deregistrationProtection'] as const),
]

/** Everything else that EC2 says about an AMI. */
async function described(region: string, id: string): Promise<object> {
  const sdk = await awsClients(lane.local.ready.env).ec2(region)
  const [image = {}] = (await sdk.describeImages({ ImageIds: [id] })).Images ?? []
  const Tags = Object.fromEntries((image.Tags ?? []).map(({ Key, Value }) => [Key, Value]))
  const members = Object.entries({ ...image, Tags }).filter(([name]) => !itsOwn.includes(name))
  const answers = attributes.map(async (Attribute) => {
    const { $metadata: _, ImageId: __, ...value } = await sdk.describeImageAttribute({ ImageId: id, Attribute })
    return [Attribute, value]
  })
  return { members: Object.fromEntries(members), attributes: Object.fromEntries(await Promise.all(answers)) }
}

/** Calls that give an AMI its name. A row's job is killed after its call. */
const naming = [
  ['RegisterImage', home],
  ['RegisterImage', west],
  ['DeregisterImage', home],
  ['DeregisterImage', west],
] as const

test.each(process.env.K8S_IMAGE_TEST_ALL ? naming : naming.slice(0, 1))(
  'after a kill after %s in %s, without post, the next run has one named AMI a region',
  async (action, region) => {
    const keys = region === home ? '' : await makeKeys(lane.local, [home, west])
    const before = new Set((await lane.local.inventory()).map(({ id }) => id))
    // Gives each case its own digest.
    const extra = `base_journal_limit: ${100 + naming.findIndex((each) => each[0] === action && each[1] === region)}M`
    const inputs = { 'ami-regions': `${home},${west}`, test: 'none', 'ansible-extra-vars': extra, 'kms-key-ids': keys }
    await killedAfter(action, region, inputs)
    if (action === 'RegisterImage') {
      const both = (await own(region)).filter(({ id }) => !before.has(id))
      const [first, named] = both.sort(({ name, tags }) => (name === tags['k8s-image:name'] ? 1 : -1))
      expect([both.length, named?.name]).toEqual([2, first?.tags['k8s-image:name']])
      expect((await ec2(region).ami(named?.id ?? ''))?.needsImdsV2).toBe(true)
      const same = await described(region, named?.id ?? '')
      expect(same).toEqual(await described(region, first?.id ?? ''))
      const ebs = { SnapshotId: first?.snapshot, Encrypted: region !== home }
      expect(same).toMatchObject({ members: { State: 'available', BlockDeviceMappings: [{ Ebs: ebs }] } })
    }
    const main = await runOnce(inputs)
    expect(ready(main)).toEqual(done)
    const made = ['RunInstances', 'CreateImage', 'CopyImage'].map((call) => count(main.calls, call))
    expect(made).toEqual([0, 0, 0])
    await expectOneNamed(main, before)
  },
  180_000,
)

test('with `name-at: build`, an AMI has its name before it is handed out, and the watch of main-job.test.ts sees that', async () => {
  const watch = watchNames(() => lane.local.ready.env, [home], 'early-*')
  const main = await runOnce({
    'ami-regions': home,
    test: 'none',
    'name-at': 'build',
    'if-exists': 'rebuild',
    'ami-name': 'early-{run}',
  })
  const { sightings } = await watch.stop()
  expect(ready(main)).toEqual(done)
  expect(sightings.map(({ id }) => id)).toContain(main.outputs['ami-id'])
  expect(sightings.filter(({ passed }) => !passed).map(({ state }) => state)).toContain('untested')
  expect(count(main.calls, 'RegisterImage')).toBe(0)
}, 120_000)

/** Calls that change a region while a tested AMI is published there, each in its own region. The last one marks the AMI as published. */
const points: readonly (readonly [string, string])[] = [
  ['CopyImage', 'us-east-2'],
  ['ModifyImageAttribute', 'us-west-1'],
  ['ModifySnapshotAttribute', 'ca-central-1'],
  ['EnableImageDeprecation', 'eu-central-1'],
  ['EnableImageDeregistrationProtection', 'eu-west-2'],
  ['PutParameter', 'ap-south-1'],
  ['CreateTags', 'sa-east-1'],
]

all?.each(points)(
  'after a kill after %s in %s, without post, the next run finishes, and makes nothing twice',
  async (action, region) => {
    const inputs = { 'ami-regions': `${home},${region}`, ...publishing }
    const from = (await lane.local.calls()).length
    await killedAfter(action, region, inputs)
    const main = await runOnce(inputs)
    expect(ready(main)).toEqual(done)
    const calls = (await lane.local.calls()).slice(from)
    expect([count(calls, 'RunInstances'), count(calls, 'CreateImage'), count(calls, 'CopyImage')]).toEqual([0, 0, 1])
    const amis = await own(region)
    expect(amis).toHaveLength(1)
    const ami = await ec2(region).ami(amis[0]?.id ?? '')
    expect(ami).toMatchObject({ isProtected: true, tags: { 'k8s-image:state': 'built', team: 'platform' } })
    const answer = await (await awsClients(lane.local.ready.env).ssm(region)).getParameters({ Names: [parameter] })
    expect(answer).toMatchObject({ Parameters: [{ Value: ami?.id }] })
    // Publishing was complete, so the next run changes nothing.
    const again = await runOnce(inputs)
    expect(again.calls.map((call) => call.action).filter((name) => !/^(Describe|Get)/.test(name))).toEqual([])
  },
  120_000,
)

all?.(
  '`all` publishes to every enabled region, and no other',
  async () => {
    // The regions that every account has enabled (rehearsal/regions.py).
    const enabled = [...(await ec2(home).enabledRegions())].sort()
    expect(enabled).toHaveLength(17)
    const before = new Set((await lane.local.inventory()).map(({ id }) => id))
    const main = await runOnce({ 'ami-regions': 'all', ...publishing })
    expect(ready(main)).toEqual(done)
    const ids = JSON.parse(main.outputs['ami-ids'] ?? '{}')[key]
    expect(Object.keys(ids).sort()).toEqual(enabled)
    expect(ids[home]).toBe(source)
    const made = async (region: string) => (await own(region)).filter(({ id }) => !before.has(id) || id === ids[region])
    for (const region of enabled) expect((await made(region)).map(({ id }) => id)).toEqual([ids[region]])
  },
  240_000,
)

describe('encryption', () => {
  const regions = { 'ami-regions': `${home},${west}`, test: 'none', 'share-with-accounts': '210987654321' }
  const aws = () => awsClients(lane.local.ready.env)

  test("with AWS's key and sharing is an error before anything is launched", async () => {
    const keys = `${home}=alias/aws/ebs\n${west}=alias/nobody`
    const main = await runOnce({ ...regions, 'kms-key-ids': keys })
    expect(main.code).toBe(1)
    expect(main.log).toMatch(/alias\/nobody in us-west-2 does not exist/)
    expect(main.log).toMatch(/alias\/aws\/ebs in us-east-1 (is managed by AWS|does not exist)/)
    expect(count(main.calls, 'RunInstances')).toBe(0)
  }, 60_000)

  test('sharing publicly where the account blocks it is an error, too', async () => {
    const main = await runOnce({ 'ami-regions': home, test: 'none', 'share-publicly': 'true' })
    expect(main.code).toBe(1)
    expect(main.log).toMatch(/share-publicly: the account blocks public access to AMIs in us-east-1/)
    expect(count(main.calls, 'RunInstances')).toBe(0)
  }, 60_000)

  all?.(
    'uses the key of each region, from the build on',
    async () => {
      const keys = await makeKeys(lane.local, [home, west])
      const lines = keys.split('\n')
      const main = await runOnce({ ...regions, 'kms-key-ids': keys })
      expect(ready(main)).toEqual(done)
      for (const [region, id] of Object.entries(
        JSON.parse(main.outputs['ami-ids'] ?? '{}')[key] as Record<string, string>,
      )) {
        const [snapshot = ''] = (await ec2(region).ami(id))?.snapshots ?? []
        const shown = JSON.stringify(await (await aws().ec2(region)).describeSnapshots({ SnapshotIds: [snapshot] }))
        expect(shown).toContain(lines.find((line) => line.startsWith(region))?.slice(region.length + 1))
      }
      // The build region's AMI is encrypted from the start, without an unencrypted AMI before it.
      expect(count(main.calls, 'CreateImage')).toBe(1)
      expect(main.calls.filter(({ action }) => action === 'CopyImage').map(({ region }) => region)).toEqual([west])
    },
    120_000,
  )
})

describe('an AMI whose billing another AMI of its snapshots might lose', () => {
  const rhel = { PlatformDetails: 'Red Hat Enterprise Linux', UsageOperation: 'RunInstances:0010' }
  // Each case has its own digest.
  const inputs = (limit: number) => ({
    'ami-regions': `${home},${west}`,
    test: 'none',
    'ansible-extra-vars': `base_journal_limit: ${limit}M`,
  })
  const ids = async () => new Set((await lane.local.inventory()).map(({ id }) => id))
  // In the build region, only naming makes copies.
  const copiesIn = (region: string, calls: readonly Call[]) =>
    calls.filter((call) => call.action === 'CopyImage' && call.region === region && call.status !== 0)

  beforeAll(() => lane.local.settings({ baseRhel: true }))
  afterAll(() => lane.local.settings({ baseRhel: false, copySeconds: {} }))

  /** The named AMIs are copies within their regions: EC2 keeps the billing only of copies. */
  async function expectCopiedWithin(main: StepResult, before: ReadonlySet<string>): Promise<void> {
    await expectOneNamed(main, before)
    const amis: Record<string, string> = JSON.parse(main.outputs['ami-ids'] ?? '{}')[key]
    for (const [region, id] of Object.entries(amis)) {
      const shown = await (await awsClients(lane.local.ready.env).ec2(region)).describeImages({ ImageIds: [id] })
      expect(shown.Images).toMatchObject([{ ...rhel, ImdsSupport: 'v2.0', SourceImageRegion: region }])
    }
  }

  all?.(
    'gets its name by a copy within each region',
    async () => {
      const before = await ids()
      const main = await runOnce(inputs(201))
      expect(ready(main)).toEqual(done)
      expect(count(main.calls, 'RegisterImage')).toBe(0)
      expect([home, west].map((region) => copiesIn(region, main.calls).length)).toEqual([1, 2])
      await expectCopiedWithin(main, before)
    },
    180_000,
  )

  /** Seconds that the copy in the build region takes, and how often the next run asks for it again. */
  const kills = [
    ['complete', 0, 0],
    ['pending', 30, 1],
  ] as const

  all?.each(kills)(
    'has one named AMI a region after a kill without post, while the copy in the build region is %s',
    async (_, seconds, attempts) => {
      await lane.local.settings({ copySeconds: { [home]: seconds } })
      const before = await ids()
      await killedAfter('CopyImage', home, inputs(202 + seconds))
      const main = await runOnce(inputs(202 + seconds))
      expect(ready(main)).toEqual(done)
      expect(['RunInstances', 'CreateImage', 'RegisterImage'].map((call) => count(main.calls, call))).toEqual([0, 0, 0])
      expect(copiesIn(home, main.calls).map(({ code }) => code)).toEqual(
        Array(attempts).fill('InvalidAMIName.Duplicate'),
      )
      await expectCopiedWithin(main, before)
    },
    240_000,
  )
})
