/** Checks whether the account's quota of public AMIs allows the new ones. */
import { images } from '../aws/amis.js'
import type { Aws } from '../aws/clients.js'
import { filter } from '../aws/lists.js'
import type { PublishSettings } from '../model/publish.js'
import { orUndefined } from './optional.js'
import { quotaOf } from './quota.js'

/** "Public AMIs" (Service Quotas, EC2), and its default in each region (EC2 User Guide, ami-quotas). */
const QUOTA = 'L-0E3CBAB9'
const DEFAULT = 5

/** Images with the same inputs. */
export interface PublicNeed {
  readonly inputs: { readonly publish: Pick<PublishSettings, 'everybody'> }
  readonly region: string
  readonly copyRegions: readonly string[]
  /** One per image. */
  readonly instanceTypes: readonly string[]
}

/** A warning for each region whose quota the new public AMIs would exceed. */
export async function publicWarnings(
  groups: readonly PublicNeed[],
  aws: Pick<Aws, 'ec2' | 'quotas'>,
): Promise<string[]> {
  const made = new Map<string, number>()
  for (const { inputs, region, copyRegions, instanceTypes } of groups)
    for (const each of inputs.publish.everybody ? [region, ...copyRegions] : [])
      made.set(each, (made.get(each) ?? 0) + instanceTypes.length)
  const warnings = [...made].map(async ([region, more]) => {
    const [limit = DEFAULT, own = []] = await Promise.all([
      orUndefined(() => quotaOf(region, QUOTA, aws)),
      orUndefined(async () =>
        images(await aws.ec2(region), { Owners: ['self'], Filters: [filter('is-public', 'true')] }),
      ),
    ])
    return own.length + more <= limit
      ? []
      : `${region}: the quota of public AMIs is ${limit} (${QUOTA}), the account has ${own.length}, and the job makes ${more}: ask AWS for more, or prune AMIs`
  })
  return (await Promise.all(warnings)).flat()
}
