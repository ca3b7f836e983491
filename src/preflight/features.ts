/** A job's AWS calls by feature, with dry-run parameters: a table. */
import type { DryCalls } from '../aws/dry.js'
import { RUN_TAG } from '../aws/ec2.js'
import { isShared } from '../model/publish.js'
import { profileOf } from '../model/variables.js'
import { namesByCopy, readsParameter, startsEncrypted } from './bases.js'
import type { Feature } from './feature.js'
import {
  copyImage,
  createImage,
  createKeyPair,
  createSecurityGroup,
  NONE,
  registerImage,
  runInstances,
} from './launch.js'

/** EC2 as IAM knows it, in China, too. */
const SERVICES = ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn']

const IMAGE = { ImageId: NONE.ami }
const TAG = { Key: RUN_TAG, Value: 'dry-run' }

/**
 * All features with the actions that they add. docs/iam.md is generated from this; test/rehearsal/iam.test.ts compares it with the calls
 * of a whole job.
 */
export const FEATURES = {
  build: {
    what: 'Building in one region',
    needed: () => true,
    actions: (facts): DryCalls => ({
      'ec2:DescribeRegions': {},
      'ec2:DescribeImages': {},
      'ec2:DescribeInstances': {},
      'ec2:DescribeSecurityGroups': {},
      'ec2:DescribeVolumes': {},
      'ec2:CreateKeyPair': createKeyPair(facts),
      'ec2:CreateSecurityGroup': createSecurityGroup(facts),
      'ec2:AuthorizeSecurityGroupIngress': {
        GroupId: NONE.group,
        IpPermissions: [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '127.0.0.1/32' }] }],
      },
      'ec2:RunInstances': runInstances(facts),
      'ec2:StopInstances': { InstanceIds: [NONE.instance] },
      'ec2:CreateImage': createImage(facts),
      'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
      'ec2:ModifyImageAttribute': { ...IMAGE, ImdsSupport: { Value: 'v2.0' } },
      'ec2:TerminateInstances': { InstanceIds: [NONE.instance] },
      'ec2:DeleteSecurityGroup': { GroupId: NONE.group },
      'ec2:DeleteKeyPair': { KeyPairId: NONE.key },
    }),
  },
  cleanUp: {
    what: 'Removing what a failed or cancelled build left',
    needed: () => true,
    actions: (): DryCalls => ({
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
      'ec2:DeleteKeyPair': { KeyPairId: NONE.key },
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
  instanceProfile: {
    what: 'An instance profile (variable `iam_instance_profile`)',
    needed: (inputs) => profileOf(inputs) !== undefined,
    conditions: { 'iam:PassRole': { StringEquals: { 'iam:PassedToService': SERVICES } } },
    // EC2 checks PassRole in RunInstances, whose dry run has the profile.
    actions: (): DryCalls => ({ 'iam:GetInstanceProfile': undefined, 'iam:PassRole': undefined }),
  },
  sessionManager: {
    what: 'Reaching the instance by Session Manager (`ssh-interface: session_manager`)',
    needed: ({ sshInterface }) => sshInterface === 'session_manager',
    actions: (): DryCalls => ({
      'ec2:DescribeInstanceStatus': {},
      'ssm:StartSession': undefined,
      'ssm:ResumeSession': undefined,
      'ssm:TerminateSession': undefined,
      // session-manager-plugin signs its data channel since 1.2.764.0.
      'ssmmessages:OpenDataChannel': undefined,
    }),
  },
  copy: {
    what: 'Copying to other regions (`ami-regions`)',
    needed: ({ region, amiRegions }) => amiRegions === 'all' || amiRegions.some((each) => each !== region),
    where: 'copies',
    actions: (facts): DryCalls => ({
      'ec2:CopyImage': copyImage(facts),
      'ec2:DescribeImages': {},
      'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
      'ec2:DeregisterImage': IMAGE,
      'ec2:DeleteSnapshot': { SnapshotId: NONE.snapshot },
    }),
  },
  name: {
    what: 'Naming AMIs that passed (`name-at`)',
    needed: ({ publish }) => publish.nameAt === 'test',
    where: 'everywhere',
    actions: (facts): DryCalls => ({
      'ec2:DescribeImages': {},
      'ec2:DescribeImageAttribute': { ...IMAGE, Attribute: 'uefiData' },
      'ec2:RegisterImage': registerImage(facts),
      'ec2:CreateTags': { Resources: [NONE.ami], Tags: [TAG] },
      'ec2:DeregisterImage': IMAGE,
    }),
  },
  nameByCopy: {
    what: 'The same for licensed AMIs, by a copy',
    needed: (inputs) => inputs.publish.nameAt === 'test' && namesByCopy(inputs),
    where: 'everywhere',
    actions: (facts): DryCalls => ({ 'ec2:CopyImage': copyImage(facts) }),
  },
  encrypt: {
    what: 'Encryption by KMS keys (`kms-key-ids`, or a default key of your own in the account)',
    needed: (inputs) => Object.keys(inputs.publish.keys).length > 0 || startsEncrypted(inputs),
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
  baseParameter: {
    what: 'A base AMI by SSM parameter (`ssmParameter`)',
    needed: readsParameter,
    actions: (): DryCalls => ({ 'ssm:GetParameters': undefined }),
  },
} as const satisfies Readonly<Record<string, Feature>>

export type FeatureName = keyof typeof FEATURES
