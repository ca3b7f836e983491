/** Finds the previous release, and matches its images with this one's. */
import type { GitHub, Release } from './github.js'
import type { ReleasedImage } from './manifest.js'

export interface PreviousRelease {
  readonly tag: string
  readonly release: Release
  readonly images: readonly ReleasedImage[]
}

/**
 * The newest published release of the series that has one of the images. Releases of a divided config file may share a series.
 */
export async function last(
  hub: GitHub,
  series: RegExp,
  images: readonly ReleasedImage[],
): Promise<PreviousRelease | undefined> {
  for (const release of await hub.releases()) {
    if (release.draft || !series.test(release.tag_name)) continue
    const released = await imagesOf(hub, release)
    if (images.some((image) => before(image, released) !== undefined))
      return { tag: release.tag_name, release, images: released }
  }
  return undefined
}

/** The images of a release; none without its `images.json`. */
export async function imagesOf(hub: GitHub, { assets }: Release): Promise<readonly ReleasedImage[]> {
  const asset = assets.find(({ name }) => name === 'images.json')
  if (asset === undefined) return []
  const images: unknown = JSON.parse(await hub.asset(asset.url))
  return Array.isArray(images) ? images : []
}

const amisOf = (images: readonly ReleasedImage[]) =>
  images.flatMap(({ amis, tested }) => Object.values(amis).map(({ ami }) => `${ami} ${tested.level}`))

/** Whether a release has all these AMIs with these test levels, so that a new one would say nothing new. */
export function hasAll(released: readonly ReleasedImage[], images: readonly ReleasedImage[]): boolean {
  const known = new Set(amisOf(released))
  return amisOf(images).every((ami) => known.has(ami))
}

/** Whether two images of different releases are the same. If names contain the version, a patch release changes them. */
export const isSame = (old: ReleasedImage, now: ReleasedImage): boolean =>
  old.image === now.image ||
  (old.os === now.os && old.arch === now.arch && old.image === now.image.replace(now.kubernetes, old.kubernetes))

/** The same image in an earlier release. */
export const before = (image: ReleasedImage, previous: readonly ReleasedImage[]): ReleasedImage | undefined =>
  previous.find((each) => isSame(each, image))

/** Whether an image has the same AMIs in both releases. A region that only one of them has does not count: its AMI is a copy. */
export function hasSameAmis(old: ReleasedImage, now: ReleasedImage): boolean {
  const both = Object.keys(now.amis).filter((region) => region in old.amis)
  return both.length > 0 && both.every((region) => old.amis[region]?.ami === now.amis[region]?.ami)
}
