import { UserError } from '../../../src/lib/errors.js'
import { type NotAvailable, waiter } from '../../../src/publish/wait.js'
import { manualClock, memoryEc2, type Thing } from '../fakes.js'

/** AMIs that are pending until the clock reaches their time. */
function setUp(readyAt: Record<string, number | 'failed' | 'absent'>, regions = ['us-east-1'], random = 0.5) {
  const clock = manualClock(0)
  const things = regions.flatMap((region) =>
    Object.keys(readyAt).map(
      (id): Thing => ({ region, kind: 'image', id, state: 'pending', tags: {}, snapshots: ['snap-1'] }),
    ),
  )
  const ec2 = memoryEc2(...things)
  ec2.before = () => {
    for (const [at, thing] of ec2.things.entries()) {
      const ready = readyAt[thing.id] ?? 0
      const state =
        ready === 'failed' ? 'failed' : typeof ready === 'number' && clock.at >= ready ? 'available' : 'slow'
      // The EC2 in memory makes `pending` available at the second describe; here the clock decides.
      ec2.things[at] = { ...thing, state }
    }
  }
  const look = (region: string) => {
    const client = ec2.byRegion(region)
    return {
      ...client,
      amis: async (ids: readonly string[]) =>
        (await client.amis(ids))
          .filter(({ id }) => readyAt[id] !== 'absent')
          .map((ami) => (ami.state === 'slow' ? { ...ami, state: 'pending' } : ami)),
    }
  }
  const abort = new AbortController()
  const wait = waiter({ ec2: look, clock, signal: abort.signal, random: () => random })
  return { clock, ec2, abort, wait }
}

test.each([
  [0, 95],
  [0.5, 95],
  [1, 100],
])('an AMI is polled often at first, then less and less, down to every 5 s (jitter %d)', async (random, looks) => {
  const { clock, ec2, wait } = setUp({ 'ami-1': 400 }, undefined, random)
  expect(await wait('us-east-1', 'ami-1', 3600)).toMatchObject({ id: 'ami-1', state: 'available' })
  expect(clock.at).toBeGreaterThanOrEqual(400)
  expect(clock.at).toBeLessThanOrEqual(405)
  expect(ec2.calls.length).toBeLessThan(looks)
})

test('the wait for an AMI that is soon ready is short', async () => {
  const { clock, wait } = setUp({ 'ami-1': 1.2 })
  await wait('us-east-1', 'ami-1', 3600)
  expect(clock.at).toBeLessThan(1.8)
})

test('AMIs of one region share their requests; regions do not wait for each other', async () => {
  const ids = Array.from({ length: 50 }, (_, at) => `ami-${at}`)
  const { ec2, wait } = setUp(Object.fromEntries(ids.map((id, at) => [id, at])), ['us-east-1', 'us-west-2'])
  const all = ['us-east-1', 'us-west-2'].flatMap((region) => ids.map((id) => wait(region, id, 3600)))
  expect(new Set((await Promise.all(all)).map(({ state }) => state))).toEqual(new Set(['available']))
  const looks = (region: string) => ec2.calls.filter((call) => call.startsWith(`${region} amis`)).length
  expect(looks('us-east-1')).toBeLessThan(25)
  expect(looks('us-west-2')).toBeLessThan(25)
})

test('an AMI that is added later is awaited, too', async () => {
  const { wait } = setUp({ 'ami-1': 1, 'ami-2': 3 })
  await wait('us-east-1', 'ami-1', 3600)
  expect((await wait('us-east-1', 'ami-2', 3600)).id).toBe('ami-2')
})

test.each<[number | 'failed' | 'absent', NotAvailable['state'], RegExp, number]>([
  ['failed', 'failed', /the AMI ami-1 in us-east-1 is failed/, 1],
  ['absent', 'unknown', /the AMI ami-1 in us-east-1 is not there/, 110],
  [9999, 'late', /is still pending after `timeout`/, 601],
])('an AMI that is %s is reported as %s', async (when, state, message, within) => {
  const { clock, wait } = setUp({ 'ami-1': when, 'ami-2': 5 })
  const [bad, good] = await Promise.allSettled([wait('us-east-1', 'ami-1', 600), wait('us-east-1', 'ami-2', 600)])
  expect(bad).toMatchObject({ status: 'rejected', reason: { state, message: expect.stringMatching(message) } })
  expect(good.status).toBe('fulfilled')
  expect(clock.at).toBeLessThan(within + 10)
})

test('a region that answers with an error fails every wait there, and no others', async () => {
  const { ec2, wait } = setUp({ 'ami-1': 0, 'ami-2': 0 }, ['us-east-1', 'us-west-2'])
  const before = ec2.before
  ec2.before = (call, region) => {
    if (region === 'us-west-2') throw new UserError('aws-failed', 'not allowed')
    before(call, region)
  }
  const waits = [wait('us-east-1', 'ami-1', 60), wait('us-west-2', 'ami-1', 60), wait('us-west-2', 'ami-2', 60)]
  expect((await Promise.allSettled(waits)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  ec2.before = before
  expect((await wait('us-west-2', 'ami-1', 60)).id).toBe('ami-1')
})

describe('a region that does not answer', () => {
  const outage = (from: number, to: number, name: string) => {
    const made = setUp({ 'ami-1': 200 })
    const { before } = made.ec2
    made.ec2.before = (call, region) => {
      if (made.clock.at >= from && made.clock.at < to)
        throw new UserError('aws-unreachable', 'no answer', 'x', { cause: { name } })
      before(call, region)
    }
    return made
  }

  test.each(['ECONNRESET', 'ENOTFOUND', 'RequestLimitExceeded'])('for minutes fails no wait: %s', async (name) => {
    const { clock, wait } = outage(20, 290, name)
    expect((await wait('us-east-1', 'ami-1', 3600, 10)).id).toBe('ami-1')
    expect(clock.at).toBeLessThan(296)
  })

  test('for longer fails the wait with the reason', async () => {
    const { clock, wait } = outage(20, 9999, 'ECONNRESET')
    await expect(wait('us-east-1', 'ami-1', 3600)).rejects.toThrow('no answer')
    expect(clock.at).toBeGreaterThan(300)
    expect(clock.at).toBeLessThan(325)
  })

  test('fails only the waits whose time is up', async () => {
    const { wait } = outage(20, 100, 'ECONNRESET')
    const [short, long] = await Promise.allSettled([wait('us-east-1', 'ami-1', 60), wait('us-east-1', 'ami-1', 3600)])
    expect(short).toMatchObject({ status: 'rejected', reason: { message: 'no answer' } })
    expect(long).toMatchObject({ status: 'fulfilled' })
  })

  test('does not make an AMI missing that is not listed right after it', async () => {
    const { clock, ec2, wait } = outage(20, 100, 'ECONNRESET')
    const things = [...ec2.things]
    const inOutage = ec2.before
    ec2.before = (call, region) => {
      ec2.things.splice(0, ec2.things.length, ...(clock.at >= 100 && clock.at < 106 ? [] : things))
      inOutage(call, region)
    }
    expect((await wait('us-east-1', 'ami-1', 3600, 10)).id).toBe('ami-1')
  })

  test('at the deadline fails the wait with the reason', async () => {
    const { clock, wait } = outage(20, 9999, 'ECONNRESET')
    await expect(wait('us-east-1', 'ami-1', 60)).rejects.toThrow('no answer')
    expect(clock.at).toBeLessThanOrEqual(60)
  })
})

test('an AMI that was listed counts as missing only once it is not listed for a while', async () => {
  const { clock, ec2, wait } = setUp({ 'ami-1': 100 })
  const things = [...ec2.things]
  const { before } = ec2
  ec2.before = (call, region) => {
    // One stale answer in between.
    const isStale = clock.at > 50 && clock.at < 55
    ec2.things.splice(0, ec2.things.length, ...(isStale ? [] : things))
    before(call, region)
  }
  expect((await wait('us-east-1', 'ami-1', 3600, 10)).id).toBe('ami-1')
})

test('a cancel ends the wait', async () => {
  const { ec2, abort, wait } = setUp({ 'ami-1': 9999 })
  const before = ec2.before
  ec2.before = (call, region) => {
    before(call, region)
    if (ec2.calls.length === 3) abort.abort(new Error('cancelled'))
  }
  await expect(wait('us-east-1', 'ami-1', 600)).rejects.toThrow('cancelled')
})
