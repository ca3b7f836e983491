/** The SBOMs of a release, and their differences from the last release's. */
import { cpSync, globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { GitHub } from './github.js'
import type { ReleasedImage } from './manifest.js'
import { type Packages, packagesOf } from './notes.js'
import { before, type PreviousRelease } from './previous.js'

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
    cpSync(file, join(directory, assetName(image, basename(file).endsWith('.spdx.json') ? 'spdx' : 'cdx')))
  }
  return boms
}

const assetName = (image: string, kind: string) => `${image}.${kind}.json`

/** Packages before and after, for images with an SBOM in both releases. */
export async function packageDifferences(
  images: readonly ReleasedImage[],
  previous: PreviousRelease,
  after: Readonly<Record<string, Packages>>,
  hub: GitHub,
): Promise<Record<string, { before: Packages; after: Packages }>> {
  const found = images.map(async (one) => {
    const old = before(one, previous.images)
    const asset = previous.release.assets.find(
      ({ name }) => old !== undefined && ['cdx', 'spdx'].some((kind) => name === assetName(old.image, kind)),
    )
    const now = after[one.image]
    if (asset === undefined || now === undefined) return []
    return [[one.image, { before: packagesOf(JSON.parse(await hub.asset(asset.url))), after: now }] as const]
  })
  return Object.fromEntries((await Promise.all(found)).flat())
}
