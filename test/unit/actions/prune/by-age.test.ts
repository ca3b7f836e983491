import { type Dated, decideByAge, keyOf, spare } from '../../../../src/actions/prune/by-age.js'
import type { ResourceKind } from '../../../../src/aws/ec2.js'

const NOW = 1_800_000_000
const HOUR = 3600
const iso = (hoursAgo: number) => new Date((NOW - hoursAgo * HOUR) * 1000).toISOString()

const thing = (
  kind: ResourceKind,
  hours: number | undefined,
  changes: Partial<Dated> & { run?: string } = {},
): Dated => {
  const { run = 'r', tags = {}, ...rest } = changes
  return {
    region: 'us-east-1',
    kind,
    id: `${kind}-${run}-${hours}`,
    name: '',
    made: hours === undefined ? undefined : NOW - hours * HOUR,
    tags: { ...(run === '' ? {} : { 'k8s-image:run': run }), ...tags },
    ...rest,
  }
}

/** `action id`, sorted, with a limit of 24 hours. */
function decided(...things: Dated[]): string[] {
  return decideByAge(things, 24 * HOUR, NOW, (seconds) => `${seconds / HOUR} h`)
    .map(({ resource, action }) => `${action} ${resource.id}`)
    .sort()
}
const why = (...things: Dated[]) => decideByAge(things, 24 * HOUR, NOW, (seconds) => `${seconds / HOUR} h`)[0]?.reason

test.each<[string, Dated]>([
  ['an instance', thing('instance', 25, { state: 'running' })],
  ['a volume', thing('volume', 25)],
  ['a key pair', thing('key-pair', 25)],
  ['a launch template', thing('launch-template', 25)],
  ['an unfinished AMI', thing('image', 25, { state: 'pending', tags: { 'k8s-image:state': 'untested' } })],
  ['an AMI that EC2 failed to make', thing('image', 25, { state: 'failed' })],
  ['a snapshot', thing('snapshot', 25)],
])('%s of an older run goes', (_, one) => {
  expect(decided(one)).toEqual([`remove ${one.id}`])
  expect(why(one)).toBe('left by the run r, 25 h ago')
})

test.each([
  [23.9, 'keep'],
  [24, 'remove'],
])('at %d hours: %s', (hours, action) => {
  expect(decided(thing('instance', hours))).toEqual([`${action} instance-r-${hours}`])
})

test('the youngest resource of a run decides for all of them', () => {
  const things = [thing('instance', 30), thing('volume', 30), thing('security-group', undefined), thing('image', 2)]
  expect(decided(...things)).toEqual(things.map(({ id }) => `keep ${id}`).sort())
  expect(why(...things)).toBe('the run r made something 2 h ago')
})

test('the youngest resource in any region counts', () => {
  const other = thing('image', 2, { region: 'eu-west-1' })
  expect(decided(thing('instance', 30), other)).toEqual(['keep image-r-2', 'keep instance-r-30'])
})

test('another run’s age does not count', () => {
  const young = thing('instance', 1, { run: 'q' })
  expect(decided(thing('instance', 30), young)).toEqual(['keep instance-q-1', 'remove instance-r-30'])
})

describe('a resource that EC2 does not date', () => {
  test('shares the date of its run', () => {
    expect(decided(thing('security-group', undefined), thing('key-pair', 30))).toEqual([
      'remove key-pair-r-30',
      'remove security-group-r-undefined',
    ])
  })

  test.each([
    [30, 'remove'],
    [20, 'keep'],
  ])('has a tag with the start of its run, %d hours ago: %s', (hours, action) => {
    const group = thing('security-group', undefined, { tags: { 'k8s-image:started': iso(hours) } })
    expect(decided(group)).toEqual([`${action} ${group.id}`])
  })

  test.each([[{}], [{ 'k8s-image:started': 'yesterday' }]])('is kept if its age is unknown: %j', (tags) => {
    expect(decided(thing('security-group', undefined, { tags }))).toEqual(['keep security-group-r-undefined'])
    expect(why(thing('security-group', undefined, { tags }))).toMatch(/the age of the run .* is unknown/)
  })
})

describe('not touched, and not listed', () => {
  const built = { 'k8s-image:state': 'built' }
  const tested = { 'k8s-image:state': 'tested' }
  test.each<[string, Dated[]]>([
    ['a resource without our tag', [thing('instance', 900, { run: '' })]],
    ['an AMI that was handed out', [thing('image', 900, { tags: built })]],
    ['its snapshot', [thing('snapshot', 900, { tags: built })]],
    ['an AMI that passed its test', [thing('image', 900, { state: 'available', tags: tested, snapshots: ['snap-1'] })]],
    ['its snapshot, too', [thing('snapshot', 900, { tags: tested })]],
    ['an AMI that failed its test and was kept', [thing('image', 900, { tags: { 'k8s-image:state': 'failed' } })]],
    [
      'an untagged snapshot of an AMI that was handed out',
      [thing('image', 900, { tags: built, snapshots: ['snap-1'] }), thing('snapshot', 900, { id: 'snap-1' })],
    ],
    ['an instance that is already terminating', [thing('instance', 900, { state: 'shutting-down' })]],
  ])('%s', (_, things) => {
    expect(decided(...things)).toEqual([])
  })
})

test('a failed copy of a tested AMI is removed', () => {
  const copy = thing('image', 30, { state: 'failed', tags: { 'k8s-image:state': 'tested' } })
  expect(decided(copy)).toEqual([`remove ${copy.id}`])
})

test('an AMI in use is kept with its snapshots, but only in its own region', () => {
  const things = ['us-east-1', 'us-west-2'].flatMap((region) => [
    thing('image', 30, { region, id: 'ami-1', snapshots: ['snap-1'] }),
    thing('snapshot', 30, { region, id: 'snap-1' }),
    thing('volume', 30, { region, id: 'vol-1' }),
  ])
  const decisions = decideByAge(things, 24 * HOUR, NOW, String)
  const taken = new Map([[keyOf({ region: 'us-west-2', id: 'ami-1' }), 'in use by x']])
  expect(
    spare(decisions, taken).map(
      ({ resource, action, reason }) => `${resource.region} ${resource.id} ${action}: ${reason}`,
    ),
  ).toEqual([
    ...['ami-1', 'snap-1', 'vol-1'].map((id) => `us-east-1 ${id} remove: left by the run r, 108000 ago`),
    'us-west-2 ami-1 keep: in use by x',
    'us-west-2 snap-1 keep: of ami-1, which stays: in use by x',
    'us-west-2 vol-1 remove: left by the run r, 108000 ago',
  ])
  expect(spare(decisions, new Map())).toEqual(decisions)
})

test('resources beside a published AMI are removed', () => {
  const image = thing('image', 900, { tags: { 'k8s-image:state': 'built' }, snapshots: ['snap-1'] })
  expect(decided(image, thing('volume', 900))).toEqual(['remove volume-r-900'])
})

test('a resource made by hand is kept', () => {
  const image = thing('image', 900, { run: 'by-hand', tags: { 'k8s-image:state': 'untested' } })
  expect(decided(image)).toEqual([`keep ${image.id}`])
  expect(why(image)).toMatch(/by hand/)
})

test('a snapshot of an unfinished AMI is removed with it', () => {
  const image = thing('image', 30, { snapshots: ['snap-1'] })
  const snapshot = thing('snapshot', 30, { id: 'snap-1' })
  expect(decided(image, snapshot)).toEqual(['remove image-r-30', 'remove snap-1'])
})
