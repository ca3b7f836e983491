/** What a job asks of AWS, by feature, and how each action can be tried without doing it: a table. */
import type { _InstanceType } from '@aws-sdk/client-ec2'
import type { DryCalls } from '../aws/dry.js'
import type { Inputs } from '../model/inputs.js'
import { isShared } from '../model/publish.js'

/** What the dry calls are made with. IDs that nothing has show a refusal all the same, and nothing else. */
export interface DryFacts {
  /** The base AMI; undefined when the plan did not get that far. */
  readonly ami: string | undefined
  readonly instanceType: string
  readonly subnet: string | undefined
  /** Unique in the account, for names. */
  readonly name: string
  readonly home: string
}

/** IDs of the right shape that nothing has. */
const NONE = {
  instance: 'i-00000000000000000',
  volume: 'vol-00000000000000000',
  snapshot: 'snap-00000000000000000',
  ami: 'ami-00000000000000000',
  group: 'sg-00000000000000000',
  template: 'lt-00000000000000000',
}

const IMAGE = { ImageId: NONE.ami }
const TAG = { Key: 'k8s-image:run', Value: 'dry-run' }

/** Something that a job may do, and what AWS has to allow for it. */
export interface Feature {
  /** For people: what it is for. */
  readonly what: string
  readonly needed: (inputs: PreflightInputs) => boolean
  /** Where it is tried: in the build region unless told. */
  readonly where?: 'copies' | 'everywhere'
  /** What it needs; the same actions whatever the facts are. */
  readonly actions: (facts: DryFacts) => DryCalls
}

/** The inputs that decide. */
export type PreflightInputs = Pick<Inputs, 'region' | 'amiRegions' | 'test' | 'sshInterface' | 'subnetId' | 'publish'>

/**
 * Every feature with the actions that it adds. docs/iam.md is made of this; test/rehearsal/iam.test.ts holds it against the calls
 * that a whole job makes.
 */
export const FEATURES = {
  build: {
    what: 'Building in one region',
    needed: () => true,
    actions: ({ ami, instanceType, name, subnet }): DryCalls => ({
      'ec2:DescribeRegions': {},
      'ec2:DescribeImages': {},
      'ec2:DescribeInstances': {},
      'ec2:DescribeSecurityGroups': {},
      'ec2:DescribeVolumes': {},
      'ec2:CreateKeyPair': { KeyName: name },
      'ec2:CreateSecurityGroup': { GroupName: name, Description: 'dry run' },
      'ec2:AuthorizeSecurityGroupIngress': {
        GroupId: NONE.group,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '127.0.0.1/32' }] }],
      },
      'ec2:RunInstances':
        ami === undefined
          ? undefined
          : {
              ImageId: ami,
              // EC2 offers new types before the SDK knows them.
              InstanceType: instanceType as _InstanceType,
              MinCount: 1,
              MaxCount: 1,
              SubnetId: subnet,
              TagSpecifications: [{ ResourceType: 'instance', Tags: [TAG] }],
            },
      'ec2:StopInstances': { InstanceIds: [NONE.instance] },
      'ec2:CreateImage': { InstanceId: NONE.instance, Name: name },
      'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
      'ec2:ModifyImageAttribute': { ...IMAGE, ImdsSupport: { Value: 'v2.0' } },
      'ec2:TerminateInstances': { InstanceIds: [NONE.instance] },
      'ec2:DeleteSecurityGroup': { GroupId: NONE.group },
      'ec2:DeleteKeyPair': { KeyName: name },
    }),
  },
  cleanUp: {
    what: 'Removing what a failed or cancelled build left',
    needed: () => true,
    actions: ({ name }): DryCalls => ({
      'ec2:DescribeInstances': {},
      'ec2:DescribeVolumes': {},
      'ec2:DescribeSecurityGroups': {},
      'ec2:DescribeKeyPairs': {},
      'ec2:DescribeLaunchTemplates': {},
      'ec2:DescribeImages': {},
      'ec2:DescribeSnapshots': {},
      'ec2:TerminateInstances': { InstanceIds: [NONE.instance] },
      'ec2:DeleteVolume': { VolumeId: NONE.volume },
      'ec2:DeleteSecurityGroup': { GroupId: NONE.group },
      'ec2:DeleteKeyPair': { KeyName: name },
      'ec2:DeleteLaunchTemplate': { LaunchTemplateId: NONE.template },
      'ec2:DeregisterImage': IMAGE,
      'ec2:DeleteSnapshot': { SnapshotId: NONE.snapshot },
    }),
  },
  test: {
    what: 'Testing each AMI on an instance of its own (`test`)',
    needed: ({ test }) => test !== 'none',
    actions: (): DryCalls => ({ 'ec2:GetConsoleOutput': { InstanceId: NONE.instance } }),
  },
  subnet: {
    what: 'A subnet of your own (`subnet-id`)',
    needed: ({ subnetId }) => subnetId !== undefined,
    actions: (): DryCalls => ({ 'ec2:DescribeSubnets': {} }),
  },
  sessionManager: {
    what: 'Reaching the instance by Session Manager (`ssh-interface: session_manager`)',
    needed: ({ sshInterface }) => sshInterface === 'session_manager',
    actions: (): DryCalls => ({
      'ec2:DescribeInstanceStatus': {},
      'ssm:StartSession': undefined,
      'ssm:TerminateSession': undefined,
    }),
  },
  copy: {
    what: 'Copying to other regions (`ami-regions`)',
    needed: ({ region, amiRegions }) => amiRegions === 'all' || amiRegions.some((each) => each !== region),
    where: 'copies',
    actions: ({ ami, name, home }): DryCalls => ({
      'ec2:CopyImage': { SourceImageId: ami ?? NONE.ami, SourceRegion: home, Name: name },
      'ec2:DescribeImages': {},
      'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
      'ec2:DeregisterImage': IMAGE,
      'ec2:DeleteSnapshot': { SnapshotId: NONE.snapshot },
    }),
  },
  encrypt: {
    what: 'Encryption by KMS keys (`kms-key-ids`)',
    needed: ({ publish }) => Object.keys(publish.keys).length > 0,
    where: 'everywhere',
    actions: (): DryCalls => ({
      'kms:DescribeKey': undefined,
      'kms:CreateGrant': undefined,
      'kms:Decrypt': undefined,
      'kms:GenerateDataKeyWithoutPlaintext': undefined,
      'kms:ReEncryptFrom': undefined,
      'kms:ReEncryptTo': undefined,
    }),
  },
  share: {
    what: 'Sharing (`share-with-accounts`, `share-with-organizations`, `share-with-ous`, `share-publicly`)',
    needed: ({ publish }) => isShared(publish),
    where: 'everywhere',
    actions: (): DryCalls => ({
      'ec2:ModifyImageAttribute': { ...IMAGE, LaunchPermission: { Add: [{ UserId: '123456789012' }] } },
    }),
  },
  shareSnapshots: {
    what: 'Sharing the snapshots, too (`share-with-accounts`)',
    needed: ({ publish }) => publish.accounts.length > 0,
    where: 'everywhere',
    actions: (): DryCalls => ({
      'ec2:ModifySnapshotAttribute': {
        SnapshotId: NONE.snapshot,
        Attribute: 'createVolumePermission',
        CreateVolumePermission: { Add: [{ UserId: '123456789012' }] },
      },
    }),
  },
  deprecate: {
    what: 'A date of deprecation (`deprecate-after`)',
    needed: ({ publish }) => publish.deprecateAfter !== undefined,
    where: 'everywhere',
    actions: (): DryCalls => ({
      'ec2:EnableImageDeprecation': { ...IMAGE, DeprecateAt: new Date('2099-01-01T00:00:00Z') },
    }),
  },
  protect: {
    what: 'Protection from deregistration (`deregistration-protection`)',
    needed: ({ publish }) => publish.protection !== 'false',
    where: 'everywhere',
    actions: (): DryCalls => ({ 'ec2:EnableImageDeregistrationProtection': IMAGE }),
  },
  parameters: {
    what: 'Parameters in SSM that name the AMIs (`ssm-parameters`)',
    needed: ({ publish }) => publish.parameters.length > 0,
    where: 'everywhere',
    actions: (): DryCalls => ({ 'ssm:GetParameters': undefined, 'ssm:PutParameter': undefined }),
  },
} as const satisfies Readonly<Record<string, Feature>>

/** The name of a feature. */
export type FeatureName = keyof typeof FEATURES
