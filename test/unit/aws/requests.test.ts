/** The client's requests to EC2, call by call, with empty answers. */
import { ec2ByRegion } from '../../../src/aws/ec2-client.js'
import { KINDS } from '../../../src/aws/resources.js'
import { UserError } from '../../../src/lib/errors.js'
import { type Answer, fakeAws } from '../actions/prune/fake-aws.js'
import { manualClock } from '../fakes.js'

function setUp(answers: Readonly<Record<string, Answer>> = {}) {
  const { aws, requests } = fakeAws(answers)
  const clock = manualClock(0)
  const input = (action: string) => requests.find(({ call }) => call === `us-east-1 ec2:${action}`)?.input
  return { ec2: ec2ByRegion(aws, clock)('us-east-1'), requests, clock, input }
}

test('lists are read in pages, except those that EC2 does not page', async () => {
  const { ec2, requests } = setUp()
  for (const kind of KINDS) await ec2.tagged(kind, 'r')
  const sizes = requests.map(({ call, input }) => `${call.replace('us-east-1 ec2:Describe', '')} ${input.MaxResults}`)
  expect(sizes).toEqual([
    'Instances 1000',
    'Volumes 1000',
    'SecurityGroups 1000',
    'KeyPairs undefined',
    'LaunchTemplates 200',
    'Images 1000',
    'Snapshots 1000',
  ])
})

test('a base AMI includes the size of its root volume', async () => {
  const BlockDeviceMappings = [
    { DeviceName: '/dev/sdb', Ebs: { VolumeSize: 100 } },
    { DeviceName: '/dev/xvda', Ebs: { VolumeSize: 30 } },
  ]
  const { ec2, input } = setUp({
    'ec2:DescribeImages': () => ({
      Images: [{ ImageId: 'ami-1', Name: 'x', RootDeviceName: '/dev/xvda', BlockDeviceMappings }],
    }),
  })
  const base = await ec2.newestAmi({ owner: 'self', nameFilter: 'x', arch: 'amd64' })
  expect(base).toEqual({ id: 'ami-1', name: 'x', rootDevice: '/dev/xvda', rootGib: 30, needsCopy: false })
  expect(input('DescribeImages')).not.toHaveProperty('IncludeDeprecated')
})

test.each<[object, object]>([
  [{ BlockDeviceMappings: [{ Ebs: { Encrypted: true } }] }, { encrypted: true, needsCopy: false }],
  [{ PlatformDetails: 'Red Hat Enterprise Linux', UsageOperation: 'RunInstances:0010' }, { needsCopy: true }],
  [{ PlatformDetails: 'Linux/UNIX', UsageOperation: 'RunInstances' }, { needsCopy: false }],
  [{ ProductCodes: [{ ProductCodeId: 'x', ProductCodeType: 'marketplace' }] }, { needsCopy: true }],
])('a base AMI with %j', async (more, facts) => {
  const { ec2 } = setUp({ 'ec2:DescribeImages': () => ({ Images: [{ ImageId: 'ami-1', Name: 'x', ...more }] }) })
  const base = await ec2.newestAmi({ owner: 'self', nameFilter: 'x', arch: 'amd64' })
  expect(base).toEqual({ id: 'ami-1', name: 'x', ...facts })
})

describe('a base AMI given', () => {
  const wanted = { owner: 'self', arch: 'arm64' }
  const images = () => ({ Images: [{ ImageId: 'ami-1', Name: 'x' }] })

  test.each([
    ['by its ID', { sourceAmi: 'ami-1' }],
    ['by a parameter', { ssmParameter: '/golden/x' }],
  ])('%s may have any owner, but must have the architecture', async (_, base) => {
    const { ec2, input } = setUp({
      'ec2:DescribeImages': images,
      'ssm:GetParameters': () => ({ Parameters: [{ Name: '/golden/x', Value: 'ami-1' }] }),
    })
    expect(await ec2.newestAmi({ ...wanted, ...base })).toMatchObject({ id: 'ami-1', name: 'x' })
    expect(input('DescribeImages')).not.toHaveProperty('Owners')
    expect(input('DescribeImages')).toHaveProperty('IncludeDeprecated', true)
    expect(input('DescribeImages')?.Filters).toEqual(
      expect.arrayContaining([
        { Name: 'image-id', Values: ['ami-1'] },
        { Name: 'architecture', Values: ['arm64'] },
      ]),
    )
  })

  test('by its ID, beside a name, must fit owner and name', async () => {
    const { ec2, input } = setUp({ 'ec2:DescribeImages': images })
    expect(await ec2.newestAmi({ ...wanted, sourceAmi: 'ami-1', nameFilter: 'x-*' })).toMatchObject({ id: 'ami-1' })
    expect(input('DescribeImages')).toMatchObject({ Owners: ['self'], IncludeDeprecated: true })
    expect(input('DescribeImages')?.Filters).toEqual(
      expect.arrayContaining([
        { Name: 'image-id', Values: ['ami-1'] },
        { Name: 'name', Values: ['x-*'] },
      ]),
    )
  })

  test.each([
    ['does not exist', []],
    ['holds no AMI', [{ Name: '/golden/x', Value: 'x' }]],
  ])('by a parameter that %s', async (what, Parameters) => {
    const { ec2 } = setUp({ 'ssm:GetParameters': () => ({ Parameters }) })
    await expect(ec2.newestAmi({ ...wanted, ssmParameter: '/golden/x' })).rejects.toThrow(
      `the SSM parameter /golden/x ${what} in us-east-1`,
    )
  })
})

test('a disabled AMI counts only for taken names', async () => {
  const { ec2, requests } = setUp({
    'ec2:DescribeImages': ({ IncludeDisabled }) => ({ Images: IncludeDisabled ? [{ ImageId: 'ami-1' }] : [] }),
  })
  expect(await ec2.amisNamed(['x'])).toMatchObject([{ id: 'ami-1' }])
  expect(await ec2.amis(['ami-1'])).toEqual([])
  expect(requests).toHaveLength(2)
})

test('a copy has the given description', async () => {
  const { ec2, input } = setUp({ 'ec2:CopyImage': () => ({ ImageId: 'ami-2' }) })
  const copy = { name: 'x', sourceRegion: 'us-east-1', sourceId: 'ami-1', tags: {}, token: 't' }
  await ec2.copy({ ...copy, description: 'a node' })
  expect(input('CopyImage')).toMatchObject({ Name: 'x', Description: 'a node', ClientToken: 't' })
})

test('terminating an instance skips its shutdown', async () => {
  const { ec2, input } = setUp()
  await ec2.remove('instance', 'i-1')
  expect(input('TerminateInstances')).toEqual({ InstanceIds: ['i-1'], SkipOsShutdown: true })
})

describe('deregistering an AMI', () => {
  const refusal = (name: string) => new UserError('aws-failed', name, '', { cause: { name } })
  const actions = (requests: ReturnType<typeof setUp>['requests']) =>
    requests.map(({ call, input }) => `${call.replace('us-east-1 ec2:', '')} ${input.SnapshotId ?? ''}`.trim())

  test('deletes its snapshots in the same call, except those of other AMIs', async () => {
    const { ec2, requests, input } = setUp({
      'ec2:DeregisterImage': () => ({
        DeleteSnapshotResults: [
          { SnapshotId: 'snap-1', ReturnCode: 'success' },
          { SnapshotId: 'snap-2', ReturnCode: 'skipped' },
        ],
      }),
    })
    await ec2.deregister({ id: 'ami-1', snapshots: ['snap-1', 'snap-2'] })
    expect(actions(requests)).toEqual(['DeregisterImage'])
    expect(input('DeregisterImage')).toEqual({ ImageId: 'ami-1', DeleteAssociatedSnapshots: true })
  })

  test('deletes a snapshot again if EC2 could not delete it with the AMI', async () => {
    const { ec2, requests } = setUp({
      'ec2:DeregisterImage': () => ({
        DeleteSnapshotResults: [{ SnapshotId: 'snap-1', ReturnCode: 'internal-error' }],
      }),
    })
    await ec2.deregister({ id: 'ami-1', snapshots: ['snap-1'] })
    expect(actions(requests)).toEqual(['DeregisterImage', 'DeleteSnapshot snap-1'])
  })

  test("leaves others' snapshots", async () => {
    const { ec2, input } = setUp()
    await ec2.deregister({ id: 'ami-1', snapshots: ['snap-1'], othersStay: true })
    expect(input('DeregisterImage')).toEqual({ ImageId: 'ami-1' })
    expect(input('DeleteSnapshot')).toEqual({ SnapshotId: 'snap-1' })
  })

  test('succeeds if it and its snapshots are already gone', async () => {
    const { ec2, requests } = setUp({
      'ec2:DeregisterImage': () => {
        throw refusal('InvalidAMIID.Unavailable')
      },
      'ec2:DeleteSnapshot': () => {
        throw refusal('InvalidSnapshot.NotFound')
      },
    })
    await ec2.deregister({ id: 'ami-1', snapshots: ['snap-1'] })
    expect(actions(requests)).toEqual(['DeregisterImage', 'DeleteSnapshot snap-1'])
  })

  test('an instance ends also where EC2 cannot skip its shutdown', async () => {
    const { ec2, requests } = setUp({
      'ec2:TerminateInstances': ({ SkipOsShutdown }) => {
        if (SkipOsShutdown) throw refusal('UnknownParameter')
        return {}
      },
    })
    await ec2.remove('instance', 'i-1')
    expect(requests.map(({ input }) => input)).toEqual([
      { InstanceIds: ['i-1'], SkipOsShutdown: true },
      { InstanceIds: ['i-1'] },
    ])
  })

  test('takes two calls where EC2 cannot do it in one', async () => {
    const { ec2, requests } = setUp({
      'ec2:DeregisterImage': ({ DeleteAssociatedSnapshots }) => {
        if (DeleteAssociatedSnapshots) throw refusal('UnknownParameter')
        return {}
      },
    })
    await ec2.deregister({ id: 'ami-1', snapshots: ['snap-1'] })
    expect(actions(requests)).toEqual(['DeregisterImage', 'DeregisterImage', 'DeleteSnapshot snap-1'])
  })

  test.each<[number, number | undefined, boolean]>([
    [20, undefined, true],
    [20, 5, false],
    [100, undefined, false],
  ])('deletes a snapshot that is in use for %d s, with a patience of %s s: %s', async (seconds, patience, goes) => {
    const { ec2, clock } = setUp({
      'ec2:DeleteSnapshot': () => {
        if (clock.at < seconds) throw refusal('InvalidSnapshot.InUse')
        return {}
      },
    })
    const order = { id: 'ami-1', snapshots: ['snap-1'], ...(patience === undefined ? {} : { patience }) }
    const done = ec2.deregister(order).then(
      () => true,
      () => false,
    )
    expect(await done).toBe(goes)
    expect(clock.at).toBeLessThanOrEqual(patience ?? 60)
  })
})
