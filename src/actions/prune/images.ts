/** Reads the account's AMIs with our tags from EC2. */
import type { EC2, LaunchPermission } from '@aws-sdk/client-ec2'
import { archOf, images, snapshotsOf } from '../../aws/amis.js'
import { RUN_TAG } from '../../aws/ec2.js'
import { filter, seconds, tagsOf } from '../../aws/lists.js'
import type { Prunable, Sharing } from './decide.js'

/** All AMIs of the account with a run tag, including disabled and deprecated ones. */
export async function readAmis(ec2: EC2, region: string): Promise<Prunable[]> {
  const found = await images(ec2, { Owners: ['self'], Filters: [filter('tag-key', RUN_TAG)], IncludeDisabled: true })
  return found.map((image) => {
    return {
      region,
      id: image.ImageId ?? '',
      name: image.Name ?? '',
      state: image.State ?? '',
      arch: archOf(image),
      // An AMI without a date counts as new.
      created: seconds(image.CreationDate) ?? Number.POSITIVE_INFINITY,
      deprecated: seconds(image.DeprecationTime),
      launched: seconds(image.LastLaunchedTime),
      isPublic: image.Public === true,
      protection: image.DeregistrationProtection ?? '',
      tags: tagsOf(image),
      snapshots: snapshotsOf(image),
    }
  })
}

/** With whom an AMI is shared. Rejects with a UserError. */
export async function readSharing(ec2: EC2, id: string): Promise<Sharing> {
  const answer = await ec2.describeImageAttribute({ ImageId: id, Attribute: 'launchPermission' })
  return { with: (answer.LaunchPermissions ?? []).map(nameOf) }
}

const nameOf = ({ UserId, Group, OrganizationArn, OrganizationalUnitArn }: LaunchPermission): string =>
  UserId || Group || OrganizationArn || OrganizationalUnitArn || 'somebody (EC2 does not say who)'
