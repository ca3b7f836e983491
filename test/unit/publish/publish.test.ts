import type { Ami } from '../../../src/aws/ec2.js'
import { UserError } from '../../../src/lib/errors.js'
import { type PublishOrder, publisher } from '../../../src/publish/publish.js'
import { manualClock, memoryEc2, memoryLog, publishSettings, type Thing } from '../fakes.js'

const source: Thing = {
  region: 'us-east-1',
  kind: 'image',
  id: 'ami-01',
  state: 'available',
  name: 'k8s-x',
  createdAt: '2026-11-01T08:30:10.000Z',
  needsImdsV2: true,
  tags: {
    'k8s-image:run': 'r',
    'k8s-image:digest': 'd',
    'k8s-image:state': 'tested',
    'k8s-image:tested': 'node',
    'k8s-image:tested-at': '2026-11-01T09:00:00Z',
    team: 'a',
  },
  snapshots: ['snap-01'],
}
const order: PublishOrder = {
  image: 'debian-13-amd64',
  runId: 'r',
  home: 'us-east-1',
  source: 'ami-01',
  name: 'k8s-x',
  digest: 'd',
  description: 'a node',
  known: {},
  regions: ['eu-west-1', 'us-west-2'],
  settings: publishSettings,
  tags: { team: 'a' },
  timeout: 600,
}

function setUp(...things: Thing[]) {
  const ec2 = memoryEc2(...things)
  const log = memoryLog()
  const clock = manualClock()
  const abort = new AbortController()
  const { begin, publish } = publisher({ ec2: ec2.byRegion, clock, log, signal: abort.signal }, 50)
  const calls = (word: string) => ec2.calls.filter((call) => call.split(' ')[1] === word)
  return { ec2, log, clock, abort, begin, publish, calls }
}

const asAmi = ({ region: _, kind: __, registration: ___, ...rest }: Thing): Ami => ({
  name: '',
  state: '',
  snapshots: [],
  ...rest,
})

test('an image gets its settings while copies of others fill the region', async () => {
  const { ec2, log } = setUp(structuredClone(source))
  const others = Array.from(
    { length: 20 },
    (_, at): Thing => ({ ...source, id: `ami-other${at}`, name: `other-${at}` }),
  )
  ec2.things.push(...others)
  const pending = new Promise<never>(() => undefined)
  const wait = async (region: string, id: string) => {
    const found = ec2.things.find((thing) => thing.region === region && thing.id === id)
    if (region === 'us-west-2' && found?.name !== 'k8s-x') return pending
    return asAmi({ ...(found as Thing), state: 'available' })
  }
  const effects = { ec2: ec2.byRegion, clock: manualClock(), log, signal: new AbortController().signal, wait }
  const { begin, publish } = publisher(effects, 50)
  const one = { ...order, regions: ['us-west-2'] }
  const early = begin(one, asAmi(source), effects.signal)
  for (const other of others) begin({ ...one, source: other.id, name: other.name ?? '' }, asAmi(other), effects.signal)
  expect((await publish(one, early)).regions).toMatchObject({ 'us-west-2': { status: 'ready' } })
})

test('regions are listed in the order of the inputs, whichever is ready first', async () => {
  const { begin, publish, abort } = setUp(structuredClone(source))
  const early = new Map(begin(order, asAmi(source), abort.signal))
  const first = early.get('eu-west-1')
  // Its copy takes longer than all work in the other region.
  const late = async () => {
    await new Promise((later) => setTimeout(later, 100))
    return (await first) as Ami
  }
  early.set('eu-west-1', late())
  expect(Object.keys((await publish(order, early)).regions)).toEqual(['us-east-1', 'eu-west-1', 'us-west-2'])
})

describe('copies during the test', () => {
  const untested = { ...source, tags: { 'k8s-image:run': 'r', 'k8s-image:digest': 'd', 'k8s-image:state': 'untested' } }
  const settings = { ...publishSettings, accounts: ['123456789012'] }

  test('start untested and private, and get all settings once they are published', async () => {
    const { ec2, begin, publish, calls, abort } = setUp(structuredClone(untested))
    const early = begin({ ...order, settings }, asAmi(untested), abort.signal)
    await Promise.all(early.values())
    expect(ec2.things.slice(1).map(({ tags }) => tags)).toEqual([untested.tags, untested.tags])
    expect(calls('share')).toEqual([])
    // Sets the tags of a passed test.
    Object.assign(ec2.things[0]?.tags ?? {}, source.tags)
    const { failures, regions } = await publish({ ...order, settings }, early)
    expect(failures).toEqual([])
    expect(Object.keys(regions).sort()).toEqual(['eu-west-1', 'us-east-1', 'us-west-2'])
    expect(calls('copy')).toHaveLength(2)
    expect(calls('share')).toHaveLength(3)
    for (const copy of ec2.things.slice(1))
      expect(copy.tags).toMatchObject({ 'k8s-image:state': 'tested', 'k8s-image:tested': 'node', team: 'a' })
  })

  test('that fail affect only their region', async () => {
    const { publish } = setUp(structuredClone(source))
    const failed = Promise.reject(new UserError('aws-failed', 'the copy failed'))
    failed.catch(() => undefined)
    const { regions, failures } = await publish(order, new Map([['us-west-2', failed]]))
    expect(regions).toMatchObject({ 'us-east-1': { status: 'ready' }, 'eu-west-1': { status: 'ready' } })
    expect(regions['us-west-2']).toEqual({ status: 'failed', message: 'the copy failed' })
    expect(failures).toHaveLength(1)
  })

  test('stop when the image failed: waiting copies never begin', async () => {
    const stop = new AbortController()
    const { begin, calls } = setUp(structuredClone(source))
    stop.abort(new UserError('aws-failed', 'the test failed'))
    const early = begin(order, asAmi(source), stop.signal)
    const endings = await Promise.allSettled(early.values())
    expect(endings.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(calls('copy')).toEqual([])
  })
})

describe('copies', () => {
  test('have the name, description and tags of the source, and are awaited', async () => {
    const { ec2, publish, log } = setUp({
      ...source,
      description: 'a node',
      tags: { ...source.tags, 'aws:backup': 'x' },
    })
    const { regions, failures } = await publish(order)
    expect(failures).toEqual([])
    expect(Object.entries(regions).map(([at, { status }]) => [at, status])).toEqual(
      expect.arrayContaining([
        ['us-east-1', 'ready'],
        ['eu-west-1', 'ready'],
        ['us-west-2', 'ready'],
      ]),
    )
    for (const copied of ec2.things.slice(1))
      expect(copied).toMatchObject({ name: 'k8s-x', description: 'a node', tags: source.tags, state: 'available' })
    expect(log.lines).toContain(`debian-13-amd64: copied to us-west-2 as ${regions['us-west-2']?.ami}`)
  })

  test('are not made without regions: only the source is checked', async () => {
    const { ec2, publish } = setUp(source)
    expect((await publish({ ...order, regions: [] })).regions).toEqual({
      'us-east-1': { status: 'ready', ami: 'ami-01' },
    })
    expect(ec2.calls).toEqual(['us-east-1 amis ami-01'])
  })

  test('of an AMI that is handed out do not start as handed out', async () => {
    const tags = { ...source.tags, 'k8s-image:state': 'built', 'k8s-image:published': 'p' }
    const { ec2, publish } = setUp({ ...source, tags })
    await publish(order)
    const copy = ec2.things[1]
    expect(copy?.tags).toMatchObject({ 'k8s-image:state': 'tested', 'k8s-image:tested': 'node' })
    expect(copy?.tags['k8s-image:published']).toBeUndefined()
  })

  test('that an earlier run made or began are reused', async () => {
    const made: Thing = { ...source, region: 'eu-west-1', id: 'ami-eu' }
    const begun: Thing = { ...source, region: 'us-west-2', id: 'ami-us', state: 'pending' }
    const { publish, calls } = setUp(source, made, begun)
    const left = { copies: { 'eu-west-1': asAmi(made), 'us-west-2': asAmi(begun) }, dead: {}, spent: {} }
    const { regions } = await publish({ ...order, left })
    expect(regions).toMatchObject({ 'eu-west-1': { ami: 'ami-eu' }, 'us-west-2': { ami: 'ami-us' } })
    expect(calls('copy')).toEqual([])
  })

  test('that failed in an earlier run are removed, and made again with another token', async () => {
    const dead: Thing = { ...source, region: 'us-west-2', id: 'ami-dead', state: 'failed', snapshots: ['snap-dead'] }
    const { ec2, publish, calls } = setUp(source, dead)
    const tokens: string[] = []
    const spy = (region: string) => {
      const client = ec2.byRegion(region)
      return {
        ...client,
        copy: (request: Parameters<typeof client.copy>[0]) => {
          tokens.push(request.token)
          return client.copy(request)
        },
      }
    }
    const effects = { ec2: spy, clock: manualClock(), log: memoryLog(), signal: new AbortController().signal }
    const left = { copies: {}, dead: { 'us-west-2': asAmi(dead) }, spent: {} }
    await publisher(effects, 5).publish({ ...order, regions: ['us-west-2'], left })
    expect(calls('remove')).toEqual(['us-west-2 remove image ami-dead', 'us-west-2 remove snapshot snap-dead'])
    await publish({ ...order, regions: ['us-west-2'] })
    await publisher(effects, 5).publish({ ...order, regions: ['us-west-2'] })
    await publisher(effects, 5).publish({ ...order, regions: ['us-west-2'], runId: 'another' })
    expect(new Set(tokens).size).toBe(2)
    expect(tokens[1]).toBe(tokens[2])
    expect(tokens.every((token) => /^[0-9a-f]{64}$/.test(token))).toBe(true)
  })

  test('whose name the same copy took a moment ago are reused', async () => {
    const { ec2, publish } = setUp(source)
    ec2.before = (call, region) => {
      if (!call.startsWith('copy') || ec2.things.some(({ id }) => id === 'ami-late')) return
      ec2.things.push({ ...source, region, id: 'ami-late', state: 'pending' })
      throw new UserError('aws-failed', 'taken', 'x', { cause: { name: 'InvalidAMIName.Duplicate' } })
    }
    const { regions } = await publish({ ...order, regions: ['us-west-2'] })
    expect(regions['us-west-2']).toEqual({ status: 'ready', ami: 'ami-late' })
  })

  test('whose name the same copy took are reused, even if EC2 lists that one late', async () => {
    const { ec2, clock, publish } = setUp(source)
    let taken: number | undefined
    ec2.before = (call, region) => {
      const isListed = ec2.things.some(({ id }) => id === 'ami-late')
      if (taken !== undefined && clock.at > taken + 20 && !isListed)
        ec2.things.push({ ...source, region: 'us-west-2', id: 'ami-late', state: 'pending' })
      if (!call.startsWith('copy') || region !== 'us-west-2' || isListed) return
      taken ??= clock.at
      throw new UserError('aws-failed', 'taken', 'x', { cause: { name: 'InvalidAMIName.Duplicate' } })
    }
    const { regions } = await publish({ ...order, regions: ['us-west-2'] })
    expect(regions['us-west-2']).toEqual({ status: 'ready', ami: 'ami-late' })
  })

  test.each<[string, Partial<Thing>, boolean]>([
    ['the same copy is reused', { copiedFrom: 'ami-01', tags: { 'k8s-image:digest': 'd' } }, true],
    ['a tested copy of another AMI is reused', { copiedFrom: 'ami-09' }, true],
    [
      'an untested copy of another AMI, which may have failed its test, is refused',
      { copiedFrom: 'ami-09', tags: { 'k8s-image:digest': 'd', 'k8s-image:state': 'untested' } },
      false,
    ],
    ['an AMI with other content is refused', { tags: { 'k8s-image:digest': 'other' } }, false],
  ])('whose name is taken: %s', async (_, changes, isReused) => {
    const { ec2, publish } = setUp(source, { ...source, region: 'us-west-2', id: 'ami-left', ...changes })
    ec2.before = (call) => {
      if (call.startsWith('copy'))
        throw new UserError('aws-failed', 'taken', 'x', { cause: { name: 'InvalidAMIName.Duplicate' } })
    }
    const { regions } = await publish({ ...order, regions: ['us-west-2'] })
    expect(regions['us-west-2']).toEqual(
      isReused
        ? { status: 'ready', ami: 'ami-left' }
        : { status: 'failed', message: 'another AMI in us-west-2 has the name k8s-x' },
    )
  })

  test.each([
    ['too many run', 'ResourceLimitExceeded'],
    ['too many were started', 'RequestLimitExceeded'],
  ])('are retried later when %s', async (_, name) => {
    const { ec2, clock, publish, calls } = setUp(source)
    let left = 2
    ec2.before = (call) => {
      if (call.startsWith('copy') && left-- > 0) throw new UserError('aws-failed', 'too many', 'x', { cause: { name } })
    }
    const start = clock.at
    expect((await publish({ ...order, regions: ['us-west-2'] })).failures).toEqual([])
    expect(calls('copy')).toHaveLength(3)
    expect(clock.at - start).toBeGreaterThanOrEqual(30)
  })

  test('that EC2 fails to make are reported and removed', async () => {
    const { ec2, publish } = setUp(source)
    ec2.before = (call) => {
      const at = ec2.things.findIndex(({ id }) => id.startsWith('ami-copy') && call === `amis ${id}`)
      const thing = ec2.things[at]
      if (thing !== undefined) ec2.things[at] = { ...thing, state: 'failed' }
    }
    const { regions, failures } = await publish({ ...order, regions: ['eu-west-1'] })
    expect(failures[0]?.message).toMatch(/^debian-13-amd64: the AMI ami-copy1 in eu-west-1 is failed/)
    expect(regions['eu-west-1']).toMatchObject({ status: 'failed', message: expect.stringMatching(/is failed/) })
    expect(ec2.things.map(({ id }) => id)).toEqual(['ami-01'])
  })

  test('are encrypted with the key of their region, and have it in a tag', async () => {
    const { ec2, publish } = setUp(source)
    const keys = { 'us-east-1': 'alias/home', 'us-west-2': 'alias/k8s' }
    await publish({ ...order, regions: ['us-west-2'], settings: { ...publishSettings, keys } })
    expect(ec2.things[1]?.tags['k8s-image:kms-key']).toBe('alias/k8s')
  })
})

test('a region that fails does not stop the others', async () => {
  const { ec2, publish } = setUp(source)
  ec2.before = (call, region) => {
    if (region === 'eu-west-1' && call.startsWith('copy')) throw new UserError('aws-failed', 'no quota', 'ask for more')
  }
  const { regions, failures } = await publish(order)
  expect(regions).toMatchObject({
    'us-east-1': { status: 'ready' },
    'us-west-2': { status: 'ready' },
    'eu-west-1': { status: 'failed', message: 'no quota' },
  })
  expect(failures).toEqual([{ code: 'aws-failed', message: 'debian-13-amd64: no quota', hint: 'ask for more' }])
})

test('a missing source is one failure, nothing is copied, and every region is reported', async () => {
  const { publish, calls } = setUp()
  const { regions, failures } = await publish(order)
  expect(Object.values(regions).map(({ status }) => status)).toEqual(['failed', 'failed', 'failed'])
  expect(failures).toHaveLength(1)
  expect(calls('copy')).toEqual([])
})

test('copies at once are limited, for all images and for each region', async () => {
  const regions = Array.from({ length: 12 }, (_, at) => `xx-test-${at}`)
  const { ec2 } = setUp(source)
  let running = 0
  const most = { all: 0, region: 0 }
  const perRegion = new Map<string, number>()
  const slow = (region: string) => {
    const client = ec2.byRegion(region)
    return {
      ...client,
      copy: async (request: Parameters<typeof client.copy>[0]) => {
        most.all = Math.max(most.all, ++running)
        perRegion.set(region, (perRegion.get(region) ?? 0) + 1)
        most.region = Math.max(most.region, perRegion.get(region) ?? 0)
        await new Promise((done) => setTimeout(done, 2))
        running--
        perRegion.set(region, (perRegion.get(region) ?? 0) - 1)
        return client.copy(request)
      },
    }
  }
  const effects = { ec2: slow, clock: manualClock(), log: memoryLog(), signal: new AbortController().signal }
  const few = publisher(effects, 8).publish
  await Promise.all([few({ ...order, regions }), few({ ...order, regions })])
  expect(most.all).toBe(8)
  const many = publisher(effects, 500).publish
  await Promise.all(Array.from({ length: 40 }, () => many({ ...order, regions: ['xx-test-0'] })))
  expect(most.region).toBe(15)
})

test('a cancel rejects', async () => {
  const { ec2, publish, abort } = setUp(source)
  ec2.before = (call) => {
    if (call.startsWith('copy')) abort.abort(new Error('cancelled'))
  }
  await expect(publish(order)).rejects.toThrow('cancelled')
})

describe('settings in each region', () => {
  const settings = {
    ...publishSettings,
    accounts: ['123456789012'],
    organizations: ['arn:o'],
    deprecateAfter: 90,
    protection: 'true' as const,
  }

  test('permissions of AMIs and snapshots, deprecation by the age of the source, protection', async () => {
    const { ec2, publish } = setUp(source)
    await publish({ ...order, regions: ['us-west-2'], settings })
    for (const [region, ami, snapshot] of [
      ['us-east-1', 'ami-01', 'snap-01'],
      ['us-west-2', 'ami-copy1', 'snap-copy1'],
    ])
      expect(ec2.calls).toEqual(
        expect.arrayContaining([
          `${region} share ${ami}`,
          `${region} shareSnapshot ${snapshot} 123456789012`,
          `${region} deprecate ${ami} 2027-01-30T08:30:00.000Z`,
          `${region} protect ${ami}`,
        ]),
      )
  })

  test('settings that are already right are not set again', async () => {
    const done = { ...source, deprecatedAt: '2027-01-30T08:30:00.000Z', isProtected: true }
    const { publish, calls } = setUp(done)
    await publish({ ...order, regions: [], settings })
    expect([...calls('deprecate'), ...calls('protect'), ...calls('tag')]).toEqual([])
  })

  test('organizations alone need no permission for snapshots', async () => {
    const { publish, calls } = setUp(source)
    await publish({ ...order, regions: [], settings: { ...settings, accounts: [] } })
    expect([calls('share').length, calls('shareSnapshot').length]).toEqual([1, 0])
  })

  test("changed tags, the source's run, a test's level, and IMDSv2 if a killed Packer did not set it", async () => {
    const stale = { ...source.tags, 'k8s-image:run': 'a', 'k8s-image:tested': 'boot', 'k8s-image:state': 'untested' }
    const begun: Thing = { ...source, region: 'us-west-2', id: 'ami-us', tags: stale, needsImdsV2: false }
    const { ec2, publish, calls } = setUp(source, begun)
    const left = { copies: { 'us-west-2': asAmi(begun) }, dead: {}, spent: {} }
    await publish({ ...order, regions: ['us-west-2'], left, tags: { team: 'b' } })
    const copy = ec2.things.find(({ id }) => id === 'ami-us')
    expect(copy?.tags).toEqual({ ...source.tags, team: 'b' })
    expect(calls('requireImdsV2')).toEqual(['us-west-2 requireImdsV2 ami-us'])
  })
})
