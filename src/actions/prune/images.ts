/** The account's AMIs that carry our tags, as EC2 tells them. */
import { snapshotsOf } from '../../aws/amis.js'
import type { Call } from '../../aws/client.js'
import { RUN_TAG } from '../../aws/ec2.js'
import { allItems, tagsOf } from '../../aws/lists.js'
import { itemsAt, textAt } from '../../aws/query.js'
import type { Prunable, Sharing } from './decide.js'

/** EC2 names architectures its own way. */
const ARCH: Readonly<Record<string, string>> = { x86_64: 'amd64', arm64: 'arm64' }

/** Every AMI of the account itself that has a run tag, disabled and deprecated ones included. */
export async function readAmis(ec2: Call, region: string): Promise<Prunable[]> {
  const found = await allItems(ec2, 'DescribeImages', 'imagesSet', {
    Owner: ['self'],
    Filter: [{ Name: 'tag-key', Value: [RUN_TAG] }],
    IncludeDisabled: true,
  })
  return found.map((image) => {
    const text = (name: string) => textAt(image, name) ?? ''
    const deprecated = seconds(text('deprecationTime'))
    return {
      region,
      id: text('imageId'),
      name: text('name'),
      state: text('imageState'),
      arch: ARCH[text('architecture')] ?? text('architecture'),
      // Without a date it would never be young: take it for new.
      created: seconds(text('creationDate')) ?? Number.POSITIVE_INFINITY,
      deprecated,
      isPublic: text('isPublic') === 'true',
      protection: text('deregistrationProtection'),
      tags: tagsOf(image),
      snapshots: snapshotsOf(image),
    }
  })
}

/** With whom an AMI is shared. Rejects with a UserError. */
export async function readSharing(ec2: Call, id: string): Promise<Sharing> {
  const answer = await ec2('DescribeImageAttribute', { ImageId: id, Attribute: 'launchPermission' })
  const named = itemsAt(answer, 'launchPermission').map(
    (item) => item.children[0]?.text.trim() || 'somebody whom EC2 does not name',
  )
  return { with: named }
}

/** Seconds since 1970 of a time as EC2 writes it; undefined for none. */
export function seconds(text: string): number | undefined {
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : at / 1000
}
