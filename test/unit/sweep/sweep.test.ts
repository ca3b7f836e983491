import { describe as sentence } from '../../../src/actions/build/finish.js'
import { UserError } from '../../../src/lib/errors.js'
import { sweepRegion } from '../../../src/sweep/sweep.js'
import { manualClock, memoryEc2, memoryLog, type Thing } from '../fakes.js'

const run = (kind: Thing['kind'], id: string, changes: Partial<Thing> = {}): Thing => ({
  region: 'us-east-1',
  kind,
  id,
  tags: { 'k8s-image:run': 'r', 'k8s-image:state': 'untested' },
  ...changes,
})

function setUp(...things: Thing[]) {
  const ec2 = memoryEc2(...things)
  const clock = manualClock()
  const effects = { clock, log: memoryLog(), deadline: clock.at + 200, pause: 8 }
  return { ec2, clock, effects, sweep: () => sweepRegion(ec2.byRegion('us-east-1'), 'r', effects) }
}

test("the run's resources go, instances first; others are not touched", async () => {
  const others = [
    run('instance', 'i-other', { tags: { 'k8s-image:run': 'q' } }),
    run('image', 'ami-2', { region: 'eu-west-1' }),
  ]
  const { ec2, sweep } = setUp(
    run('security-group', 'sg-1'),
    run('image', 'ami-1', { snapshots: ['snap-1'] }),
    run('snapshot', 'snap-1'),
    run('key-pair', 'key-1'),
    run('volume', 'vol-1'),
    run('launch-template', 'lt-1'),
    run('instance', 'i-1'),
    ...others,
  )
  expect(await sweep()).toEqual({ removed: 7, left: [], kept: [] })
  expect(ec2.things).toEqual(others)
  const removed = ec2.calls.filter((call) => call.includes('remove')).map((call) => call.split(' ')[2])
  expect(removed).toEqual(['instance', 'volume', 'security-group', 'key-pair', 'launch-template', 'image', 'snapshot'])
})

test('a snapshot of two AMIs goes with the second one', async () => {
  const pair = ['ami-1', 'ami-2'].map((id) => run('image', id, { snapshots: ['snap-1'] }))
  const { ec2, sweep, effects } = setUp(...pair, run('snapshot', 'snap-1'))
  const orders: string[] = []
  const client = ec2.byRegion('us-east-1')
  const deregister: typeof client.deregister = async (order) => {
    orders.push(`${order.id} ${order.snapshots.join()} ${order.othersStay}`)
    await client.deregister(order)
  }
  expect(await sweepRegion({ ...client, deregister }, 'r', effects)).toMatchObject({ removed: 3, left: [] })
  expect(orders).toEqual(['ami-1  true', 'ami-2 snap-1 false'])
  expect(ec2.things).toEqual([])
  expect(await sweep()).toMatchObject({ removed: 0 })
})

test('the sweep looks twice, so resources that appear late go, too', async () => {
  const { ec2, clock, sweep } = setUp()
  let late = false
  ec2.before = () => {
    if (clock.at > 1001 && !late) {
      late = true
      ec2.things.push(run('instance', 'i-late'), run('image', 'ami-late'))
    }
  }
  expect(await sweep()).toMatchObject({ removed: 2, left: [] })
  expect(ec2.things).toEqual([])
  // The sweep lists a third time, because the second list was not empty.
  expect(ec2.calls.filter((call) => call.endsWith('tagged snapshot'))).toHaveLength(3)
})

test("untagged resources go by name if they are in the run's list", async () => {
  const bare = (kind: Thing['kind'], id: string, name: string) => run(kind, id, { name, tags: {} })
  const { ec2, effects } = setUp(
    bare('key-pair', 'key-1', 'packer_1'),
    bare('security-group', 'sg-1', 'packer_2'),
    bare('security-group', 'sg-9', 'packer_9'),
    run('key-pair', 'key-2', { name: 'packer_3' }),
  )
  const untagged = [
    { kind: 'key-pair', name: 'packer_1' },
    { kind: 'security-group', name: 'packer_2' },
    { kind: 'key-pair', name: 'packer_3' },
  ] as const
  const swept = await sweepRegion(ec2.byRegion('us-east-1'), 'r', { ...effects, untagged })
  expect(swept).toEqual({ removed: 3, left: [], kept: [] })
  expect(ec2.things.map(({ id }) => id)).toEqual(['sg-9'])
})

test('an AMI that was handed out stays with its snapshot, whatever its tag says', async () => {
  const { ec2, effects } = setUp(
    run('image', 'ami-1', { snapshots: ['snap-1'] }),
    run('snapshot', 'snap-1'),
    run('image', 'ami-2', { snapshots: ['snap-2'] }),
  )
  const swept = await sweepRegion(ec2.byRegion('us-east-1'), 'r', { ...effects, handedOut: ['ami-1'] })
  expect(ec2.things.map(({ id }) => id)).toEqual(['ami-1', 'snap-1'])
  expect(swept).toMatchObject({ left: [], kept: [{ region: 'us-east-1', id: 'ami-1', handedOut: true }] })
})

test('a resource that EC2 still lists shortly after its removal is not deleted again', async () => {
  const group = run('security-group', 'sg-1')
  const { ec2, clock, sweep } = setUp(group)
  let gone = 0
  ec2.before = (call) => {
    if (call.startsWith('remove')) gone = clock.at
    // The lag lists the group again, for 20 seconds.
    const listed = ec2.things.indexOf(group)
    if (gone > 0 && listed < 0 && clock.at > gone && clock.at < gone + 20) ec2.things.push(group)
    if (gone > 0 && listed >= 0 && clock.at >= gone + 20) ec2.things.splice(listed, 1)
  }
  expect(await sweep()).toEqual({ removed: 1, left: [], kept: [] })
  expect(ec2.calls.filter((call) => call.includes('remove'))).toHaveLength(1)
  expect(clock.at).toBeLessThan(1000 + 40)
})

test('a resource that EC2 lists for longer than describes lag is deleted again', async () => {
  const { ec2, sweep } = setUp(run('security-group', 'sg-1'))
  let deletes = 0
  ec2.before = (call) => {
    if (!call.startsWith('remove')) return
    deletes++
    // The call succeeds without deleting anything.
    if (deletes === 1) ec2.things.push(run('security-group', 'sg-1'))
  }
  expect(await sweep()).toEqual({ removed: 1, left: [], kept: [] })
  expect(deletes).toBe(2)
})

test('a removal that fails is tried again', async () => {
  const { ec2, clock, sweep } = setUp(run('security-group', 'sg-1'))
  ec2.before = (call) => {
    if (call.startsWith('remove') && clock.at < 1020) throw new UserError('aws-failed', 'DependencyViolation')
  }
  expect(await sweep()).toEqual({ removed: 1, left: [], kept: [] })
})

test('the sweep stops at the deadline and names what is left', async () => {
  const { ec2, clock, sweep } = setUp(run('security-group', 'sg-1'))
  ec2.before = (call) => {
    if (call.startsWith('remove')) throw new UserError('aws-failed', 'in use')
  }
  const { left } = await sweep()
  expect(clock.at).toBeLessThanOrEqual(1200)
  expect(sentence(left, 'r')).toBe('aws ec2 delete-security-group --group-id sg-1 --region us-east-1    # in use')
})

test('an instance whose termination failed is terminated again within seconds', async () => {
  const { ec2, clock, sweep } = setUp(run('instance', 'i-1', { state: 'running' }))
  ec2.before = (call) => {
    if (call.startsWith('remove') && clock.at < 1005) throw new UserError('aws-unreachable', 'no answer')
  }
  expect(await sweep()).toEqual({ removed: 1, left: [], kept: [] })
  expect(clock.at).toBeLessThan(1040)
})

test('an instance that does not terminate is awaited and named', async () => {
  const { ec2, clock, sweep } = setUp(run('instance', 'i-1', { state: 'shutting-down' }))
  const { left } = await sweep()
  expect(left).toMatchObject([{ resource: { id: 'i-1' }, why: 'still shutting-down' }])
  expect(clock.at).toBeLessThanOrEqual(1200)
  expect(ec2.calls.filter((call) => call.includes('remove'))).toEqual([])
})

test('a region that answers with an error is reported, without an exception', async () => {
  const { ec2, sweep } = setUp()
  ec2.before = () => {
    throw new UserError('aws-failed', 'the credentials have expired')
  }
  const { left } = await sweep()
  expect(sentence(left, 'r')).toBe('us-east-1: the credentials have expired; look there for the tag k8s-image:run=r')
})

test('an instance that was not seen to terminate is not reported as removed', async () => {
  const { ec2, effects, sweep } = setUp(run('instance', 'i-1'))
  let looks = 0
  ec2.before = (call) => {
    if (call === 'tagged instance' && ++looks > 1) throw new UserError('aws-failed', 'the credentials have expired')
  }
  const { removed, left } = await sweep()
  expect(removed).toBe(0)
  expect(effects.log.lines.filter((line) => line.includes('removed'))).toEqual([])
  expect(left).toMatchObject([{ resource: undefined, why: 'the credentials have expired' }])
})

test('AMIs that were handed out are kept and reported', async () => {
  const tags = { 'k8s-image:run': 'r', 'k8s-image:state': 'built' }
  const { ec2, sweep } = setUp(
    run('image', 'ami-1', { tags, snapshots: ['snap-1'] }),
    run('snapshot', 'snap-1', { tags }),
  )
  expect(await sweep()).toEqual({ removed: 0, left: [], kept: [{ region: 'us-east-1', id: 'ami-1', handedOut: true }] })
  expect(ec2.things).toHaveLength(2)
})
