/** Finds the previous release, and matches its images with this one's. */
import type { GitHub, Release } from './github.js'
import type { ReleasedImage } from './manifest.js'

export interface PreviousRelease {
  readonly tag: string
  readonly release: Release
  readonly images: readonly ReleasedImage[]
}

/**
 * The newest published release of the series that has one of the images, except the current one. Releases of a divided config file may
 * share a series.
 */
export async function last(
  hub: GitHub,
  series: RegExp,
  tag: string,
  images: readonly ReleasedImage[],
): Promise<PreviousRelease | undefined> {
  for (const release of await hub.releases()) {
    const asset = release.assets.find(({ name }) => name === 'images.json')
    if (release.draft || release.tag_name === tag || !series.test(release.tag_name) || asset === undefined) continue
    const released = JSON.parse(await hub.asset(asset.url)) as ReleasedImage[]
    if (images.some((image) => before(image, released) !== undefined))
      return { tag: release.tag_name, release, images: released }
  }
  return undefined
}

const amisOf = (images: readonly ReleasedImage[]) =>
  images.flatMap(({ amis }) => Object.values(amis).map(({ ami }) => ami))

/** Whether an earlier release has all these AMIs, so that a new one would say nothing new. */
export function hasAll(previous: PreviousRelease, images: readonly ReleasedImage[]): boolean {
  const released = new Set(amisOf(previous.images))
  return amisOf(images).every((ami) => released.has(ami))
}

/** Whether a release has the same AMIs, by its `images.json`. */
export async function hasManifest(hub: GitHub, { assets }: Release, manifest: string): Promise<boolean> {
  const asset = assets.find(({ name }) => name === 'images.json')
  return asset !== undefined && (await hub.asset(asset.url)) === manifest
}

/** Whether two images of different releases are the same. If names contain the version, a patch release changes them. */
export const isSame = (old: ReleasedImage, now: ReleasedImage): boolean =>
  old.image === now.image ||
  (old.os === now.os && old.arch === now.arch && old.image === now.image.replace(now.kubernetes, old.kubernetes))

/** The same image in an earlier release. */
export const before = (image: ReleasedImage, previous: readonly ReleasedImage[]): ReleasedImage | undefined =>
  previous.find((each) => isSame(each, image))
