/** Which AMIs a release names. Pure. */
import { type Ami, BUILT, STATE_TAG, TESTED_AT_TAG, TESTED_TAG } from '../ec2.js'
import { UserError, UserErrors } from '../errors.js'

const DIGEST_TAG = 'k8s-image:digest'

/** What the release reads of a record of the plan's output `images`. */
export interface PlannedImage {
  readonly image: string
  readonly os: string
  readonly arch: string
  readonly kubernetes: string
  readonly required: boolean
  readonly digest: string | null
  readonly baseAmi: { readonly id: string; readonly name: string } | null
  readonly versions: Readonly<Record<string, string>>
  /** The build region first. */
  readonly regions: readonly string[]
}

/** An image of a release: `images.json` is a list of these, sorted by name. Changing a name breaks who reads it. */
export interface ReleasedImage extends Omit<PlannedImage, 'digest' | 'required' | 'regions'> {
  readonly digest: string
  readonly tested: { readonly level: string; readonly at: string }
  readonly amis: Readonly<Record<string, { readonly ami: string; readonly snapshots: readonly string[] }>>
}

/**
 * The AMIs of each image in all its regions, found by the digest that they carry.
 *
 * @param found the account's AMIs by region
 * @returns with the optional images that are not whole, each with why
 * @throws UserErrors when a required image is not whole, or there is nothing to release
 */
export function choose(
  planned: readonly PlannedImage[],
  found: ReadonlyMap<string, readonly Ami[]>,
): { readonly images: readonly ReleasedImage[]; readonly left: readonly string[] } {
  const images: ReleasedImage[] = []
  const left: string[] = []
  const mistakes: UserError[] = []
  for (const one of [...planned].sort((a, b) => (a.image < b.image ? -1 : 1))) {
    const made = release(one, found)
    if (typeof made !== 'string') images.push(made)
    else if (one.required) mistakes.push(new UserError(`${one.image}: ${made}`, 'mend its build job and run it again'))
    else left.push(`${one.image}: ${made}`)
  }
  if (mistakes.length > 0) throw new UserErrors(mistakes)
  if (images.length === 0) throw new UserError('there is no image to release', 'see the build jobs')
  return { images, left }
}

/** The image, or why it is not whole. */
function release(one: PlannedImage, found: ReadonlyMap<string, readonly Ami[]>): ReleasedImage | string {
  const { required: _, digest, regions, ...rest } = one
  if (digest === null) return 'its digest is unknown: the plan had no account to ask, or it is a rehearsal'
  const chosen = new Map<string, Ami>()
  for (const region of regions) {
    const ami = newest((found.get(region) ?? []).filter((each) => isReleasable(each, digest)))
    if (ami === undefined) return `${region} has no tested AMI with the digest ${digest.slice(0, 19)}`
    chosen.set(region, ami)
  }
  const [first] = chosen.values()
  return {
    ...rest,
    digest,
    tested: { level: first?.tags[TESTED_TAG] ?? '', at: first?.tags[TESTED_AT_TAG] ?? '' },
    amis: Object.fromEntries([...chosen].map(([region, { id, snapshots }]) => [region, { ami: id, snapshots }])),
  }
}

function isReleasable({ state, tags }: Ami, digest: string): boolean {
  return (
    state === 'available' && tags[DIGEST_TAG] === digest && tags[STATE_TAG] === BUILT && tags[TESTED_TAG] !== undefined
  )
}

function newest(amis: readonly Ami[]): Ami | undefined {
  const at = ({ id, tags }: Ami) => `${tags[TESTED_AT_TAG] ?? ''} ${id}`
  return [...amis].sort((a, b) => (at(a) < at(b) ? 1 : -1))[0]
}

/** The newest Kubernetes version among images. */
export function newestKubernetes(images: readonly Pick<ReleasedImage, 'kubernetes'>[]): string {
  const versions = images.map(({ kubernetes }) => kubernetes)
  return versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? ''
}
