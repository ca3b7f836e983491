/** Chooses the AMIs of a release. Pure. */
import { type Ami, BUILT, DIGEST_TAG, STATE_TAG, TESTED_AT_TAG, TESTED_TAG } from '../../aws/ec2.js'
import { UserError, UserErrors } from '../../lib/errors.js'
import { isLevel, passedLevel } from '../../model/level.js'

/** The part of a record in the plan's output `images` that a release reads. */
export interface PlannedImage {
  readonly image: string
  readonly os: string
  readonly arch: string
  readonly kubernetes: string
  readonly required: boolean
  /** Whether a build job has work for it, and which. */
  readonly work: boolean
  readonly action: string
  readonly test: string
  readonly digest: string | null
  readonly baseAmi: { readonly id: string; readonly name: string } | null
  readonly versions: Readonly<Record<string, string>>
  /** The build region first. */
  readonly regions: readonly string[]
}

/** An image of a release. `images.json` is a list of these, sorted by name. Programs read these names, so do not change them. */
export interface ReleasedImage
  extends Pick<PlannedImage, 'image' | 'os' | 'arch' | 'kubernetes' | 'baseAmi' | 'versions'> {
  readonly digest: string
  readonly tested: { readonly level: string; readonly at: string }
  readonly amis: Readonly<Record<string, { readonly ami: string; readonly snapshots: readonly string[] }>>
}

interface Cause {
  readonly message: string
  readonly hint: string
}

const UNKNOWN: Cause = {
  message: 'its digest is unknown: the plan had no AWS account, or it is a rehearsal',
  hint: 'give the plan a role, and images that are not rehearsed',
}
const UNTESTED: Cause = {
  message: 'it is built without a test (`test: none`), but a release names tested AMIs only',
  hint: 'test it (`test: boot` is the fastest), write `required: false` for it in the config file, or do not release',
}

/** An image with a tested AMI is not built, and can be released whatever level is requested now. */
const staysUntested = ({ test, action }: PlannedImage) => test === 'none' && action === 'build'

/** Why an image cannot be released, whatever its build job does; undefined: it can. */
function whyNotReleasable(one: PlannedImage): Cause | undefined {
  return one.digest === null ? UNKNOWN : staysUntested(one) ? UNTESTED : undefined
}

/**
 * Checks a release before anything is built.
 *
 * @returns the images that it can have, and why optional ones are missing
 * @throws UserErrors if a required image, or every image, would be missing
 */
export function previewRelease(planned: readonly PlannedImage[]): {
  readonly images: readonly PlannedImage[]
  readonly left: readonly string[]
} {
  return sort(planned, (one) => whyNotReleasable(one) ?? one, 'test at least one image')
}

/**
 * The AMIs of each image in all its regions, found by their digests.
 *
 * @param found the account's AMIs by region
 * @returns also the incomplete optional images, each with a reason
 * @throws UserErrors if a required image is incomplete, or there is nothing to release
 */
export function choose(
  planned: readonly PlannedImage[],
  found: ReadonlyMap<string, readonly Ami[]>,
): { readonly images: readonly ReleasedImage[]; readonly left: readonly string[] } {
  return sort(planned, (one) => release(one, found), 'look at the build jobs')
}

/** Splits images into releasable ones, by name, and optional ones that are not. */
function sort<Good extends object>(
  planned: readonly PlannedImage[],
  judge: (one: PlannedImage) => Good | Cause,
  hint: string,
): { readonly images: readonly Good[]; readonly left: readonly string[] } {
  const images: Good[] = []
  const left: string[] = []
  const mistakes: UserError[] = []
  for (const one of [...planned].sort((a, b) => (a.image < b.image ? -1 : 1))) {
    const verdict = judge(one)
    if (!('hint' in verdict)) images.push(verdict)
    else if (one.required) mistakes.push(new UserError('release', `${one.image}: ${verdict.message}`, verdict.hint))
    else left.push(`${one.image}: ${verdict.message}`)
  }
  if (mistakes.length > 0) throw new UserErrors(mistakes)
  if (images.length === 0) throw new UserError('release', 'there is no image to release', hint)
  return { images, left }
}

/** The image, or why it is incomplete. */
function release(one: PlannedImage, found: ReadonlyMap<string, readonly Ami[]>): ReleasedImage | Cause {
  const { image, os, arch, kubernetes, digest, baseAmi, versions } = one
  if (digest === null) return UNKNOWN
  if (staysUntested(one)) return UNTESTED
  const level = isLevel(one.test) ? one.test : undefined
  const chosen = new Map<string, Ami>()
  for (const region of one.regions) {
    const here = (found.get(region) ?? []).filter((each) => isReleasable(each, digest))
    const ami = newest(here.filter(({ tags }) => passedLevel(tags[TESTED_TAG], level)))
    if (ami === undefined) return whyMissing(region, digest, newest(here), one.test)
    chosen.set(region, ami)
  }
  const [first] = chosen.values()
  return {
    ...{ image, os, arch, kubernetes, digest, baseAmi, versions },
    tested: { level: first?.tags[TESTED_TAG] ?? '', at: first?.tags[TESTED_AT_TAG] ?? '' },
    amis: Object.fromEntries([...chosen].map(([region, { id, snapshots }]) => [region, { ami: id, snapshots }])),
  }
}

/** Why a region has no AMI for a release. `less`: an AMI that passed a lower level. */
function whyMissing(region: string, digest: string, less: Ami | undefined, test: string): Cause {
  if (less === undefined)
    return {
      message: `${region} has no tested AMI with the digest ${digest.slice(0, 19)}`,
      // Only a new plan gives another digest. GitHub's "Re-run failed jobs" keeps the old plan.
      hint: 'fix its build job, and run it again; if it passed, a newer base AMI has appeared since the plan: re-run all jobs',
    }
  // It was published earlier, and its later test failed or did not finish.
  return {
    message: `${less.id} in ${region} passed the test ${less.tags[TESTED_TAG]}, but this job requires \`test: ${test}\``,
    hint: 'look at its build job; `if-exists: rebuild` makes another AMI',
  }
}

function isReleasable({ state, tags }: Ami, digest: string): boolean {
  const isOurs = tags[DIGEST_TAG] === digest && tags[STATE_TAG] === BUILT
  return isOurs && state === 'available' && isLevel(tags[TESTED_TAG])
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
