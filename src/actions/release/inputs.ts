/** The inputs of release/action.yml, and the plan in one of them. */

import { inputText } from '../../inputs/reader.js'
import type { Environment } from '../../lib/environment.js'
import { UserError } from '../../lib/errors.js'
import type { PlannedImage } from './manifest.js'

export interface ReleaseInputs {
  readonly step: string
  readonly images: string
  readonly directory: string
  readonly reports: string
  /** Repository of the workflow that attests the files; `none` without attestation; empty for the releasing one. */
  readonly signer: string
  readonly tag: string
  readonly token: string
}

/** @param env the runner's: `INPUT_STEP` and so on */
export function readReleaseInputs(env: Environment): ReleaseInputs {
  const input = (name: keyof ReleaseInputs) => inputText(env, name)
  return {
    step: input('step'),
    images: input('images'),
    directory: input('directory'),
    reports: input('reports'),
    signer: input('signer'),
    tag: input('tag') || 'images-v{kubernetes}-{date}',
    token: input('token'),
  }
}

/**
 * The plan's images, from the input `images`.
 *
 * @throws UserError for anything else
 */
export function readPlan(text: string): readonly PlannedImage[] {
  try {
    const planned = JSON.parse(text)
    if (
      Array.isArray(planned) &&
      planned.every((each) => typeof each?.image === 'string' && Array.isArray(each.regions))
    )
      return planned
  } catch {
    // Reported below.
  }
  throw new UserError(
    'input',
    'images: this is not the output `images` of a plan',
    "pass on the plan's output `images` as it is",
  )
}
