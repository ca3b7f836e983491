import { type Ami, type Ec2, FAILED, STATE_TAG, TESTED_AT_TAG, TESTED_TAG } from '../aws/ec2.js'
import { UserError } from '../lib/errors.js'
import type { Log } from '../lib/log.js'

export interface Discarded {
  readonly image: string
  readonly ami: string
  /** The AMI's tags when its test began. */
  readonly before: Ami['tags']
  readonly keep: boolean
}

/**
 * Takes away an AMI that failed, with its snapshots; or keeps it, marked so that nobody takes it for a good one. One that another
 * run passed or handed out meanwhile is that run's, and left alone.
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
      log.warning(`${image}: ${ami} in ${ec2.region} stays: another run went on with it meanwhile`)
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
    // The post step finds by its tags what is left; a kept one it would delete.
    log.warning(`${image}: ${ami} ${keep ? 'could not be marked, and goes' : 'is still there'}: ${error.message}`)
  }
}
