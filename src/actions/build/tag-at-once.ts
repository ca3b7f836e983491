/** Tags a new AMI where Packer does so only in its last step. A run that ends before would leave an AMI that no sweep finds. */

import { isNotFound } from '../../aws/errors.js'
import { LAG } from '../../aws/lag.js'
import { UserError } from '../../lib/errors.js'
import { tagsAmisLate } from '../../model/region.js'
import { knownTags } from '../../preflight/tags.js'
import type { PackerImage, Shared } from './shared.js'

const PAUSE = 2

/** Its snapshots wait for Packer's tags, since a sweep deletes them with the AMI. Never rejects for an answer of EC2. */
export async function tagAtOnce(
  { image, inputs, plan }: Pick<PackerImage, 'image' | 'inputs' | 'plan'>,
  ami: string,
  { ec2, job }: Pick<Shared, 'ec2' | 'job'>,
): Promise<void> {
  if (!tagsAmisLate(plan.region)) return
  const { clock } = job.effects
  const tags = knownTags({ image, inputs, runId: job.runId })
  for (const end = clock.now() + LAG; ; ) {
    try {
      await ec2(plan.region).tag([ami], tags)
      return
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      // EC2 may not list a new AMI yet.
      if (isNotFound(error) && clock.now() < end) await clock.sleep(PAUSE)
      else {
        job.log.warning(`${image.key}: ${ami} could not be tagged at once: ${error.message}`)
        return
      }
    }
  }
}
