/** Another AMI of the same snapshots: no data is copied. */
import type { EC2 } from '@aws-sdk/client-ec2'
import { UserError } from '../lib/errors.js'
import type { Ami } from './ec2.js'
import { toTags } from './lists.js'

/**
 * See `register` of `Ec2`. DescribeImages has no UEFI data, so AMIs that boot by UEFI need DescribeImageAttribute. Those of arm64 always do
 * (EC2 User Guide, "Instance launch behavior with EC2 boot modes").
 */
export async function registerAmi(
  ec2: EC2,
  { id, description: Description, registration: same }: Pick<Ami, 'id' | 'description' | 'registration'>,
  name: string,
  tags: Ami['tags'],
): Promise<string> {
  if (same === undefined) throw new Error(`${id} cannot be registered anew`)
  const UefiData =
    same.Architecture === 'arm64' || same.BootMode?.startsWith('uefi')
      ? (await ec2.describeImageAttribute({ ImageId: id, Attribute: 'uefiData' })).UefiData?.Value
      : undefined
  const { ImageId } = await ec2.registerImage({
    ...(Description ? { Description } : {}),
    ...same,
    Name: name,
    ...(UefiData ? { UefiData } : {}),
    TagSpecifications: [{ ResourceType: 'image', Tags: toTags(tags) }],
  })
  if (!ImageId) throw new UserError('aws-failed', "EC2's answer to RegisterImage names no AMI", 'run the job again')
  return ImageId
}
