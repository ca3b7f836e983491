import { UserError } from '../errors.js'
import type { Inputs } from '../model.js'

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
