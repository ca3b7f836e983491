/** The result of publishing an image. */
import type { BuildResult, Failure, RegionResult } from '../model/result.js'

/** For a region whose AMI is there and passed, while another region has none. */
export const UNNAMED = 'the AMI exists, and gets its name once it is in all regions'

/** An image in its regions. */
export interface Published {
  /** Result by region, for all requested regions and the build region. */
  readonly regions: Readonly<Record<string, RegionResult>>
  readonly failures: readonly Failure[]
}

/** Whole only if every region is ready. Ready AMIs stay if they passed a test; otherwise the sweep deletes them. */
export function publishedResult(done: BuildResult, { regions, failures }: Published): BuildResult {
  const amis = Object.fromEntries(Object.entries(regions).flatMap(([region, { ami }]) => (ami ? [[region, ami]] : [])))
  if (failures.length === 0) return { ...done, amis, regions }
  const lost = { status: 'failed', message: 'not kept: it was not tested, and another region failed' } as const
  const kept = done.test?.passed
    ? regions
    : Object.fromEntries(
        Object.entries(regions).map(([region, result]) => [
          region,
          result.ami === undefined && result.message !== UNNAMED ? result : lost,
        ]),
      )
  return { ...done, status: 'failed', amis: {}, regions: kept, failures }
}
