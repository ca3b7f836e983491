import type { Effects } from '../effects.js'
import type { GitHub } from './github.js'
import { type ReleaseInputs, readPlan } from './inputs.js'
import { previewRelease } from './manifest.js'
import { nameOf, namesFor, taken } from './tag.js'

/** Before anything is built: refuses what would be refused after it. Nothing is changed, and EC2 is not asked. */
export async function check({ env, log, clock }: Effects, inputs: ReleaseInputs, hub: GitHub): Promise<void> {
  const planned = readPlan(inputs.images)
  const { images, left } = previewRelease(planned)
  for (const each of left) log.warning(`will not be in the release: ${each}`)
  const tag = nameOf(images, inputs.tag, { now: clock.now(), run: env.GITHUB_RUN_NUMBER })
  // Without work the AMIs are those of the release that is there.
  if (!planned.some(({ work }) => work)) return
  const used = new Set((await hub.releases()).filter(({ draft }) => !draft).map(({ tag_name }) => tag_name))
  for (const name of namesFor(inputs.tag, tag)) {
    if (used.has(name)) continue
    log.info(`${name} can be released once its images are there`)
    return
  }
  throw taken(tag)
}
