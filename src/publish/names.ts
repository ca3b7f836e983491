/** The final names of AMIs, which must be free before work on them begins. */
import { DIGEST_TAG, type Ec2ByRegion } from '../aws/ec2.js'
import { NAME_TAG, nameToCome } from '../aws/provisional.js'
import { gather } from '../lib/gather.js'
import type { Image } from '../model/plan.js'
import type { ExistingAmis } from './existing.js'
import { nameTaken } from './namesake.js'
import type { ImageTask } from './task.js'

/** The name that an AMI gets when it passed. An AMI of an earlier run keeps that run's. */
export const finalName = (image: Image, existing: ExistingAmis | undefined): string =>
  existing?.source.tags[NAME_TAG] ?? existing?.source.name ?? image.amiName

/** A name that an image needs in a region. */
interface Need {
  readonly image: string
  readonly region: string
  readonly name: string
  /** AMIs with this digest may have it: the action would use them. */
  readonly digest?: string
}

/** The names that an image still needs. A new name with `{run}` is free. Pure. */
function needs({ image, inputs, plan, action }: ImageTask): Need[] {
  if (action.kind === 'nothing') return []
  const { key, digest } = image
  if (action.kind === 'build') {
    if (inputs.amiName.includes('{run}')) return []
    const need = { image: key, name: image.amiName }
    return [{ ...need, region: plan.region }, ...plan.copyRegions.map((region) => ({ ...need, region, digest }))]
  }
  const amis = { ...action.copies, [plan.region]: action.source }
  return [plan.region, ...plan.copyRegions].flatMap((region) => {
    const ami = amis[region]
    if (ami !== undefined && nameToCome(ami) === undefined) return []
    return [{ image: key, region, name: finalName(image, action), digest }]
  })
}

/**
 * Calls EC2 once for each region that needs a name.
 *
 * @throws UserErrors with every name that another AMI of the account has
 */
export async function checkNamesAreFree(tasks: readonly ImageTask[], ec2: Ec2ByRegion): Promise<void> {
  const byRegion = Map.groupBy(tasks.flatMap(needs), ({ region }) => region)
  await gather(
    [...byRegion].map(async ([region, wanted]) => {
      const found = await ec2(region).amisNamed([...new Set(wanted.map(({ name }) => name))])
      const taken = wanted.filter(({ name, digest }) =>
        found.some((ami) => ami.name === name && (digest === undefined || ami.tags[DIGEST_TAG] !== digest)),
      )
      await gather(taken.map(({ name, image }) => Promise.reject(nameTaken(name, region, { image }))))
    }),
  )
}
