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
    'instances, volumes, groups and keys go, tagged or not',
    [
      resource('instance', 'i-1', { tags: built }),
      resource('volume', 'vol-1'),
      resource('security-group', 'sg-1'),
      resource('key-pair', 'key-1'),
    ],
    ['i-1', 'vol-1', 'sg-1', 'key-1'],
  ],
  [
    'an AMI that was not handed out goes, with its untagged snapshot',
    [resource('image', 'ami-1', { snapshots: ['snap-1'] })],
    ['ami-1', 'snap-1'],
  ],
  ['an AMI without a state tag goes', [resource('image', 'ami-1', { tags: { 'k8s-image:run': 'r' } })], ['ami-1']],
  ['an AMI that is still pending goes', [resource('image', 'ami-1', { state: 'pending' })], ['ami-1']],
  ['an AMI that was handed out stays', [resource('image', 'ami-1', { tags: built, snapshots: ['snap-1'] })], []],
  [
    'an AMI that passed its test stays, with its pending copies and snapshots',
    [
      resource('image', 'ami-1', { tags: tested, snapshots: ['snap-1'] }),
      resource('image', 'ami-2', { tags: tested, state: 'pending' }),
      resource('snapshot', 'snap-1', { tags: tested }),
      resource('snapshot', 'snap-2', { tags: tested }),
    ],
    [],
  ],
  [
    'its failed copy goes, with the snapshot',
    [
      resource('image', 'ami-1', { tags: tested, state: 'failed', snapshots: ['snap-1'] }),
      resource('snapshot', 'snap-1', { tags: tested }),
    ],
    ['ami-1', 'snap-1'],
  ],
  [
    'an AMI whose tag was reverted goes, with a snapshot that still has its own',
    [
      resource('image', 'ami-1', { snapshots: ['snap-1'] }),
      resource('snapshot', 'snap-1', { tags: built }),
      resource('snapshot', 'snap-2', { tags: built }),
    ],
    ['ami-1', 'snap-1'],
  ],
  [
    'a snapshot that a remaining AMI shares stays',
    [
      resource('image', 'ami-1', { snapshots: ['snap-1'] }),
      resource('image', 'ami-2', { tags: built, snapshots: ['snap-1'] }),
      resource('snapshot', 'snap-1', { tags: built }),
    ],
    ['ami-1'],
  ],
  [
    'a provisional AMI goes if the named AMI on the same snapshot stays',
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
    'a provisional AMI goes with its snapshots if its named copy is complete',
    [
      resource('image', 'ami-1', {
        tags: { ...tested, 'k8s-image:name': 'k8s-x' },
        name: 'p-1',
        snapshots: ['snap-1'],
      }),
      resource('image', 'ami-2', {
        tags: { ...built, 'k8s-image:name': 'k8s-x' },
        name: 'k8s-x',
        state: 'available',
        snapshots: ['snap-2'],
      }),
      resource('snapshot', 'snap-1', { tags: tested }),
    ],
    ['ami-1', 'snap-1'],
  ],
  [
    'a provisional AMI that passed stays while its named copy is pending',
    [
      resource('image', 'ami-1', {
        tags: { ...tested, 'k8s-image:name': 'k8s-x' },
        name: 'p-1',
        snapshots: ['snap-1'],
      }),
      resource('image', 'ami-2', {
        tags: { ...tested, 'k8s-image:name': 'k8s-x' },
        name: 'k8s-x',
        state: 'pending',
      }),
    ],
    [],
  ],
  [
    'both go if both are untested',
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
    'a kept AMI that failed its test stays, with its snapshots',
    [
      resource('image', 'ami-1', { tags: { ...untested, 'k8s-image:state': 'failed' }, snapshots: ['snap-1'] }),
      resource('snapshot', 'snap-1'),
    ],
    [],
  ],
  [
    'the snapshot of an AMI that stays also stays, whatever its tag says',
    [resource('image', 'ami-1', { tags: built, snapshots: ['snap-1'] }), resource('snapshot', 'snap-1')],
    [],
  ],
  ['a snapshot that is tagged as handed out stays', [resource('snapshot', 'snap-1', { tags: built })], []],
  ['a snapshot without an AMI goes', [resource('snapshot', 'snap-1')], ['snap-1']],
  [
    'a snapshot that is found twice goes once',
    [resource('image', 'ami-1', { snapshots: ['snap-1'] }), resource('snapshot', 'snap-1')],
    ['ami-1', 'snap-1'],
  ],
  [
    'resources that are already going are left alone',
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
