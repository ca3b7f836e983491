import type { Effects } from '../effects.js'
import type { GitHub } from './github.js'
import { type ReleaseInputs, readPlan } from './inputs.js'
import { previewRelease } from './manifest.js'
import { freeName, nameOf, namesFor, taken } from './tag.js'

/** Rejects an impossible release before anything is built. Changes nothing, and does not call EC2. */
export async function check({ env, log, clock }: Effects, inputs: ReleaseInputs, hub: GitHub): Promise<void> {
  const planned = readPlan(inputs.images)
  const { images, left } = previewRelease(planned)
  for (const each of left) log.warning(`will not be in the release: ${each}`)
  const tag = nameOf(images, inputs.tag, { now: clock.now(), run: env.GITHUB_RUN_NUMBER })
  // Without work, the existing release has the same AMIs.
  if (!planned.some(({ work }) => work)) return
  const name = await freeName(namesFor(inputs.tag, tag), hub, env.GITHUB_SHA)
  if (name === undefined) throw taken(tag)
  log.info(`${name} can be released once its images are there`)
}
