/** Plans groups of images as one job. */
import { digestOf } from '../lib/canonical-json.js'
import { UserError } from '../lib/errors.js'
import { gather } from '../lib/gather.js'
import type { Inputs, Wanted } from '../model/inputs.js'
import type { Image, Plan, Planned } from '../model/plan.js'

/** The settings of the whole job, with everything to prepare: all systems and architectures, and a test if any image has one. */
export function jobInputs(wanted: readonly Wanted[]): Inputs {
  const [first] = wanted
  if (first === undefined) throw new Error('no image was requested')
  const all = wanted.map(({ inputs }) => inputs)
  const tested = all.find(({ test }) => test !== 'none') ?? first.inputs
  return {
    ...first.inputs,
    os: [...new Set(all.flatMap(({ os }) => os))],
    arch: [...new Set(all.flatMap(({ arch }) => arch))],
    test: tested.test,
  }
}

/**
 * Plans every group and gives each image a unique key: `NAME-OS-ARCH-KUBERNETES`, without the name if the group has none, and without
 * the version if all images have the same.
 *
 * @throws UserError if two images would be the same, or have the same AMI name
 */
export async function planGroups(
  wanted: readonly Wanted[],
  makePlan: (inputs: Inputs) => Promise<Plan>,
): Promise<readonly Planned[]> {
  const planned = await gather(wanted.map(async (each) => ({ wanted: each, plan: await makePlan(each.inputs) })))
  if (wanted.length === 1 && wanted[0]?.name === undefined) return planned
  const all = planned.flatMap(({ plan }) => plan.images)
  const several = new Set(all.map(({ node }) => node.kubernetesDeb)).size > 1
  const keyed = planned.map((each) => ({
    ...each,
    plan: {
      ...each.plan,
      images: each.plan.images.map((image) => ({
        ...image,
        key: key(image, each.wanted, several),
        digest: namedDigest(image.digest, each.wanted.name),
      })),
    },
  }))
  const images = keyed.flatMap(({ plan }) => plan.images.map((image) => ({ ...image, region: plan.region })))
  for (const { key: twice } of repeated(images, (image) => image.key))
    throw new UserError(
      'config-file',
      `the config file asks for ${twice} more than once`,
      'give one of the entries a `name`, or remove the image from it',
    )
  for (const { amiName } of repeated(images, (image) => `${image.region} ${image.amiName}`))
    throw new UserError(
      'config-file',
      `the config file would give two images the AMI name ${amiName}`,
      'give each of the entries an `ami-name` of its own',
    )
  return keyed
}

function key({ os, arch, node }: Image, { name }: Wanted, several: boolean): string {
  return [name, os, arch, several ? node.kubernetesVersion : undefined].filter((part) => part !== undefined).join('-')
}

/** Entries with the same content need AMIs of their own, since AMIs are found by digest: one may be private, and another shared. */
function namedDigest(digest: string, name: string | undefined): string {
  return digest === '' || name === undefined ? digest : digestOf({ digest, name })
}

function repeated<T>(items: readonly T[], of: (item: T) => string): T[] {
  const seen = new Set<string>()
  return items.filter((item) => {
    const before = seen.has(of(item))
    seen.add(of(item))
    return before
  })
}
