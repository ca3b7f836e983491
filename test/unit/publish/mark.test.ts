import { UserError } from '../../../src/errors.js'
import { markBuilt } from '../../../src/publish/mark.js'
import { memoryEc2, result, type Thing } from '../fakes.js'

const ami = (region: string, id: string, changes: Partial<Thing> = {}): Thing => ({
  region,
  kind: 'image',
  id,
  state: 'available',
  tags: { 'k8s-image:state': 'untested' },
  snapshots: [`snap-${id}`],
  ...changes,
})
const snapshot = (region: string, id: string): Thing => ({ region, kind: 'snapshot', id: `snap-${id}`, tags: {} })
const amis = { 'us-east-1': 'ami-01', 'us-west-2': 'ami-02' }

test('AMIs and their snapshots are marked in every region', async () => {
  const ec2 = memoryEc2(ami('us-east-1', 'ami-01'), snapshot('us-east-1', 'ami-01'), ami('us-west-2', 'ami-02'))
  const [marked] = await markBuilt([result({ amis })], ec2.byRegion)
  expect(marked).toMatchObject({ status: 'built', amis })
  expect(ec2.things.map(({ tags }) => tags['k8s-image:state'])).toEqual(['built', 'built', 'built'])
})

test('failed images are left alone', async () => {
  const ec2 = memoryEc2()
  const failed = result({ status: 'failed', amis: {} })
  expect(await markBuilt([failed], ec2.byRegion)).toEqual([failed])
  expect(ec2.calls).toEqual([])
})

test('an AMI that is not available is not handed out, and the marks of its image are taken back', async () => {
  const ec2 = memoryEc2(ami('us-east-1', 'ami-01'), ami('us-west-2', 'ami-02', { state: 'failed' }))
  const [marked] = await markBuilt([result({ amis })], ec2.byRegion)
  expect(marked).toMatchObject({ status: 'failed', amis: {} })
  expect(marked?.failures[0]?.message).toMatch(
    /^debian-13-amd64: the AMI ami-02 in us-west-2 is not available \(failed\)$/,
  )
  expect(ec2.things.map(({ tags }) => tags['k8s-image:state'])).toEqual(['untested', 'untested'])
})

test('a mark that cannot be set fails its image alone', async () => {
  const ec2 = memoryEc2(ami('us-east-1', 'ami-01'), ami('us-east-1', 'ami-03'))
  ec2.before = (call) => {
    if (call === 'tag ami-01 snap-ami-01 built') throw new UserError('throttled')
  }
  const results = [
    result({ key: 'a', amis: { 'us-east-1': 'ami-01' } }),
    result({ key: 'b', amis: { 'us-east-1': 'ami-03' } }),
  ]
  expect((await markBuilt(results, ec2.byRegion)).map(({ status }) => status)).toEqual(['failed', 'built'])
})
