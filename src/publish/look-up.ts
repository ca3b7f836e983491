import { type Ami, DIGEST_TAG, type Ec2ByRegion } from '../aws/ec2.js'
import { type AmiRequirements, choose, type ImageAction } from './existing.js'

/** Looks for AMIs of earlier runs, with one call per region. Returns the action for each image, in order. */
export async function lookUp(
  requirements: readonly AmiRequirements[],
  ec2: Ec2ByRegion,
): Promise<readonly ImageAction[]> {
  const regions = [...new Set(requirements.flatMap((each) => each.regions))]
  const found = new Map<string, readonly Ami[]>()
  await Promise.all(
    regions.map(async (region) => {
      const here = requirements.filter((each) => each.regions.includes(region))
      found.set(region, await ec2(region).amisByDigest([...new Set(here.map(({ digest }) => digest))]))
    }),
  )
  return requirements.map((each) =>
    choose(
      Object.fromEntries(
        each.regions.map((region) => [
          region,
          (found.get(region) ?? []).filter(({ tags }) => tags[DIGEST_TAG] === each.digest),
        ]),
      ),
      each,
    ),
  )
}
