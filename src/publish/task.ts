/** One record an image, which every step of a run takes and gives on. Plain data. */
import type { Inputs } from '../model/inputs.js'
import type { Image, Plan, Planned } from '../model/plan.js'
import type { BuildResult } from '../model/result.js'
import type { ImageAction } from './existing.js'

/** An image that is planned, with its group's settings and plan. */
export interface PlannedImage {
  readonly image: Image
  readonly inputs: Inputs
  readonly plan: Plan
}

/** An image with its action. */
export interface ImageTask extends PlannedImage {
  readonly action: ImageAction
}

/** An image with its result. */
export interface EndedTask extends ImageTask {
  readonly result: BuildResult
}

/** The images of all groups, in order. */
export function imagesOf(plans: readonly Planned[]): readonly PlannedImage[] {
  return plans.flatMap(({ plan, wanted: { inputs } }) => plan.images.map((image) => ({ image, inputs, plan })))
}
