import { versionRecord } from '../../report/record.js'
import { matrix } from './matrix.js'
import type { Verdict } from './verdict.js'

/** Every output of plan/action.yml by name. */
export function planOutputs(verdicts: readonly Verdict[], comment: string): Record<string, string> {
  return {
    matrix: JSON.stringify(matrix(verdicts)),
    'has-work': String(verdicts.some(({ work }) => work)),
    images: JSON.stringify(verdicts.map(record)),
    comment,
  }
}

/** The record of one image. Workflows read these names, so do not change them. */
function record({ image, wanted, regions, action, work, digest, reason, last, changes, amis }: Verdict) {
  return {
    image: image.key,
    os: image.os,
    arch: image.arch,
    kubernetes: image.node.kubernetesVersion,
    required: wanted.required,
    test: wanted.inputs.test,
    work,
    action,
    reason,
    changes,
    last: last ?? null,
    digest: digest ?? null,
    baseAmi: digest === undefined ? null : image.baseAmi,
    versions: versionRecord(image.node),
    regions,
    amis,
  }
}
