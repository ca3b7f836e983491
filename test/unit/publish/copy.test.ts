import { UserError } from '../../../src/errors.js'
import { copier } from '../../../src/publish/copy.js'
import { image, manualClock, memoryEc2, memoryLog, type Thing } from '../fakes.js'

const source: Thing = {
  region: 'us-east-1',
  kind: 'image',
  id: 'ami-01',
  state: 'available',
  name: 'k8s-x',
  tags: { 'k8s-image:run': 'r', 'k8s-image:state': 'untested', team: 'a' },
  snapshots: ['snap-1'],
}

const order = {
  image: image().key,
  runId: 'r',
  sourceRegion: 'us-east-1',
  sourceId: 'ami-01',
  regions: ['eu-west-1', 'us-west-2'],
  timeout: 600,
}

function setUp(...things: Thing[]) {
  const ec2 = memoryEc2(...things)
  const log = memoryLog()
  const abort = new AbortController()
  const copy = copier({ ec2: ec2.byRegion, clock: manualClock(), log, signal: abort.signal })
  return { ec2, log, abort, copy }
}

test('copies carry name and tags of the source and are waited for', async () => {
  const { ec2, copy, log } = setUp({ ...source, tags: { ...source.tags, 'aws:backup': 'x' } })
  const { amis, failures } = await copy(order)
  expect(failures).toEqual([])
  expect(Object.keys(amis).sort()).toEqual(['eu-west-1', 'us-east-1', 'us-west-2'])
  for (const copied of ec2.things.slice(1))
    expect(copied).toMatchObject({ name: 'k8s-x', tags: source.tags, state: 'available' })
  expect(log.lines).toContain(`debian-13-amd64: copied to us-west-2 as ${amis['us-west-2']}`)
})

test('without regions, the source alone is looked at', async () => {
  const { ec2, copy } = setUp(source)
  expect(await copy({ ...order, regions: [] })).toEqual({ amis: { 'us-east-1': 'ami-01' }, failures: [] })
  expect(ec2.calls).toEqual(['us-east-1 ami ami-01'])
})

test('a region that fails does not stop the others', async () => {
  const { ec2, copy } = setUp(source)
  ec2.before = (call, region) => {
    if (region === 'eu-west-1' && call.startsWith('copy')) throw new UserError('no quota', 'ask for more')
  }
  const { amis, failures } = await copy(order)
  expect(Object.keys(amis)).toEqual(expect.arrayContaining(['us-east-1', 'us-west-2']))
  expect(failures).toEqual([{ message: 'debian-13-amd64: no quota', hint: 'ask for more' }])
})

test('a copy that fails at EC2 says why', async () => {
  const { ec2, copy } = setUp(source)
  ec2.before = (call) => {
    if (!call.startsWith('ami ami-copy')) return
    const at = ec2.things.findIndex((thing) => call.endsWith(thing.id))
    const thing = ec2.things[at]
    if (thing !== undefined) ec2.things[at] = { ...thing, state: 'failed' }
  }
  const { failures } = await copy({ ...order, regions: ['eu-west-1'] })
  expect(failures[0]?.message).toMatch(/the AMI ami-copy1 in eu-west-1 is failed/)
})

test('a source that never becomes available is given up, and nothing is copied', async () => {
  const { ec2, copy } = setUp({ ...source, state: 'transient' })
  ec2.before = () => undefined
  const { amis, failures } = await copy({ ...order, sourceId: 'ami-gone', timeout: 60 })
  expect(amis).toEqual({})
  expect(failures[0]?.message).toMatch(/ami-gone in us-east-1 is still not known/)
  expect(ec2.calls.filter((call) => call.includes('copy'))).toEqual([])
})

test('at most eight copies are under way, over all images', async () => {
  const regions = Array.from({ length: 12 }, (_, at) => `xx-test-${at}`)
  const { ec2, copy } = setUp(source)
  let running = 0
  let most = 0
  const slow = (region: string) => {
    const client = ec2.byRegion(region)
    return {
      ...client,
      copy: async (request: Parameters<typeof client.copy>[0]) => {
        most = Math.max(most, ++running)
        await new Promise((done) => setTimeout(done, 5))
        const id = await client.copy(request)
        running--
        return id
      },
    }
  }
  const limited = copier({ ec2: slow, clock: manualClock(), log: memoryLog(), signal: new AbortController().signal })
  await Promise.all([limited({ ...order, regions }), limited({ ...order, regions })])
  expect(most).toBe(8)
  await copy({ ...order, regions: [] })
})

test('a cancelled copy rejects', async () => {
  const { ec2, copy, abort } = setUp(source)
  ec2.before = (call) => {
    if (call.startsWith('copy')) abort.abort(new Error('cancelled'))
  }
  await expect(copy(order)).rejects.toThrow('cancelled')
})
