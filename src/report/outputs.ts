import type { NodeVersions } from '../model/plan.js'
import type { BuildResult } from '../model/result.js'
import type { Files } from './files.js'

/** The full record of one image: what `images` and the manifest hold. Changing a name breaks workflows that read it. */
export function imageRecord({ image, status, amis, regions = {}, failures, tasks, phases, test }: BuildResult) {
  return {
    image: image.key,
    status,
    os: image.os,
    arch: image.arch,
    kubernetes: image.node.kubernetesVersion,
    amis,
    regions,
    name: image.amiName,
    digest: image.digest,
    baseAmi: image.baseAmi,
    versions: versionRecord(image.node),
    failures,
    test: test === undefined ? null : testRecord(test),
    tasks: tasks.length,
    seconds: Object.fromEntries(phases.map(({ name, seconds }) => [name, Math.round(seconds * 10) / 10])),
  }
}

/** What an image carries, as the records of a build and of a plan have it. */
export function versionRecord(node: NodeVersions) {
  return {
    kubernetes: node.kubernetesDeb,
    containerd: node.containerd.version,
    runc: node.runc.version,
    cniPlugins: node.cniPlugins.version,
    sandboxImage: node.sandboxImage,
  }
}

function testRecord({ level, passed, at, seconds, reached, checks }: NonNullable<BuildResult['test']>) {
  const brief = checks.map((check) => ({
    level: check.level,
    name: check.name,
    passed: check.passed,
    message: check.message,
    seconds: check.seconds,
  }))
  return { level, passed, at, seconds: Math.round(seconds * 10) / 10, reached, checks: brief }
}

/** Whether an image is to be had, in every region. */
export const isWhole = ({ status }: BuildResult): boolean => status === 'built' || status === 'existing'

/** AMI IDs by image and region, of images that are ready everywhere. */
export function amiIds(results: readonly BuildResult[]): Record<string, Readonly<Record<string, string>>> {
  return Object.fromEntries(results.filter(isWhole).map(({ image, amis }) => [image.key, amis]))
}

/** What became of each image in each region, also where only some are ready. */
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
