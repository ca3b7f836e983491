import type { Effects } from '../effects.js'
import type { GitHub } from './github.js'
import { type ReleaseInputs, readPlan } from './inputs.js'
import { foresee } from './manifest.js'
import { nameOf, taken } from './tag.js'

/** Before anything is built: refuses what would be refused after it. Nothing is changed, and EC2 is not asked. */
export async function check({ env, log, clock }: Effects, inputs: ReleaseInputs, hub: GitHub): Promise<void> {
  const planned = readPlan(inputs.images)
  const { images, left } = foresee(planned)
  for (const each of left) log.warning(`will not be in the release: ${each}`)
  const tag = nameOf(images, inputs.tag, { now: clock.now(), run: env.GITHUB_RUN_NUMBER })
  // Without work the AMIs are those of the release that is there.
  if (!planned.some(({ work }) => work)) return
  if ((await hub.releases()).some((release) => release.tag_name === tag && !release.draft)) throw taken(tag)
  log.info(`${tag} can be released once its images are there`)
}
