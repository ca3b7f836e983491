import type { Ami } from '../../../src/aws/ec2.js'
import { UserError } from '../../../src/lib/errors.js'
import { type PublishOrder, publisher } from '../../../src/publish/publish.js'
import { available } from '../../../src/publish/source.js'
import { NotAvailable, waiter } from '../../../src/publish/wait.js'
import { select } from '../../../src/sweep/select.js'
import { manualClock, memoryEc2, memoryLog, publishSettings, type Thing } from '../fakes.js'

const provisional: Thing = {
  region: 'us-east-1',
  kind: 'image',
  id: 'ami-01',
  state: 'available',
  name: 'provisional-1',
  createdAt: '2026-11-01T08:30:10.000Z',
  needsImdsV2: true,
  tags: {
    'k8s-image:run': 'r',
    'k8s-image:digest': 'd',
    'k8s-image:name': 'k8s-x',
    'k8s-image:state': 'tested',
    'k8s-image:tested': 'node',
    'k8s-image:tested-at': '2026-11-01T09:00:00Z',
    team: 'a',
  },
  snapshots: ['snap-01'],
}
const untested = {
  ...provisional,
  tags: { 'k8s-image:run': 'r', 'k8s-image:digest': 'd', 'k8s-image:name': 'k8s-x', 'k8s-image:state': 'untested' },
}
const snapshot = (id: string, region = 'us-east-1'): Thing => ({ region, kind: 'snapshot', id, tags: {} })
const order: PublishOrder = {
  image: 'debian-13-amd64',
  runId: 'r',
  home: 'us-east-1',
  source: 'ami-01',
  name: 'k8s-x',
  digest: 'd',
  description: 'a node',
  known: {},
  regions: ['us-west-2'],
  settings: { ...publishSettings, accounts: ['123456789012'], deprecateAfter: 90, protection: 'true' },
  tags: { team: 'a' },
  timeout: 600,
}

function setUp(...things: Thing[]) {
  const ec2 = memoryEc2(...structuredClone(things))
  const log = memoryLog()
  const clock = manualClock()
  const signal = new AbortController().signal
  const { begin, publish } = publisher({ ec2: ec2.byRegion, clock, log, signal }, 50)
  const calls = (word: string) => ec2.calls.filter((call) => call.split(' ')[1] === word)
  const amis = () => ec2.things.filter(({ kind }) => kind === 'image').map(({ region, name }) => `${region} ${name}`)
  return { ec2, log, clock, signal, begin, publish, calls, amis }
}

const asAmi = ({ region: _, kind: __, registration: ___, ...rest }: Thing): Ami => ({
  name: '',
  state: '',
  snapshots: [],
  ...rest,
})

test('once every region has the AMI, it gets its name in all of them; the provisional AMI is removed, its snapshots stay', async () => {
  const { ec2, publish, calls, amis } = setUp(provisional, snapshot('snap-01'))
  const { regions, failures } = await publish(order)
  expect(failures).toEqual([])
  expect(amis().sort()).toEqual(['us-east-1 k8s-x', 'us-west-2 k8s-x'])
  expect(regions).toEqual({
    'us-east-1': { status: 'ready', ami: 'ami-named2' },
    'us-west-2': { status: 'ready', ami: 'ami-named3' },
  })
  expect(ec2.things.find(({ id }) => id === 'snap-01')).toBeDefined()
  expect(calls('remove')).toEqual(['us-east-1 remove image ami-01', 'us-west-2 remove image ami-copy1'])
  const last = (word: string) => ec2.calls.findLastIndex((call) => call.split(' ')[1] === word)
  const first = (word: string) => ec2.calls.findIndex((call) => call.split(' ')[1] === word)
  expect(first('register')).toBeGreaterThan(last('copy'))
  // The removal waits until EC2 lists the named AMIs as available.
  for (const id of ['ami-named2', 'ami-named3'])
    expect(first('remove')).toBeGreaterThan(ec2.calls.findIndex((call) => call.endsWith(` amis ${id}`)))
})

test('it has tags from the start, and permissions, deprecation and protection like any other AMI', async () => {
  const { ec2, publish, calls } = setUp(provisional)
  const born: Record<string, Thing['tags']> = {}
  const spy = (region: string) => {
    const client = ec2.byRegion(region)
    const register: typeof client.register = (ami, name, tags) => {
      born[region] = tags
      return client.register(ami, name, tags)
    }
    return { ...client, register }
  }
  const signal = new AbortController().signal
  await publisher({ ec2: spy, clock: manualClock(), log: memoryLog(), signal }, 5).publish(order)
  expect(born['us-east-1']).toEqual(provisional.tags)
  expect(born['us-west-2']).toEqual(provisional.tags)
  expect(calls('tag')).toEqual([])
  for (const [region, ami, snap] of [
    ['us-east-1', 'ami-named2', 'snap-01'],
    ['us-west-2', 'ami-named3', 'snap-copy1'],
  ])
    expect(ec2.calls).toEqual(
      expect.arrayContaining([
        `${region} share ${ami}`,
        `${region} shareSnapshot ${snap} 123456789012`,
        // Counts from the creation of the named AMI, the only date that the look-up knows.
        `${region} deprecate ${ami} 2027-01-30T09:00:00.000Z`,
        `${region} protect ${ami}`,
      ]),
    )
  expect(publish).toBeDefined()
})

test('copies started during the test, and describes that lag: no AMI with the name ever counts as untested', async () => {
  const { ec2, begin, publish, signal, calls } = setUp(untested)
  const passed = {
    'k8s-image:state': 'tested',
    'k8s-image:tested': 'node',
    'k8s-image:tested-at': '2026-11-01T09:00:00Z',
  }
  const seen: (string | undefined)[] = []
  ec2.before = () => {
    for (const { name, tags } of ec2.things) if (name === 'k8s-x') seen.push(tags['k8s-image:state'])
  }
  const early = begin(order, asAmi(untested), signal)
  await Promise.all(early.values())
  expect((await publish({ ...order, known: passed }, early)).failures).toEqual([])
  expect(seen.length).toBeGreaterThan(0)
  expect(new Set(seen)).toEqual(new Set(['tested']))
  // The provisional AMI's tags include the snapshots. The test already tagged the source's snapshot.
  expect(calls('tag')).toEqual([
    'us-east-1 tag ami-01 snap-01 a',
    expect.stringMatching(/^us-west-2 tag ami-copy1 snap-copy1 .*tested/),
  ])
})

describe('copies started during the test, if another region fails', () => {
  const passed = {
    'k8s-image:state': 'tested',
    'k8s-image:tested': 'node',
    'k8s-image:tested-at': '2026-11-01T09:00:00Z',
  }
  const three = { ...order, regions: ['eu-west-1', 'us-west-2'], known: passed }
  const resources = (ec2: ReturnType<typeof setUp>['ec2']) => ec2.things.filter(({ region }) => region !== 'us-east-1')

  test('stay: they count as tested, so the sweep leaves them', async () => {
    const { ec2, begin, publish, signal } = setUp(untested)
    ec2.before = (call, region) => {
      if (region === 'eu-west-1' && call.startsWith('copy')) throw new UserError('aws-failed', 'no quota')
    }
    const { failures } = await publish(three, begin(three, asAmi(untested), signal))
    expect(failures).toMatchObject([{ message: 'debian-13-amd64: no quota' }])
    expect(resources(ec2)).toMatchObject([{ region: 'us-west-2', tags: passed }])
    expect(select(resources(ec2)).remove).toEqual([])
  })

  test('stay also while they are pending: the next run resumes the wait', async () => {
    const { ec2, signal, log, clock } = setUp(untested)
    const late = async (region: string, id: string) => {
      if (region === 'us-west-2') throw new NotAvailable('late', id, 'still pending', 'x')
      return asAmi(ec2.things.find((thing) => thing.id === id) as Thing)
    }
    const { begin, publish } = publisher({ ec2: ec2.byRegion, clock, log, signal, wait: late }, 5)
    const { failures } = await publish(three, begin(three, asAmi(untested), signal))
    expect(failures).toMatchObject([{ message: 'debian-13-amd64: still pending' }])
    expect(resources(ec2).map(({ tags }) => tags['k8s-image:state'])).toEqual(['tested', 'tested'])
    expect(select(resources(ec2)).remove).toEqual([])
  })

  test('go, if the AMI itself was not tested', async () => {
    const { ec2, begin, publish, signal } = setUp(untested)
    ec2.before = (call, region) => {
      if (region === 'eu-west-1' && call.startsWith('copy')) throw new UserError('aws-failed', 'no quota')
    }
    const without = { ...three, known: {} }
    await publish(without, begin(without, asAmi(untested), signal))
    expect(select(resources(ec2)).remove).toHaveLength(2)
  })
})

test('copies that began before Packer described the AMI have the description, and so do the named AMIs', async () => {
  const { ec2, begin, publish, signal } = setUp(provisional)
  const { description: _, ...early } = asAmi(provisional)
  const copies = begin(order, early, signal)
  await Promise.all(copies.values())
  expect((await publish(order, copies)).failures).toEqual([])
  const images = ec2.things.filter(({ kind, name }) => kind === 'image' && name === 'k8s-x')
  expect(images.map(({ region, description }) => `${region} ${description}`).sort()).toEqual([
    'us-east-1 a node',
    'us-west-2 a node',
  ])
})

test('if the copy to one region fails, no AMI gets the name; the next run names all', async () => {
  const { ec2, publish, amis, calls } = setUp(provisional)
  ec2.before = (call, region) => {
    if (region === 'eu-west-1' && call.startsWith('copy')) throw new UserError('aws-failed', 'no quota')
  }
  const three = { ...order, regions: ['eu-west-1', 'us-west-2'] }
  const { regions } = await publish(three)
  const waits = { status: 'failed', message: expect.stringMatching(/gets its name once it is in all regions/) }
  expect(regions).toEqual({
    'us-east-1': waits,
    'us-west-2': waits,
    'eu-west-1': { status: 'failed', message: 'no quota' },
  })
  expect(amis()).toEqual(['us-east-1 provisional-1', 'us-west-2 provisional-1'])
  expect(calls('share')).toEqual([])
  ec2.before = () => undefined
  const copy = ec2.things.find(({ region }) => region === 'us-west-2') as Thing
  const left = { copies: { 'us-west-2': asAmi(copy) }, dead: {}, spent: {} }
  expect((await publish({ ...three, left })).failures).toEqual([])
  expect(amis().sort()).toEqual(['eu-west-1 k8s-x', 'us-east-1 k8s-x', 'us-west-2 k8s-x'])
})

test('a region where naming fails keeps its provisional AMI; the others have named AMIs', async () => {
  const { ec2, publish, amis } = setUp(provisional)
  ec2.before = (call, region) => {
    if (region === 'us-west-2' && call.startsWith('register')) throw new UserError('aws-denied', 'not allowed')
  }
  const { regions } = await publish(order)
  expect(regions).toMatchObject({ 'us-east-1': { status: 'ready' }, 'us-west-2': { message: 'not allowed' } })
  expect(amis().sort()).toEqual(['us-east-1 k8s-x', 'us-west-2 provisional-1'])
})

test('after a kill once the AMI has its name, the next run registers nothing and removes the provisional AMI', async () => {
  const named: Thing = { ...provisional, id: 'ami-02', name: 'k8s-x' }
  const { publish, calls, amis } = setUp(provisional, named)
  const left = { copies: {}, dead: {}, spent: { 'us-east-1': [asAmi(provisional)] } }
  const { regions } = await publish({ ...order, source: 'ami-02', regions: [], left })
  expect(regions).toEqual({ 'us-east-1': { status: 'ready', ami: 'ami-02' } })
  expect(calls('register')).toEqual([])
  expect(amis()).toEqual(['us-east-1 k8s-x'])
})

describe('a taken name', () => {
  const other = (changes: Partial<Thing>): Thing => ({ ...provisional, id: 'ami-02', name: 'k8s-x', ...changes })

  test.each<[string, Partial<Thing>]>([
    ['with the same snapshots, since the response was lost', { tags: untested.tags }],
    ['of another run, with the same content, that passed', { snapshots: ['snap-02'] }],
  ])('an AMI %s is used', async (_, changes) => {
    const { publish, amis } = setUp(provisional, other(changes))
    const { regions } = await publish({ ...order, regions: [] })
    expect(regions).toEqual({ 'us-east-1': { status: 'ready', ami: 'ami-02' } })
    expect(amis()).toEqual(['us-east-1 k8s-x'])
  })

  test('of an AMI that is not listed yet: it is awaited', async () => {
    const { ec2, publish, clock } = setUp(provisional)
    const start = clock.at
    ec2.before = (call) => {
      if (call.startsWith('register') && clock.at === start)
        throw new UserError('aws-failed', 'taken', 'x', { cause: { name: 'InvalidAMIName.Duplicate' } })
      if (call.startsWith('amisByDigest') && clock.at > start + 15 && ec2.things.length === 1)
        ec2.things.push(other({}))
    }
    expect((await publish({ ...order, regions: [] })).regions).toEqual({
      'us-east-1': { status: 'ready', ami: 'ami-02' },
    })
  })

  test('of an AMI that EC2 failed to make is free again', async () => {
    const { publish, amis } = setUp(provisional, other({ state: 'failed' }))
    expect((await publish({ ...order, regions: [] })).failures).toEqual([])
    expect(amis()).toEqual(['us-east-1 k8s-x'])
  })

  test.each<[string, Partial<Thing>]>([
    ['with other content', { tags: { 'k8s-image:digest': 'other' } }],
    ['that is untested and not ours', { snapshots: ['snap-02'], tags: untested.tags }],
  ])('of an AMI %s is an error; the AMI that passed stays', async (_, changes) => {
    const { publish, amis } = setUp(provisional, other(changes))
    const { failures } = await publish({ ...order, regions: [] })
    expect(failures[0]?.message).toBe('debian-13-amd64: another AMI in us-east-1 has the name k8s-x')
    expect(amis()).toContain('us-east-1 provisional-1')
  })
})

test('if another run has given the name meanwhile, its AMIs are handed out', async () => {
  const named: Thing = { ...provisional, id: 'ami-02', name: 'k8s-x' }
  const west: Thing = { ...named, region: 'us-west-2', id: 'ami-03' }
  const { publish, calls, clock } = setUp(named, west)
  const start = clock.at
  const gone = asAmi({ ...provisional, region: 'us-west-2', id: 'ami-04', state: 'pending' })
  const left = { copies: { 'us-west-2': gone }, dead: {}, spent: {} }
  const { regions } = await publish({ ...order, left })
  expect(regions).toEqual({
    'us-east-1': { status: 'ready', ami: 'ami-02' },
    'us-west-2': { status: 'ready', ami: 'ami-03' },
  })
  expect(calls('copy')).toEqual([])
  expect(clock.at - start).toBeLessThan(40)
})

test('if another run names an AMI before it is listed here, the named one is used', async () => {
  const { ec2, clock, signal } = setUp({ ...provisional, id: 'ami-02', name: 'k8s-x' })
  const wait = waiter({ ec2: ec2.byRegion, clock, signal })
  const look = (name: string) => {
    const made = { id: 'ami-01', region: 'us-east-1', digest: provisional.tags['k8s-image:digest'], name }
    return available(made, clock.now() + 3600, { ec2: ec2.byRegion, wait })
  }
  expect((await look('k8s-x')).id).toBe('ami-02')
  await expect(look('k8s-other')).rejects.toThrow('the AMI ami-01 in us-east-1 is not there')
})

test('if another run names everything while a copy is made, its AMIs are handed out', async () => {
  const named: Thing = { ...provisional, id: 'ami-02', name: 'k8s-x' }
  const west: Thing = { ...named, region: 'us-west-2', id: 'ami-03' }
  const { ec2, publish, calls } = setUp(provisional)
  ec2.before = () => {
    const isCopied = ec2.things.some(({ region, id }) => region === 'us-west-2' && id !== west.id)
    if (isCopied) ec2.things.splice(0, ec2.things.length, named, west)
  }
  expect(await publish({ ...order, regions: ['us-west-2'] })).toEqual({
    regions: { 'us-east-1': { status: 'ready', ami: 'ami-02' }, 'us-west-2': { status: 'ready', ami: 'ami-03' } },
    failures: [],
  })
  expect(calls('copy')).toHaveLength(1)
})

test('if registering could lose the billing, the AMI requires IMDSv2 before it is copied to its name', async () => {
  const { ec2, publish } = setUp({ ...provisional, registration: null, needsImdsV2: false })
  expect((await publish({ ...order, regions: [] })).failures).toEqual([])
  const [required, copied] = ['requireImdsV2 ami-01', 'copy ami-01'].map((call) =>
    ec2.calls.indexOf(`us-east-1 ${call}`),
  )
  expect(required).toBeGreaterThanOrEqual(0)
  expect(copied).toBeGreaterThan(required ?? 0)
})

test('if registering could lose the billing, a copy within the region gets the name, only after the test', async () => {
  const rhel = { ...provisional, registration: null }
  const { ec2, publish, calls, amis, log } = setUp(rhel, snapshot('snap-01'))
  const copies: string[] = []
  const spy = (region: string) => {
    const client = ec2.byRegion(region)
    const copy: typeof client.copy = (request) => {
      copies.push(`${region} from ${request.sourceRegion} ${request.name} ${request.tags['k8s-image:state']}`)
      return client.copy(request)
    }
    return { ...client, copy }
  }
  const signal = new AbortController().signal
  await publisher({ ec2: spy, clock: manualClock(), log, signal }, 5).publish({ ...order, regions: [] })
  expect(copies).toEqual(['us-east-1 from us-east-1 k8s-x tested'])
  expect([calls('register'), amis()]).toEqual([[], ['us-east-1 k8s-x']])
  expect(ec2.things.find(({ id }) => id === 'snap-01')).toBeUndefined()
  expect(publish).toBeDefined()
})

test('a provisional AMI that cannot be deregistered is only a warning', async () => {
  const { ec2, publish, log } = setUp(provisional)
  ec2.before = (call) => {
    if (call.startsWith('remove')) throw new UserError('aws-failed', 'not now')
  }
  expect((await publish({ ...order, regions: [] })).failures).toEqual([])
  expect(log.warnings).toEqual(['ami-01 in us-east-1 is still there under its provisional name: not now'])
})
