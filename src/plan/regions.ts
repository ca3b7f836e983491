import { UserError } from '../lib/errors.js'
import type { Inputs } from '../model/inputs.js'
import type { OperatingSystem } from '../model/system.js'

/**
 * Regions to copy to, without the build region, sorted.
 *
 * @param enabled regions that the account may use
 * @throws UserError for the first region that it may not
 */
export function copyRegions(inputs: Pick<Inputs, 'region' | 'amiRegions'>, enabled: readonly string[]): string[] {
  const wanted = inputs.amiRegions === 'all' ? enabled : inputs.amiRegions
  const missing = [...new Set([inputs.region, ...wanted])].filter((region) => !enabled.includes(region))
  if (missing.length > 0)
    throw new UserError(
      `the account has not enabled ${missing.join(', ')}`,
      `enable it (aws account enable-region --region-name ${missing[0]}), or take it out of region and ami-regions`,
    )
  return [...new Set(wanted)].filter((region) => region !== inputs.region).sort()
}

/** Who publishes a system's base AMIs in a region: accounts are of one partition. */
export function publishedBy(
  { key, owner, ownerElsewhere }: Pick<OperatingSystem, 'key' | 'owner' | 'ownerElsewhere'>,
  region: string,
): { readonly owner: string; readonly hint: string } {
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : undefined
  const elsewhere = partition && ownerElsewhere?.[partition]
  const hint =
    partition === undefined || elsewhere !== undefined || !/^[0-9]/.test(owner)
      ? 'build in another region (input region), and copy there with ami-regions'
      : `the catalogue does not say who publishes it in ${partition}: name the account in a file for the input catalog, {"${key}": {"owner": "…"}}`
  return { owner: elsewhere ?? owner, hint }
}
