/**
 * The creating requests as the template and Packer's Amazon plugin 1.8.2 send them. So policies with conditions on metadata options,
 * encryption or tags judge dry runs like the real calls. Pure. Left out: UserData, key and group of a launch, and placement, which no dry
 * run can have.
 */
import type {
  _InstanceType,
  CopyImageCommandInput,
  CreateImageCommandInput,
  CreateKeyPairCommandInput,
  CreateSecurityGroupCommandInput,
  EbsBlockDevice,
  RegisterImageCommandInput,
  ResourceType,
  RunInstancesCommandInput,
  TagSpecification,
} from '@aws-sdk/client-ec2'
import { KEY_TAG, STATE_TAG, TESTED } from '../aws/ec2.js'
import { toTags } from '../aws/lists.js'
import type { Inputs } from '../model/inputs.js'
import { descriptionOf, type Image, rootVolumeSize } from '../model/plan.js'
import type { PublishSettings } from '../model/publish.js'
import { tagsAmisLate, tagsNoTemporaries } from '../model/region.js'
import { profileOf, templateVariable } from '../model/variables.js'
import { runTags } from './tags.js'

/** The inputs that determine the request. */
export type LaunchInputs = Pick<
  Inputs,
  'subnetId' | 'associatePublicIp' | 'vars' | 'varFile' | 'tags' | 'ansibleExtraVars'
> & { readonly publish: Pick<PublishSettings, 'keys'> }

export interface DryFacts {
  readonly inputs: LaunchInputs
  /** Undefined if the plan failed before. */
  readonly image: Image | undefined
  readonly instanceType: string
  readonly runId: string
  /** The build region. */
  readonly home: string
  /** The region of the call. */
  readonly region: string
  /** VPC of `subnet-id`, if known. */
  readonly vpc: string | undefined
}

/** Well-formed unused IDs. A refusal does not prove that the action is not allowed on a run's own resources. */
export const NONE = {
  instance: 'i-00000000000000000',
  volume: 'vol-00000000000000000',
  snapshot: 'snap-00000000000000000',
  ami: 'ami-00000000000000000',
  group: 'sg-00000000000000000',
  key: 'key-00000000000000000',
  template: 'lt-00000000000000000',
}

/** Default type of the root volume (packer/image/by-hand.pkr.hcl). */
const TYPE = 'gp3'

/** T types, which start without credits in standard mode (packer/image/image.pkr.hcl). */
const BURSTABLE = /^t(2|3a?|4g)[.]/

/** A name like Packer's temporary key pair and group, since policies may depend on it. */
const packerName = ({ runId }: DryFacts): string => `packer_${runId}`

const nameFor = ({ runId }: DryFacts): string => `k8s-image-preflight-${runId}`

/** The build instance; undefined without a base AMI. */
export function runInstances(facts: DryFacts): RunInstancesCommandInput | undefined {
  const { image, inputs, instanceType } = facts
  if (image === undefined || image.baseAmi.id === '') return undefined
  const profile = profileOf(inputs)
  const { associatePublicIp, subnetId } = inputs
  return {
    ImageId: image.baseAmi.id,
    // EC2 offers new types before the SDK lists them.
    InstanceType: instanceType as _InstanceType,
    MinCount: 1,
    MaxCount: 1,
    // By default, the plugin requests no reservation.
    CapacityReservationSpecification: { CapacityReservationPreference: 'none' },
    EbsOptimized: false,
    EnclaveOptions: { Enabled: false },
    InstanceInitiatedShutdownBehavior: 'terminate',
    MetadataOptions: { HttpEndpoint: 'enabled', HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    ...(BURSTABLE.test(instanceType) ? { CreditSpecification: { CpuCredits: 'unlimited' } } : {}),
    ...(profile === undefined ? {} : { IamInstanceProfile: { Name: profile } }),
    ...(image.system.rootDevice === '' ? {} : { BlockDeviceMappings: [rootVolume(image, facts)] }),
    ...(subnetId !== undefined && associatePublicIp !== undefined
      ? {
          NetworkInterfaces: [
            {
              DeviceIndex: 0,
              AssociatePublicIpAddress: associatePublicIp,
              SubnetId: subnetId,
              DeleteOnTermination: true,
            },
          ],
        }
      : { SubnetId: subnetId }),
    ...tagged(facts, 'instance', 'network-interface', 'volume'),
  }
}

function rootVolume(image: Image, { inputs, home }: DryFacts) {
  const size = Number(templateVariable(inputs, 'root_volume_size') ?? rootVolumeSize(image))
  const key = inputs.publish.keys[home]
  const Ebs: EbsBlockDevice = {
    DeleteOnTermination: true,
    VolumeType: String(templateVariable(inputs, 'root_volume_type') ?? TYPE) as NonNullable<
      EbsBlockDevice['VolumeType']
    >,
    ...(size > 0 ? { VolumeSize: size } : {}),
    ...(key === undefined ? {} : { Encrypted: true, KmsKeyId: key }),
  }
  return { DeviceName: image.system.rootDevice, Ebs }
}

/** The temporary key pair. */
export function createKeyPair(facts: DryFacts): CreateKeyPairCommandInput {
  const { image, inputs } = facts
  const fips = image?.system.fips ?? String(inputs.ansibleExtraVars.base_fips) === 'true'
  return { KeyName: packerName(facts), KeyType: fips ? 'rsa' : 'ed25519', ...tagged(facts, 'key-pair') }
}

/** The temporary security group. */
export function createSecurityGroup(facts: DryFacts): CreateSecurityGroupCommandInput {
  return {
    GroupName: packerName(facts),
    Description: 'Temporary group for Packer',
    ...(facts.vpc === undefined ? {} : { VpcId: facts.vpc }),
    ...tagged(facts, 'security-group'),
  }
}

/** The AMI of an instance that does not exist yet. */
export function createImage(facts: DryFacts): CreateImageCommandInput {
  return { InstanceId: NONE.instance, Name: nameFor(facts), ...tagged(facts, 'image', 'snapshot') }
}

/** A copy into another region, like that of src/aws/ec2-client.ts. */
export function copyImage(facts: DryFacts): CopyImageCommandInput {
  const { image, inputs, home, region } = facts
  const key = inputs.publish.keys[region]
  const Tags = toTags({ ...runTags(facts), [STATE_TAG]: TESTED, ...(key === undefined ? {} : { [KEY_TAG]: key }) })
  return {
    Name: nameFor(facts),
    Description: image === undefined ? undefined : descriptionOf(image),
    SourceRegion: home,
    SourceImageId: image?.baseAmi.id || NONE.ami,
    ClientToken: nameFor(facts),
    ...(key === undefined ? {} : { Encrypted: true, KmsKeyId: key }),
    TagSpecifications: [
      { ResourceType: 'image', Tags },
      { ResourceType: 'snapshot', Tags },
    ],
  }
}

/**
 * The AMI with the final name. The request has no snapshot, since none exists yet. A policy bound to its tags would refuse any other.
 */
export function registerImage(facts: DryFacts): RegisterImageCommandInput {
  const RootDeviceName = facts.image?.system.rootDevice || '/dev/xvda'
  return {
    Name: nameFor(facts),
    Description: facts.image === undefined ? undefined : descriptionOf(facts.image),
    Architecture: facts.image?.arch === 'arm64' ? 'arm64' : 'x86_64',
    VirtualizationType: 'hvm',
    ImdsSupport: 'v2.0',
    EnaSupport: true,
    RootDeviceName,
    BlockDeviceMappings: [{ DeviceName: RootDeviceName, Ebs: { VolumeSize: 8, VolumeType: TYPE } }],
    TagSpecifications: [{ ResourceType: 'image', Tags: toTags({ ...runTags(facts), [STATE_TAG]: TESTED }) }],
  }
}

/** Tags at creation, where the plugin sends them. */
function tagged(facts: DryFacts, ...types: ResourceType[]): { TagSpecifications?: TagSpecification[] } {
  const image = types.includes('image')
  if (tagsNoTemporaries(facts.home) || (image && tagsAmisLate(facts.home))) return {}
  const Tags = toTags(runTags(facts))
  return { TagSpecifications: types.map((ResourceType) => ({ ResourceType, Tags })) }
}
