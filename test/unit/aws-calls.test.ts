import { ec2ByRegion } from '../../src/aws.js'
import type { Ec2ByRegion, ResourceKind } from '../../src/ec2.js'
import { type FakeEc2, startFakeEc2 } from '../dist/fake-ec2.js'
import { manualClock } from './fakes.js'

let fake: FakeEc2
let ec2: Ec2ByRegion

beforeEach(async () => {
  fake = await startFakeEc2()
  ec2 = ec2ByRegion(account(), {})
})

afterEach(() => fake.stop())

const account = () => ({ AWS_ENDPOINT_URL: fake.url, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' })

const make = (kind: ResourceKind, id: string, state = 'available') =>
  fetch(`${fake.url}/fake/${kind}/${id}?run=r&state=${state}`, { method: 'PUT' })

test('a copy, its tags, and the mark of what is handed out', async () => {
  await make('image', 'ami-01')
  const source = await ec2('us-east-1').ami('ami-01')
  expect(source).toMatchObject({
    id: 'ami-01',
    state: 'available',
    snapshots: ['snap-01'],
    tags: { 'k8s-image:run': 'r' },
  })
  const id = await ec2('us-west-2').copy({
    name: 'k8s-x',
    sourceRegion: 'us-east-1',
    sourceId: 'ami-01',
    tags: source?.tags ?? {},
    token: 't',
  })
  expect(await ec2('us-west-2').ami(id)).toMatchObject({ state: 'pending', tags: source?.tags })
  expect(await ec2('us-west-2').ami(id)).toMatchObject({ state: 'available' })
  await ec2('us-west-2').tag([id], { 'k8s-image:state': 'built' })
  expect((await ec2('us-west-2').ami(id))?.tags['k8s-image:state']).toBe('built')
  expect(await ec2('us-east-1').ami('ami-99')).toBeUndefined()
  expect(new Set(fake.calls.map((call) => call.split(' ')[0]))).toEqual(new Set(['us-east-1', 'us-west-2']))
})

test.each<[ResourceKind, string]>([
  ['instance', 'running'],
  ['volume', 'available'],
  ['security-group', ''],
  ['key-pair', ''],
  ['launch-template', ''],
  ['image', 'pending'],
  ['snapshot', 'completed'],
])('%s: found by the run, removed, and gone', async (kind, state) => {
  const id = kind === 'image' ? 'ami-1' : 'x-1'
  await make(kind, id, state)
  const client = ec2('us-east-1')
  expect(await client.tagged(kind, 'other')).toEqual([])
  const [found, ...more] = await client.tagged(kind, 'r')
  expect(more).toEqual([])
  expect(found).toMatchObject({ kind, id, tags: { 'k8s-image:run': 'r' } })
  await client.remove(kind, id)
  expect(await client.tagged(kind, 'r')).toEqual([])
})

describe('again', () => {
  const patient = () => {
    const clock = manualClock(0)
    return { clock, ec2: ec2ByRegion(account(), {}, clock)('us-east-1') }
  }

  test('a call that is throttled twice works at the third try, after growing pauses', async () => {
    let left = 2
    fake.fault = () => (left-- > 0 ? { status: 503, code: 'RequestLimitExceeded' } : undefined)
    const { clock, ec2 } = patient()
    expect(await ec2.enabledRegions()).toEqual(['us-east-1', 'us-west-2'])
    expect(fake.calls).toHaveLength(3)
    expect(clock.at).toBeGreaterThanOrEqual(1.5)
    expect(clock.at).toBeLessThanOrEqual(3)
  })

  test.each([
    [503, 'RequestLimitExceeded', 7, /kept throttling DescribeRegions/],
    [500, 'InternalError', 7, /InternalError/],
    [400, 'InvalidParameterValue', 1, /InvalidParameterValue/],
    [403, 'UnauthorizedOperation', 1, /may not do/],
  ])('%d %s is tried %d times', async (status, code, times, message) => {
    fake.fault = () => ({ status, code })
    const { clock, ec2 } = patient()
    await expect(ec2.enabledRegions()).rejects.toThrow(message)
    expect(fake.calls).toHaveLength(times)
    expect(clock.at).toBeLessThan(70)
  })

  test('a server that is not there is said, not waited for', async () => {
    const { clock, ec2 } = patient()
    await fake.stop()
    await expect(ec2.enabledRegions()).rejects.toThrow(
      /EC2 in us-east-1 does not answer \(DescribeRegions: ECONNREFUSED\)/,
    )
    expect(clock.at).toBeLessThan(5)
  })
})

describe('credentials', () => {
  test('of the account, the environment does not count', async () => {
    await ec2('us-east-1').enabledRegions()
    expect(fake.signers).toEqual(['id'])
  })

  test('of the environment, when the account has none', async () => {
    const before = { ...process.env }
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'from-env', AWS_SECRET_ACCESS_KEY: 'x' })
    try {
      await ec2ByRegion({ AWS_ENDPOINT_URL: fake.url })('us-east-1').enabledRegions()
      expect(fake.signers).toEqual(['from-env'])
    } finally {
      process.env = before
    }
  })
})

test('what is gone already is removed', async () => {
  fake.fault = () => ({ status: 400, code: 'InvalidGroup.NotFound' })
  await expect(ec2('us-east-1').remove('security-group', 'sg-1')).resolves.toBeUndefined()
})

test.each([
  ['UnauthorizedOperation', 403, /may not do ec2:TerminateInstances in us-east-1/],
  ['ExpiredToken', 400, /have expired/],
  ['DependencyViolation', 400, /DependencyViolation/],
])('%s is said', async (code, status, message) => {
  fake.fault = () => ({ status, code })
  await expect(ec2('us-east-1').remove('instance', 'i-1')).rejects.toThrow(message)
})
