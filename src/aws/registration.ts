/** Builds the RegisterImage request for an AMI like another one. Pure. */
import type { BlockDeviceMapping, Image, RegisterImageCommandInput } from '@aws-sdk/client-ec2'

/** The request without name, tags and UEFI data. */
export type Registration = Omit<RegisterImageCommandInput, 'Name' | 'TagSpecifications' | 'UefiData' | 'DryRun'>

/** Values of Linux without a fee (EC2 User Guide, "AMI billing information fields"). */
const PLATFORM = 'Linux/UNIX'
const OPERATION = 'RunInstances'

/** Volume types with configurable IOPS and throughput (EbsBlockDevice, Iops and Throughput). */
const WITH_IOPS = ['gp3', 'io1', 'io2']
const WITH_THROUGHPUT = ['gp3']

/**
 * The request for the same AMI again, from DescribeImages; undefined where RegisterImage might lose something.
 *
 * - RegisterImage takes billing information from the snapshots, which may lack it. Only the new AMI shows the result (RegisterImage,
 *   "Amazon Web Services Marketplace product codes").
 * - Only CreateImage and CopyImage keep watermarks (AttachImageWatermark).
 * - The action requires IMDSv2 of all its AMIs. Copies that EC2 began before Packer required it are without.
 */
export function registration(image: Image): Registration | undefined {
  const { ProductCodes = [], PlatformDetails = PLATFORM, UsageOperation = OPERATION } = image
  const { ImageWatermarks = [], InstanceTypeSpecification } = image
  if (ProductCodes.length > 0 || PlatformDetails !== PLATFORM || UsageOperation !== OPERATION) return undefined
  if (ImageWatermarks.length > 0 || InstanceTypeSpecification !== undefined) return undefined
  const { Architecture, BootMode, Description, KernelId, RamdiskId } = image
  const { RootDeviceName, SriovNetSupport, TpmSupport, VirtualizationType, EnaSupport, BlockDeviceMappings } = image
  return defined({
    ...{ Architecture, BootMode, KernelId, RamdiskId },
    ImdsSupport: 'v2.0',
    ...{ RootDeviceName, SriovNetSupport, TpmSupport, VirtualizationType },
    Description: Description || undefined,
    // EC2 can turn it on, but not off.
    EnaSupport: EnaSupport || undefined,
    BlockDeviceMappings: BlockDeviceMappings?.map(deviceOf),
  })
}

/** A snapshot decides about its encryption, so the request must not mention it (RegisterImage, BlockDeviceMappings). */
function deviceOf({ DeviceName, NoDevice, VirtualName, Ebs }: BlockDeviceMapping): BlockDeviceMapping {
  if (Ebs === undefined) return defined({ DeviceName, NoDevice, VirtualName })
  const { DeleteOnTermination, SnapshotId, VolumeSize, VolumeType, OutpostArn, VolumeInitializationRate } = Ebs
  return defined({
    ...{ DeviceName, NoDevice, VirtualName },
    Ebs: defined({
      ...{ DeleteOnTermination, SnapshotId, VolumeSize, VolumeType, OutpostArn, VolumeInitializationRate },
      Iops: WITH_IOPS.includes(VolumeType ?? '') ? Ebs.Iops : undefined,
      Throughput: WITH_THROUGHPUT.includes(VolumeType ?? '') ? Ebs.Throughput : undefined,
      Encrypted: SnapshotId === undefined ? Ebs.Encrypted : undefined,
    }),
  })
}

type Defined<T> = { [Name in keyof T]: Exclude<T[Name], undefined> }

/** Without members that are undefined. */
const defined = <T extends object>(value: T): Defined<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>
