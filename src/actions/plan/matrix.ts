/** The plan as a matrix for GitHub's `strategy`. Pure. */

import { jobInputNames } from '../../inputs/names.js'
import { UserError } from '../../lib/errors.js'
import type { Inputs } from '../../model/inputs.js'
import type { Verdict } from './verdict.js'

/** GitHub's limit for jobs of a matrix. */
const MAX_JOBS = 256

/** GitHub's limit in bytes for the outputs of a job. It counts two for each character (UTF-16). */
const MAX_BYTES = 1_048_576

/** One job. `config` is for the job's input of that name; the rest is for names and conditions. */
export interface MatrixEntry {
  readonly image: string
  readonly os: string
  readonly arch: string
  /** The exact version with the package's revision. */
  readonly 'kubernetes-version': string
  readonly required: boolean
  readonly config: string
}

/**
 * A job for each image that has work, with the settings of the image's group.
 *
 * @throws UserError if there are too many for a matrix, or their settings are too long for an output
 */
export function matrix(verdicts: readonly Verdict[]): { readonly include: readonly MatrixEntry[] } {
  const include = verdicts.filter(({ work }) => work).map(entry)
  const bytes = 2 * JSON.stringify({ include }).length
  if (include.length > MAX_JOBS || bytes > MAX_BYTES)
    throw new UserError(
      'config-file',
      include.length > MAX_JOBS
        ? `${include.length} images need a build, but a matrix allows ${MAX_JOBS} jobs`
        : `the matrix of the images to build has ${bytes} bytes in UTF-16, but GitHub allows ${MAX_BYTES}`,
      'split the config file in two, and call the workflow for each',
    )
  return { include }
}

function entry({ image, wanted }: Verdict): MatrixEntry {
  const { os, arch } = image
  const exact = { os, arch, 'kubernetes-version': image.node.kubernetesDeb }
  const ofTheJob = (name: string) => (jobInputNames as readonly string[]).includes(name)
  const texts = Object.entries(wanted.texts)
  const own = Object.fromEntries(texts.filter(([name]) => !ofTheJob(name)))
  const defaults = Object.fromEntries(texts.filter(([name]) => ofTheJob(name)))
  // The region may come from the plan's AWS_REGION, and the job may have another.
  const { region } = wanted.inputs
  const settings = {
    ...(wanted.name === undefined ? {} : { name: wanted.name }),
    ...own,
    region,
    ...exact,
    'kubernetes-version': versionFor(wanted.inputs, image.node.kubernetesDeb),
  }
  return {
    image: image.key,
    ...exact,
    required: wanted.required,
    config: JSON.stringify({ ...(Object.keys(defaults).length > 0 ? { defaults } : {}), images: [settings] }),
  }
}

/**
 * The exact version; with a lock, the version as written. A lock may have several entries with one exact version: `1.37` with packages, for
 * example, and `1.37.2` with files. The job needs the same one as the plan.
 */
function versionFor({ kubernetesVersions, lock }: Inputs, exact: string): string {
  const locked = lock.content?.kubernetes ?? {}
  return kubernetesVersions.findLast((written) => locked[written]?.deb === exact) ?? exact
}
