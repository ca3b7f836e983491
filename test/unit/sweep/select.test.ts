import type { Resource } from '../../../src/aws/ec2.js'
import { removalCommand, select } from '../../../src/sweep/select.js'

const untested = { 'k8s-image:run': 'r', 'k8s-image:state': 'untested' }
const tested = { 'k8s-image:run': 'r', 'k8s-image:state': 'tested' }
const built = { 'k8s-image:run': 'r', 'k8s-image:state': 'built' }
const resource = (kind: Resource['kind'], id: string, changes: Partial<Resource> = {}): Resource => ({
  kind,
  id,
  tags: untested,
  ...changes,
})

const ids = (resources: readonly Resource[]) => select(resources).remove.map(({ id }) => id)

test.each<[string, Resource[], string[]]>([
  [
    'instances, volumes, groups, keys go, marked or not',
    [
      resource('instance', 'i-1', { tags: built }),
      resource('volume', 'vol-1'),
      resource('security-group', 'sg-1'),
      resource('key-pair', 'key-1'),
    ],
    ['i-1', 'vol-1', 'sg-1', 'key-1'],
  ],
  [
    'an AMI that was not handed out goes, its untagged snapshot too',
    [resource('image', 'ami-1', { snapshots: ['snap-1'] })],
    ['ami-1', 'snap-1'],
  ],
  ['an AMI without a state goes', [resource('image', 'ami-1', { tags: { 'k8s-image:run': 'r' } })], ['ami-1']],
  ['an AMI that is still pending goes', [resource('image', 'ami-1', { state: 'pending' })], ['ami-1']],
  ['an AMI that was handed out stays', [resource('image', 'ami-1', { tags: built, snapshots: ['snap-1'] })], []],
  [
    'an AMI that passed its test stays, pending copies and snapshots, too',
    [
      resource('image', 'ami-1', { tags: tested, snapshots: ['snap-1'] }),
      resource('image', 'ami-2', { tags: tested, state: 'pending' }),
      resource('snapshot', 'snap-1', { tags: tested }),
      resource('snapshot', 'snap-2', { tags: tested }),
    ],
    [],
  ],
  [
    'a copy of it that EC2 could not make goes, with its snapshot',
    [
      resource('image', 'ami-1', { tags: tested, state: 'failed', snapshots: ['snap-1'] }),
      resource('snapshot', 'snap-1', { tags: tested }),
    ],
    ['ami-1', 'snap-1'],
  ],
  [
    'an AMI whose mark was taken back goes, with a snapshot that has still its own',
    [
      resource('image', 'ami-1', { snapshots: ['snap-1'] }),
      resource('snapshot', 'snap-1', { tags: built }),
      resource('snapshot', 'snap-2', { tags: built }),
    ],
    ['ami-1', 'snap-1'],
  ],
  [
    'a snapshot of an AMI that goes and of one that stays, stays',
    [
      resource('image', 'ami-1', { snapshots: ['snap-1'] }),
      resource('image', 'ami-2', { tags: built, snapshots: ['snap-1'] }),
      resource('snapshot', 'snap-1', { tags: built }),
    ],
    ['ami-1'],
  ],
  [
    'a provisional AMI goes when one of its snapshots has the name and stays',
    [
      resource('image', 'ami-1', {
        tags: { ...tested, 'k8s-image:name': 'k8s-x' },
        name: 'p-1',
        snapshots: ['snap-1'],
      }),
      resource('image', 'ami-2', {
        tags: { ...built, 'k8s-image:name': 'k8s-x' },
        name: 'k8s-x',
        snapshots: ['snap-1'],
      }),
      resource('snapshot', 'snap-1', { tags: tested }),
    ],
    ['ami-1'],
  ],
  [
    'a provisional AMI that passed stays when nothing has its name, or something else has',
    [
      resource('image', 'ami-1', {
        tags: { ...tested, 'k8s-image:name': 'k8s-x' },
        name: 'p-1',
        snapshots: ['snap-1'],
      }),
      resource('image', 'ami-2', {
        tags: { ...built, 'k8s-image:name': 'k8s-x' },
        name: 'k8s-x',
        snapshots: ['snap-2'],
      }),
    ],
    [],
  ],
  [
    'both go when neither stays',
    [
      resource('image', 'ami-1', {
        tags: { ...untested, 'k8s-image:name': 'k8s-x' },
        name: 'p-1',
        snapshots: ['snap-1'],
      }),
      resource('image', 'ami-2', {
        tags: { ...untested, 'k8s-image:name': 'k8s-x' },
        name: 'k8s-x',
        snapshots: ['snap-1'],
      }),
    ],
    ['ami-1', 'snap-1', 'ami-2', 'snap-1'],
  ],
  [
    'an AMI that failed its test and is to be kept stays, with its snapshots',
    [
      resource('image', 'ami-1', { tags: { ...untested, 'k8s-image:state': 'failed' }, snapshots: ['snap-1'] }),
      resource('snapshot', 'snap-1'),
    ],
    [],
  ],
  [
    'the snapshot of an AMI that stays, stays, whatever its mark says',
    [resource('image', 'ami-1', { tags: built, snapshots: ['snap-1'] }), resource('snapshot', 'snap-1')],
    [],
  ],
  ['a marked snapshot stays', [resource('snapshot', 'snap-1', { tags: built })], []],
  ['a snapshot of nothing goes', [resource('snapshot', 'snap-1')], ['snap-1']],
  [
    'a snapshot that two ways lead to goes once',
    [resource('image', 'ami-1', { snapshots: ['snap-1'] }), resource('snapshot', 'snap-1')],
    ['ami-1', 'snap-1'],
  ],
  [
    'what is going already is left alone',
    [resource('volume', 'vol-1', { state: 'deleting' }), resource('instance', 'i-1', { state: 'shutting-down' })],
    [],
  ],
])('%s', (_, resources, expected) => {
  expect(ids(resources)).toEqual(expected)
})

test.each([
  ['instance', 'i-1', 'aws ec2 terminate-instances --instance-ids i-1 --region eu-west-1'],
  ['key-pair', 'key-1', 'aws ec2 delete-key-pair --key-pair-id key-1 --region eu-west-1'],
  ['launch-template', 'lt-1', 'aws ec2 delete-launch-template --launch-template-id lt-1 --region eu-west-1'],
  ['image', 'ami-1', 'aws ec2 deregister-image --image-id ami-1 --region eu-west-1'],
] as const)('%s', (kind, id, command) => {
  expect(removalCommand('eu-west-1', { kind, id })).toBe(command)
})
