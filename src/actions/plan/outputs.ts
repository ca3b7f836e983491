import { versionRecord } from '../../report/record.js'
import { matrix } from './matrix.js'
import type { Verdict } from './verdict.js'

/** Every output of plan/action.yml by name. */
export function planOutputs(verdicts: readonly Verdict[], comment: string) {
  return {
    matrix: JSON.stringify(matrix(verdicts)),
    'has-work': String(verdicts.some(({ work }) => work)),
    images: JSON.stringify(verdicts.map(record)),
    comment,
  }
}

/** Bytes left for the value in Linux's longest environment variable (MAX_ARG_STRLEN). The runner passes inputs as environment variables. */
const LONGEST = 131_071 - 'INPUT_IMAGES='.length

/** A warning if the output `images` is too long for an input of the release; undefined if not. */
export function tooLong(images: string): string | undefined {
  const size = Buffer.byteLength(images)
  if (size <= LONGEST) return undefined
  return `the output images has ${size} bytes, but the release accepts at most ${LONGEST}: split the config file, and make a release of each part`
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
