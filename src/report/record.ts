import type { NodeVersions } from '../model/plan.js'
import type { BuildResult } from '../model/result.js'

/** The full record of one image, for `images` and the manifest. Workflows read these names, so do not change them. */
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

/** The parts of `versionRecord`, for people. */
export const PART_NAMES: Readonly<Record<string, string>> = {
  kubernetes: 'Kubernetes',
  containerd: 'containerd',
  runc: 'runc',
  cniPlugins: 'CNI plugins',
  sandboxImage: 'sandbox image',
}

/** An image's versions, as the records of builds and plans have them. */
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
