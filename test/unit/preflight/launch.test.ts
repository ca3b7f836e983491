import { readFileSync } from 'node:fs'
import type { TagSpecification } from '@aws-sdk/client-ec2'
import {
  copyImage,
  createImage,
  createKeyPair,
  createSecurityGroup,
  runInstances,
} from '../../../src/preflight/launch.js'
import { dryFacts, image, inputs } from './facts.js'

const template = ['image', 'locals', 'by-hand', 'variables']
  .map((name) => readFileSync(`packer/image/${name}.pkr.hcl`, 'utf8'))
  .join('\n')

/** The text between the braces of a block or map of the template. */
const block = (start: string) => new RegExp(`${start}[^\\n]*\\{\\n([\\s\\S]*?)\\n\\s*\\}`).exec(template)?.[1] ?? ''
/** Names and literal values in a block. */
const settings = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/^\s*"?([\w:-]+)"?\s+=\s+(.*)$/gm)].map(([, name = '', value = '']) => [
      name,
      value.replace(/"/g, ''),
    ]),
  )
const textOf = (name: string) => new RegExp(`^\\s*${name}\\s+=\\s+"(.*)"$`, 'm').exec(template)?.[1]
const defaultOf = (name: string) =>
  new RegExp(`variable "${name}" \\{[\\s\\S]*?default\\s+=\\s+(.*)`).exec(template)?.[1]?.replace(/"/g, '')
const runTags = [...template.matchAll(/^\s*"(k8s-image:[a-z]+)"\s+=/gm)].map(([, name = '']) => name)

const user = { ...inputs, tags: { CostCenter: '42' } }
const tagNames = (specifications: readonly TagSpecification[] = []) =>
  Object.fromEntries(
    specifications.map(({ ResourceType, Tags = [] }) => [ResourceType, Tags.map(({ Key }) => Key).sort()]),
  )
const all = ['CostCenter', ...runTags].sort()

test('the launch has what the template sets, by the names that the plugin gives them', () => {
  const metadata = settings(block('metadata_options'))
  expect(Object.keys(metadata)).toHaveLength(3)
  const { TagSpecifications, ...launch } = runInstances(dryFacts({ inputs: user })) ?? {}
  expect(launch).toEqual({
    ImageId: image.baseAmi.id,
    InstanceType: 't3.medium',
    CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
    MinCount: 1,
    MaxCount: 1,
    EbsOptimized: false,
    EnclaveOptions: { Enabled: false },
    InstanceInitiatedShutdownBehavior: textOf('shutdown_behavior'),
    MetadataOptions: {
      HttpEndpoint: metadata.http_endpoint,
      HttpTokens: metadata.http_tokens,
      HttpPutResponseHopLimit: Number(metadata.http_put_response_hop_limit),
    },
    CreditSpecification: { CpuCredits: 'unlimited' },
    BlockDeviceMappings: [
      {
        DeviceName: '/dev/xvda',
        Ebs: {
          DeleteOnTermination: true,
          VolumeType: defaultOf('root_volume_type'),
          VolumeSize: Number(/root_volume_size = optional\(number, (\d+)\)/.exec(template)?.[1]),
        },
      },
    ],
    SubnetId: undefined,
  })
  expect(runTags).toHaveLength(8)
  expect(tagNames(TagSpecifications)).toEqual({ instance: all, 'network-interface': all, volume: all })
})

test.each(['t2.micro', 't3.medium', 't3a.large', 't4g.medium', 'm7i-flex.large', 't3x.large'])(
  'credits of %s are as in the template',
  (instanceType) => {
    const pattern = /enable_unlimited_credits = can\(regex\("(.*?)"/.exec(template)?.[1] ?? 'x'
    const { CreditSpecification } = runInstances(dryFacts({ instanceType })) ?? {}
    expect(CreditSpecification !== undefined).toBe(new RegExp(pattern).test(instanceType))
  },
)

test('the launch has the profile, the volume, the key and the address that the inputs ask for', () => {
  const wished = {
    ...user,
    vars: { iam_instance_profile: 'nodes', root_volume_size: '40' },
    varFile: { root_volume_size: 30, root_volume_type: 'gp2' },
    subnetId: 'subnet-1',
    associatePublicIp: true,
    publish: { keys: { 'us-east-1': 'alias/k' } },
  }
  const launch = runInstances(dryFacts({ inputs: wished }))
  expect(launch).toMatchObject({
    IamInstanceProfile: { Name: 'nodes' },
    BlockDeviceMappings: [{ Ebs: { VolumeSize: 40, VolumeType: 'gp2', Encrypted: true, KmsKeyId: 'alias/k' } }],
    NetworkInterfaces: [{ SubnetId: 'subnet-1', AssociatePublicIpAddress: true }],
  })
  expect(launch).not.toHaveProperty('SubnetId')
})

test('key pair, security group, AMI and copy have the run tags, and the plugin’s other parameters', () => {
  const facts = dryFacts({ inputs: { ...user, publish: { keys: { 'us-west-2': 'alias/w' } } }, vpc: 'vpc-1' })
  const { TagSpecifications: ofKey, ...key } = createKeyPair(facts)
  expect(key).toEqual({ KeyName: 'packer_5f0c9a77', KeyType: 'ed25519' })
  const { TagSpecifications: ofGroup, ...group } = createSecurityGroup(facts)
  expect(group).toEqual({ GroupName: key.KeyName, Description: 'Temporary group for Packer', VpcId: 'vpc-1' })
  const { TagSpecifications: ofImage } = createImage(facts)
  const { TagSpecifications: ofCopy, ...copy } = copyImage({ ...facts, region: 'us-west-2' })
  expect(copy).toMatchObject({ Encrypted: true, KmsKeyId: 'alias/w', SourceRegion: 'us-east-1' })
  const copied = [...all, 'k8s-image:kms-key'].sort()
  expect([ofKey, ofGroup, ofImage, ofCopy].map((given) => tagNames(given))).toEqual([
    { 'key-pair': all },
    { 'security-group': all },
    { image: all, snapshot: all },
    { image: copied, snapshot: copied },
  ])
})

test('a system in FIPS mode gets an RSA key', () => {
  const hardened = { ...user, ansibleExtraVars: { base_fips: true } }
  expect(createKeyPair(dryFacts({ inputs: hardened })).KeyType).toBe('rsa')
})

test.each([
  ['cn-north-1', [false, false, false, false]],
  ['us-gov-west-1', [true, true, true, false]],
  ['us-east-1', [true, true, true, true]],
])('in %s the plugin tags at birth: %j', (home, tagged) => {
  const facts = dryFacts({ home, region: home })
  const made = [runInstances(facts) ?? {}, createKeyPair(facts), createSecurityGroup(facts), createImage(facts)]
  expect(made.map((one) => 'TagSpecifications' in one)).toEqual(tagged)
})
