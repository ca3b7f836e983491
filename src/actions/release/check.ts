import type { Effects } from '../effects.js'
import type { GitHub } from './github.js'
import { type ReleaseInputs, readPlan } from './inputs.js'
import { previewRelease } from './manifest.js'
import { nameOf, namesFor, taken } from './tag.js'

/** Rejects an impossible release before anything is built. Changes nothing, and does not call EC2. */
export async function check({ env, log, clock }: Effects, inputs: ReleaseInputs, hub: GitHub): Promise<void> {
  const planned = readPlan(inputs.images)
  const { images, left } = previewRelease(planned)
  for (const each of left) log.warning(`will not be in the release: ${each}`)
  const tag = nameOf(images, inputs.tag, { now: clock.now(), run: env.GITHUB_RUN_NUMBER })
  // Without work, the existing release has the same AMIs.
  if (!planned.some(({ work }) => work)) return
  const used = new Set((await hub.releases()).filter(({ draft }) => !draft).map(({ tag_name }) => tag_name))
  for (const name of namesFor(inputs.tag, tag)) {
    if (used.has(name)) continue
    log.info(`${name} can be released once its images are there`)
    return
  }
  throw taken(tag)
}
