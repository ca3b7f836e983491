import { type Ami, type Ec2, FAILED, STATE_TAG, TESTED_AT_TAG, TESTED_TAG } from '../aws/ec2.js'
import { UserError } from '../lib/errors.js'
import type { Log } from '../lib/log.js'

export interface Discarded {
  readonly image: string
  readonly ami: string
  /** The AMI's tags at the start of its test. */
  readonly before: Ami['tags']
  readonly keep: boolean
}

/**
 * Deregisters a failed AMI with its snapshots, or keeps it with a tag that marks it as failed. If another run tested or published the
 * AMI meanwhile, it belongs to that run and stays.
 */
export async function discard(
  order: Discarded,
  ec2: Pick<Ec2, 'ami' | 'deregister' | 'tag' | 'region'>,
  log: Pick<Log, 'info' | 'warning'>,
): Promise<void> {
  const { image, ami, keep } = order
  try {
    const found = await ec2.ami(ami)
    if (found === undefined) return
    if ([STATE_TAG, TESTED_TAG, TESTED_AT_TAG].some((name) => found.tags[name] !== order.before[name])) {
      log.warning(`${image}: ${ami} in ${ec2.region} stays: another run took it over`)
      return
    }
    if (keep) {
      await ec2.tag([ami, ...found.snapshots], { [STATE_TAG]: FAILED })
      log.info(`${image}: ${ami} in ${ec2.region} is kept, with the tag ${STATE_TAG}=${FAILED}`)
      return
    }
    await ec2.deregister({ id: ami, snapshots: found.snapshots })
    log.info(`${image}: ${ami} was deregistered, with its snapshots`)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    // Without the tag, the post step would delete the AMI as a leftover.
    log.warning(
      `${image}: ${ami} ${keep ? 'could not be tagged and will be deleted' : 'is still there'}: ${error.message}`,
    )
  }
}
