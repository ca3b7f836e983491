import { type BuildResult, isWhole } from '../model/result.js'
import type { Files } from './files.js'
import { imageRecord } from './record.js'

/** AMI IDs by image and region, for images that are ready in all regions. */
export function amiIds(results: readonly BuildResult[]): Record<string, Readonly<Record<string, string>>> {
  return Object.fromEntries(results.filter(isWhole).map(({ image, amis }) => [image.key, amis]))
}

/** The result of each image in each region, even if only some are ready. */
function regionResults(results: readonly BuildResult[]) {
  return Object.fromEntries(results.map(({ image, regions = {} }) => [image.key, regions]))
}

/** Every output of the action by name, as action.yml declares them. */
export function outputs(
  results: readonly BuildResult[],
  place: Files & { readonly region: string; readonly reportDirectory: string },
): Record<string, string> {
  const whole = results.filter(isWhole)
  const built = whole.filter(({ status }) => status === 'built')
  const only = results.length === 1 ? whole[0] : undefined
  return {
    'ami-id': only?.amis[place.region] ?? '',
    'ami-ids': JSON.stringify(amiIds(results)),
    'region-results': JSON.stringify(regionResults(results)),
    images: JSON.stringify(results.map(imageRecord)),
    manifest: place.manifest,
    'images-built': String(built.length),
    'images-existing': String(whole.length - built.length),
    'images-failed': String(results.length - whole.length),
    junit: place.junit,
    sbom: JSON.stringify(place.sboms),
    'report-directory': place.reportDirectory,
  }
}
