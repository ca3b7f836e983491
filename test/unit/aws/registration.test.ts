import type { Image, RegisterImageCommandInput } from '@aws-sdk/client-ec2'
import { ec2ByRegion } from '../../../src/aws/ec2-client.js'
import { registration } from '../../../src/aws/registration.js'
import { fakeAws } from '../actions/prune/fake-aws.js'
import { manualClock } from '../fakes.js'

/** An AMI with everything that DescribeImages can return. */
const image: Image = {
  ImageId: 'ami-1',
  Name: 'provisional-1',
  Description: 'a node',
  Architecture: 'arm64',
  BootMode: 'uefi-preferred',
  EnaSupport: true,
  ImdsSupport: 'v2.0',
  RootDeviceName: '/dev/xvda',
  RootDeviceType: 'ebs',
  SriovNetSupport: 'simple',
  TpmSupport: 'v2.0',
  VirtualizationType: 'hvm',
  PlatformDetails: 'Linux/UNIX',
  UsageOperation: 'RunInstances',
  ProductCodes: [],
  State: 'available',
  Tags: [{ Key: 'a', Value: 'b' }],
  BlockDeviceMappings: [
    {
      DeviceName: '/dev/xvda',
      Ebs: {
        DeleteOnTermination: true,
        SnapshotId: 'snap-1',
        VolumeSize: 20,
        VolumeType: 'gp3',
        Iops: 4000,
        Throughput: 250,
        Encrypted: true,
        KmsKeyId: 'arn:k',
      },
    },
    { DeviceName: '/dev/sdb', Ebs: { SnapshotId: 'snap-2', VolumeType: 'gp2', Iops: 100, Encrypted: false } },
    { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 5, VolumeType: 'io2', Iops: 500, Encrypted: true } },
    { DeviceName: '/dev/sdd', VirtualName: 'ephemeral0' },
  ],
}

/** How the action treats each member of an AMI. A new member in the SDK is a compile error until it is added here. */
const members: Readonly<
  Record<keyof Image, 'the same' | 'always required' | 'by the snapshots' | 'must be plain' | 'new' | 'given later'>
> = {
  Architecture: 'the same',
  BlockDeviceMappings: 'the same',
  BootMode: 'the same',
  Description: 'the same',
  EnaSupport: 'the same',
  ImdsSupport: 'always required',
  KernelId: 'the same',
  RamdiskId: 'the same',
  RootDeviceName: 'the same',
  SriovNetSupport: 'the same',
  TpmSupport: 'the same',
  VirtualizationType: 'the same',
  RootDeviceType: 'by the snapshots',
  PlatformDetails: 'must be plain',
  UsageOperation: 'must be plain',
  ProductCodes: 'must be plain',
  Platform: 'must be plain',
  ImageWatermarks: 'must be plain',
  InstanceTypeSpecification: 'must be plain',
  Tags: 'given later',
  DeprecationTime: 'given later',
  DeregistrationProtection: 'given later',
  Public: 'given later',
  ImageId: 'new',
  ImageLocation: 'new',
  Name: 'new',
  State: 'new',
  StateReason: 'new',
  OwnerId: 'new',
  ImageOwnerAlias: 'new',
  CreationDate: 'new',
  LastLaunchedTime: 'new',
  Hypervisor: 'new',
  ImageType: 'new',
  SourceInstanceId: 'new',
  SourceImageId: 'new',
  SourceImageRegion: 'new',
  ImageAllowed: 'new',
  FreeTierEligible: 'new',
  PublicSsmParameterName: 'new',
  ScanResults: 'new',
}

test('everything that defines an AMI stays the same; a mapping of a snapshot does not set encryption', () => {
  expect(registration(image)).toEqual({
    Description: 'a node',
    Architecture: 'arm64',
    BootMode: 'uefi-preferred',
    EnaSupport: true,
    ImdsSupport: 'v2.0',
    RootDeviceName: '/dev/xvda',
    SriovNetSupport: 'simple',
    TpmSupport: 'v2.0',
    VirtualizationType: 'hvm',
    BlockDeviceMappings: [
      {
        DeviceName: '/dev/xvda',
        Ebs: {
          DeleteOnTermination: true,
          SnapshotId: 'snap-1',
          VolumeSize: 20,
          VolumeType: 'gp3',
          Iops: 4000,
          Throughput: 250,
        },
      },
      { DeviceName: '/dev/sdb', Ebs: { SnapshotId: 'snap-2', VolumeType: 'gp2' } },
      { DeviceName: '/dev/sdc', Ebs: { VolumeSize: 5, VolumeType: 'io2', Iops: 500, Encrypted: true } },
      { DeviceName: '/dev/sdd', VirtualName: 'ephemeral0' },
    ],
  })
})

test.each(Object.entries(members).filter(([, what]) => what === 'the same'))('%s is copied', (name) => {
  const known = registration({ ...image, KernelId: 'aki-1', RamdiskId: 'ari-1' })
  expect(known?.[name as keyof RegisterImageCommandInput as keyof typeof known]).toBeDefined()
  const rest = Object.fromEntries(Object.entries(image).filter(([each]) => each !== name))
  expect(registration(rest)).not.toHaveProperty(name)
})

test('IMDSv2 is required, even if the first AMI does not require it (yet)', () => {
  expect(registration({ ...image, ImdsSupport: undefined })).toMatchObject({ ImdsSupport: 'v2.0' })
})

test.each<[string, Partial<Image>]>([
  ['RHEL', { PlatformDetails: 'Red Hat Enterprise Linux', UsageOperation: 'RunInstances:0010' }],
  ['SUSE', { PlatformDetails: 'SUSE Linux', UsageOperation: 'RunInstances:000g' }],
  ['Ubuntu Pro', { PlatformDetails: 'Ubuntu Pro', UsageOperation: 'RunInstances:0g00' }],
  ['Windows', { PlatformDetails: 'Windows', UsageOperation: 'RunInstances:0002', Platform: 'Windows' }],
  ['one with a watermark', { ImageWatermarks: [{ WatermarkKey: '123456789012:approved' }] }],
  [
    'one for some types of instances',
    { InstanceTypeSpecification: { SupportedInstanceTypes: [{ InstanceType: 't3.*' }] } },
  ],
  ['a product of the Marketplace', { ProductCodes: [{ ProductCodeId: 'x', ProductCodeType: 'marketplace' }] }],
])('%s is never registered again', (_, changes) => {
  expect(registration({ ...image, ...changes })).toBeUndefined()
})

describe('the call', () => {
  const setUp = (UefiData: object) => {
    const { aws, requests } = fakeAws({
      'ec2:DescribeImageAttribute': () => ({ UefiData }),
      'ec2:RegisterImage': () => ({ ImageId: 'ami-2' }),
    })
    return { ec2: ec2ByRegion(aws, manualClock())('us-east-1'), requests }
  }

  test('also has name, tags and UEFI data, and no tags for snapshots', async () => {
    const { ec2, requests } = setUp({ Value: 'QU1aTlVFRkk=' })
    const same = registration(image)
    if (same === undefined) throw new Error('it is plain')
    expect(await ec2.register({ id: 'ami-1', registration: same }, 'k8s-x', { a: 'b' })).toBe('ami-2')
    expect(requests.map(({ call }) => call)).toEqual([
      'us-east-1 ec2:DescribeImageAttribute',
      'us-east-1 ec2:RegisterImage',
    ])
    expect(requests[0]?.input).toEqual({ ImageId: 'ami-1', Attribute: 'uefiData' })
    expect(requests[1]?.input).toEqual({
      ...same,
      Name: 'k8s-x',
      UefiData: 'QU1aTlVFRkk=',
      TagSpecifications: [{ ResourceType: 'image', Tags: [{ Key: 'a', Value: 'b' }] }],
    })
  })

  test('asks for the UEFI data of arm64 AMIs, which may lack a boot mode', async () => {
    const { ec2, requests } = setUp({ Value: 'QU1aTlVFRkk=' })
    await ec2.register({ id: 'ami-1', registration: { Architecture: 'arm64' } }, 'k8s-x', {})
    expect(requests[1]?.input).toMatchObject({ UefiData: 'QU1aTlVFRkk=' })
  })

  test('is the only one for an AMI that boots by BIOS, and omits missing UEFI data', async () => {
    const bios = setUp({})
    await bios.ec2.register({ id: 'ami-1', registration: { BootMode: 'legacy-bios' } }, 'k8s-x', {})
    expect(bios.requests.map(({ call }) => call)).toEqual(['us-east-1 ec2:RegisterImage'])
    const uefi = setUp({})
    await uefi.ec2.register({ id: 'ami-1', registration: { BootMode: 'uefi' } }, 'k8s-x', {})
    expect(uefi.requests[1]?.input).not.toHaveProperty('UefiData')
  })

  test('that returns no AMI is an error', async () => {
    const { aws } = fakeAws({ 'ec2:RegisterImage': () => ({}) })
    const ec2 = ec2ByRegion(aws, manualClock())('us-east-1')
    await expect(ec2.register({ id: 'ami-1', registration: {} }, 'k8s-x', {})).rejects.toThrow(/names no AMI/)
  })
})
