/** The SBOMs of a release, and their differences from the last release's. */
import { cpSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pLimit from 'p-limit'
import type { GitHub } from './github.js'
import type { ReleasedImage } from './manifest.js'
import { type Packages, packagesOf } from './notes.js'
import { before, hasSameAmis, type PreviousRelease } from './previous.js'

/** Concurrent downloads. GitHub answers too many with 403. */
const AT_ONCE = 4

/** Copies the SBOMs of all `report-IMAGE/`; returns the packages by image. */
export function copySboms(
  images: readonly ReleasedImage[],
  reports: string,
  directory: string,
): Record<string, Packages> {
  const boms: Record<string, Packages> = {}
  if (reports === '') return boms
  for (const { image } of images) {
    const [file] = globSync(join(reports, `report-${image}`, '**/*.{cdx,spdx}.json'))
    if (file === undefined) continue
    boms[image] = packagesOf(JSON.parse(readFileSync(file, 'utf8')))
    cpSync(file, join(directory, assetName(image, kindOf(file))))
  }
  return boms
}

/**
 * Copies the previous release's SBOMs of images that were not built again. Otherwise, a release would have only those of new images, and
 * the next one could not list the changes of the others.
 *
 * @param made as `copySboms` returns them
 */
export async function keepSboms(
  images: readonly ReleasedImage[],
  previous: PreviousRelease,
  made: Readonly<Record<string, Packages>>,
  directory: string,
  hub: GitHub,
): Promise<void> {
  const limit = pLimit(AT_ONCE)
  const kept = images.map((one) =>
    limit(async () => {
      const old = before(one, previous.images)
      if (one.image in made || old === undefined || !hasSameAmis(old, one)) return
      const asset = sbomOf(old, previous)
      if (asset === undefined) return
      writeFileSync(join(directory, assetName(one.image, kindOf(asset.name))), await hub.asset(asset.url))
    }),
  )
  await Promise.all(kept)
}

const KINDS = ['cdx', 'spdx']

const kindOf = (file: string) => (file.endsWith('.spdx.json') ? 'spdx' : 'cdx')

const assetName = (image: string, kind: string) => `${image}.${kind}.json`

const sbomOf = ({ image }: ReleasedImage, { release }: PreviousRelease) =>
  release.assets.find(({ name }) => KINDS.some((kind) => name === assetName(image, kind)))

/** Packages before and after, for images with an SBOM in both releases. */
export async function packageDifferences(
  images: readonly ReleasedImage[],
  previous: PreviousRelease,
  after: Readonly<Record<string, Packages>>,
  hub: GitHub,
): Promise<Record<string, { before: Packages; after: Packages }>> {
  const limit = pLimit(AT_ONCE)
  const found = images.map((one) =>
    limit(async () => {
      const old = before(one, previous.images)
      const asset = old === undefined ? undefined : sbomOf(old, previous)
      const now = after[one.image]
      if (asset === undefined || now === undefined) return []
      return [[one.image, { before: packagesOf(JSON.parse(await hub.asset(asset.url))), after: now }] as const]
    }),
  )
  return Object.fromEntries((await Promise.all(found)).flat())
}
