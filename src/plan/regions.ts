import { UserError } from '../lib/errors.js'
import { nearest } from '../lib/nearest.js'
import type { Inputs } from '../model/inputs.js'
import type { OperatingSystem } from '../model/system.js'
import type { PlanFacts } from './facts.js'

/**
 * Regions to copy to, without the build region, sorted.
 *
 * @param enabled the account's enabled regions
 * @throws UserError for the first region that is not enabled
 */
export function copyRegions(
  inputs: Pick<Inputs, 'region' | 'amiRegions'> & {
    readonly publish?: { readonly keys: Readonly<Record<string, string>> }
  },
  enabled: readonly string[],
): string[] {
  const wanted = inputs.amiRegions === 'all' ? enabled : inputs.amiRegions
  const named = new Set([inputs.region, ...wanted, ...Object.keys(inputs.publish?.keys ?? {})])
  const [missing, ...more] = [...named].filter((region) => !enabled.includes(region))
  if (missing !== undefined) {
    const meant = nearest(missing, enabled)
    throw new UserError(
      'region',
      `the account has not enabled ${[missing, ...more].join(', ')}`,
      `${meant === undefined ? '' : `did you mean "${meant}"? If not, `}enable it (aws account enable-region --region-name ${missing}), or remove it from region, ami-regions and kms-key-ids`,
    )
  }
  return [...new Set(wanted)].filter((region) => region !== inputs.region).sort()
}

/** The regions to copy to. If the build region does not answer, another one shows whether it exists at all. */
export async function readRegions(inputs: Inputs, { ec2, anyRegions }: PlanFacts): Promise<string[]> {
  try {
    return copyRegions(inputs, await ec2.enabledRegions())
  } catch (error) {
    const enabled = await anyRegions?.().catch(() => undefined)
    if (enabled !== undefined && !enabled.includes(inputs.region)) copyRegions(inputs, enabled)
    throw error
  }
}

/** A region of the same partition that every account has, for checking a mistyped region. */
export function regionOfPartition(region: string): string {
  if (region.startsWith('cn-')) return 'cn-north-1'
  if (region.startsWith('us-gov-')) return 'us-gov-west-1'
  return region.startsWith('eusc-') ? 'eusc-de-east-1' : 'us-east-1'
}

/** The account that publishes a system's base AMIs in a region's partition. */
export function publishedBy(
  { key, owner, ownerElsewhere }: Pick<OperatingSystem, 'key' | 'owner' | 'ownerElsewhere'>,
  region: string,
): { readonly owner: string; readonly hint: string } {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : undefined
  const elsewhere = partition && ownerElsewhere?.[partition]
  const hint =
    partition === undefined || elsewhere !== undefined || !/^[0-9]/.test(owner)
      ? 'build in another `region`, and copy to this one with `ami-regions`; if the account restricts AMIs (Allowed AMIs), allow that owner'
      : `the catalog names no publisher in ${partition}: name the account in your \`catalog\` file, {"${key}": {"owner": "…"}}`
  return { owner: elsewhere ?? owner, hint }
}
