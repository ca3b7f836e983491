/** Finds the previous release, and matches its images with this one's. */
import type { GitHub, Release } from './github.js'
import type { ReleasedImage } from './manifest.js'

export interface PreviousRelease {
  readonly tag: string
  readonly release: Release
  readonly images: readonly ReleasedImage[]
}

/** The newest published release of the series with a manifest, except the current one. */
export async function last(hub: GitHub, series: RegExp, tag: string): Promise<PreviousRelease | undefined> {
  for (const release of await hub.releases()) {
    const asset = release.assets.find(({ name }) => name === 'images.json')
    if (release.draft || release.tag_name === tag || !series.test(release.tag_name) || asset === undefined) continue
    return { tag: release.tag_name, release, images: JSON.parse(await hub.asset(asset.url)) as ReleasedImage[] }
  }
  return undefined
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
