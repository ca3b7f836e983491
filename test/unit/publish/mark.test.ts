import { UserError } from '../../../src/lib/errors.js'
import type { BuildResult } from '../../../src/model/result.js'
import { markBuilt, markTested } from '../../../src/publish/mark.js'
import { type MemoryEc2, manualClock, memoryEc2, result, type Thing } from '../fakes.js'

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
const mark = (results: readonly BuildResult[], ec2: MemoryEc2, before = 'untested') =>
  markBuilt(
    results.map((result) => ({ result, published: 'p', before })),
    ec2.byRegion,
  )
const amis = { 'us-east-1': 'ami-01', 'us-west-2': 'ami-02' }
const AT = '2026-11-23T10:00:00Z'
const marking = (ec2: MemoryEc2) => ({
  ec2: ec2.byRegion('us-east-1'),
  clock: manualClock(),
  signal: new AbortController().signal,
})

test('AMIs and their snapshots are tagged in every region', async () => {
  const ec2 = memoryEc2(ami('us-east-1', 'ami-01'), snapshot('us-east-1', 'ami-01'), ami('us-west-2', 'ami-02'))
  const [marked] = await mark([result({ amis })], ec2)
  expect(marked).toMatchObject({ status: 'built', amis })
  expect(ec2.things.map(({ tags }) => tags['k8s-image:state'])).toEqual(['built', 'built', 'built'])
  expect(ec2.things.map(({ tags }) => tags['k8s-image:published'])).toEqual(['p', 'p', 'p'])
})

test('many images cost two calls a region', async () => {
  const many = Array.from({ length: 30 }, (_, at) => `ami-${at}`)
  const ec2 = memoryEc2(...many.map((id) => ami('us-east-1', id)))
  const marked = await mark(
    many.map((id) => result({ key: id, amis: { 'us-east-1': id } })),
    ec2,
  )
  expect(marked.map(({ status }) => status)).toEqual(many.map(() => 'built'))
  expect(ec2.calls).toHaveLength(2)
})

test('failed images are left alone', async () => {
  const ec2 = memoryEc2()
  const failed = result({ status: 'failed', amis: {} })
  expect(await mark([failed], ec2)).toEqual([failed])
  expect(ec2.calls).toEqual([])
})

test('if one AMI is not available, the image is not handed out, and its tags are reverted', async () => {
  const ec2 = memoryEc2(ami('us-east-1', 'ami-01'), ami('us-west-2', 'ami-02', { state: 'failed' }))
  const [marked] = await mark([result({ amis })], ec2)
  expect(marked).toMatchObject({ status: 'failed', amis: {} })
  expect(marked?.failures[0]?.message).toMatch(
    /^debian-13-amd64: the AMI ami-02 in us-west-2 is not available \(failed\)$/,
  )
  expect(ec2.things.map(({ tags }) => tags['k8s-image:state'])).toEqual(['untested', 'untested'])
})

test.each([
  ['untested', 'untested', 'failed'],
  ['tested', 'tested', 'ready'],
  ['built', 'built', 'ready'],
])(
  'an AMI that was %s is %s again, with its snapshot, when another region fails, and is reported as %s',
  async (before, after, status) => {
    const ec2 = memoryEc2(ami('us-east-1', 'ami-01'), snapshot('us-east-1', 'ami-01'))
    const regions = { 'us-east-1': { status: 'ready', ami: 'ami-01' } } as const
    const [marked] = await mark([result({ amis, regions })], ec2, before)
    expect(ec2.things.map(({ tags }) => tags['k8s-image:state'])).toEqual([after, after])
    expect(marked?.regions?.['us-east-1']?.status).toBe(status)
  },
)

test('an AMI that another run has handed out meanwhile stays so when a region fails', async () => {
  const ec2 = memoryEc2(
    ami('us-east-1', 'ami-01', { tags: { 'k8s-image:state': 'built' } }),
    snapshot('us-east-1', 'ami-01'),
  )
  const [marked] = await mark([result({ amis })], ec2)
  expect(marked?.status).toBe('failed')
  expect(ec2.things.map(({ tags }) => tags['k8s-image:state'])).toEqual(['built', 'built'])
})

test('a tested AMI is tagged with its snapshots; one that is handed out stays so', async () => {
  const ec2 = memoryEc2(
    ami('us-east-1', 'ami-01'),
    snapshot('us-east-1', 'ami-01'),
    ami('us-east-1', 'ami-02', { tags: { 'k8s-image:state': 'built', 'k8s-image:tested': 'boot' } }),
  )
  for (const id of ['ami-01', 'ami-02']) await markTested(id, 'node', AT, marking(ec2))
  expect(ec2.things.map(({ tags }) => [tags['k8s-image:state'], tags['k8s-image:tested']])).toEqual([
    ['tested', 'node'],
    ['tested', 'node'],
    ['built', 'node'],
  ])
})

describe('the mark of a test that passed', () => {
  const refuse = (name: string, fault: 'client' | 'server') => {
    throw new UserError('aws-failed', name, undefined, {
      cause: Object.assign(new Error(name), { name, $fault: fault }),
    })
  }

  test.each(['ami', 'tag'])('outlasts an outage at the call %s', async (word) => {
    const ec2 = memoryEc2(ami('us-east-1', 'ami-01'))
    const effects = marking(ec2)
    ec2.before = (call) => {
      if (call.startsWith(`${word} `) && effects.clock.at < 1200) refuse('InternalError', 'server')
    }
    await markTested('ami-01', 'node', AT, effects)
    expect(ec2.things[0]?.tags).toMatchObject({ 'k8s-image:tested': 'node' })
    expect(effects.clock.at).toBe(1200)
  })

  test('fails after five minutes, and at once if EC2 refuses it', async () => {
    const ec2 = memoryEc2(ami('us-east-1', 'ami-01'))
    const effects = marking(ec2)
    ec2.before = () => refuse('InternalError', 'server')
    await expect(markTested('ami-01', 'node', AT, effects)).rejects.toThrow('InternalError')
    expect(effects.clock.at).toBe(1300)
    ec2.before = () => refuse('UnauthorizedOperation', 'client')
    await expect(markTested('ami-01', 'node', AT, effects)).rejects.toThrow('UnauthorizedOperation')
    expect(effects.clock.at).toBe(1300)
  })

  test('is set although a describe does not list the AMI', async () => {
    const ec2 = memoryEc2()
    const effects = marking(ec2)
    ec2.before = () => {
      if (effects.clock.at > 1005 && ec2.things.length === 0) ec2.things.push(ami('us-east-1', 'ami-01'))
    }
    await markTested('ami-01', 'node', AT, effects)
    expect(ec2.things[0]?.tags).toMatchObject({ 'k8s-image:tested': 'node' })
    await expect(markTested('ami-02', 'node', AT, effects)).rejects.toThrow('is gone')
  })

  test('ends with a cancel', async () => {
    const ec2 = memoryEc2(ami('us-east-1', 'ami-01'))
    const cancel = new AbortController()
    ec2.before = () => {
      cancel.abort(new Error('cancelled'))
      refuse('InternalError', 'server')
    }
    await expect(markTested('ami-01', 'node', AT, { ...marking(ec2), signal: cancel.signal })).rejects.toThrow(
      'cancelled',
    )
  })
})

test('a tag that cannot be set fails only its image', async () => {
  const ec2 = memoryEc2(ami('us-east-1', 'ami-01'), ami('us-east-1', 'ami-03'))
  ec2.before = (call) => {
    if (/^tag ami-01 .*built p$/.test(call)) throw new UserError('aws-failed', 'throttled')
  }
  const results = [
    result({ key: 'a', amis: { 'us-east-1': 'ami-01' } }),
    result({ key: 'b', amis: { 'us-east-1': 'ami-03' } }),
  ]
  expect((await mark(results, ec2)).map(({ status }) => status)).toEqual(['failed', 'built'])
})
