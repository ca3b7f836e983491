import { createHash } from 'node:crypto'
import {
  type Ami,
  BUILT,
  DIGEST_TAG,
  type Ec2,
  type Ec2ByRegion,
  KEY_TAG,
  PUBLISHED_TAG,
  STATE_TAG,
  TESTED,
} from '../aws/ec2.js'
import { errorCode, isThrottled } from '../aws/errors.js'
import { canonicalJson } from '../lib/canonical-json.js'
import type { Clock } from '../lib/clock.js'
import type { Log } from '../lib/log.js'
import { isTested } from './existing.js'
import { finalIdentity, namedInstead, nameTaken, takenName } from './namesake.js'
import { GONE, NotAvailable, type WaitFor } from './wait.js'

/** Seconds before the next attempt when AWS refuses a copy because too many are running, or have just been started. */
const FULL_PAUSE = 15

/** One copy of one image. */
export interface CopyOrder {
  /** The image's key, for messages. */
  readonly image: string
  readonly runId: string
  readonly region: string
  readonly sourceRegion: string
  readonly source: Ami
  /** A copy that an earlier run started. The action waits for it. */
  readonly begun?: Ami | undefined
  /** A failed copy. It blocks the name, so the action removes it. */
  readonly dead?: Ami | undefined
  /** KMS key of the region. */
  readonly key?: string | undefined
  /** Time limit of a copy, in seconds. */
  readonly timeout: number
}

/** The effects of copying. */
export interface CopyEffects {
  readonly ec2: Ec2ByRegion
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  readonly wait: WaitFor
}

/** Returns the available copy of an AMI in one region. Makes one only if there is none. */
export async function copyTo(order: CopyOrder, effects: CopyEffects): Promise<Ami> {
  const { image, region, timeout } = order
  const ec2 = effects.ec2(region)
  const deadline = effects.clock.now() + timeout
  let dead = order.dead
  if (order.begun !== undefined) {
    if (order.begun.state === 'available') return order.begun
    effects.log.info(`${image}: ${order.begun.id} in ${region} was started by an earlier run: waiting for it`)
    try {
      return await effects.wait(region, order.begun.id, deadline, GONE)
    } catch (error) {
      if (!(error instanceof NotAvailable) || error.state === 'late') throw error
      const named = await namedInstead(error, finalIdentity(order.begun), region, deadline, effects)
      if (named !== undefined) return named
      dead = order.begun
    }
  }
  if (dead !== undefined) await remove(dead, ec2)
  // Equal requests have equal tokens, so two runs make one copy. After a failed copy the token must change.
  let salt = dead === undefined ? '' : `${order.runId} ${dead.id}`
  for (;;) {
    let id: string | undefined
    try {
      id = await start(order, salt, deadline, effects)
      const ami = await effects.wait(region, id, deadline)
      effects.log.info(`${image}: copied to ${region} as ${id}`)
      return ami
    } catch (error) {
      const named = await namedInstead(error, finalIdentity(order.source), region, deadline, effects)
      if (named !== undefined) return named
      if (!(error instanceof NotAvailable) || id === undefined) throw error
      if (error.state === 'failed') await remove({ id, snapshots: [] }, ec2).catch(() => undefined)
      // The token may belong to an old copy that was deregistered since.
      if (error.state !== 'unknown' || salt !== '') throw error
      salt = order.runId
    }
  }
}

async function start(order: CopyOrder, salt: string, deadline: number, effects: CopyEffects): Promise<string> {
  const { region, source, sourceRegion, key } = order
  const ec2 = effects.ec2(region)
  const tags = { ...tagsOfCopy(source.tags), ...(key === undefined ? {} : { [KEY_TAG]: key }) }
  const request = {
    name: source.name,
    ...(source.description === undefined ? {} : { description: source.description }),
    sourceRegion,
    sourceId: source.id,
    tags,
    ...(key === undefined ? {} : { key }),
  }
  const token = createHash('sha256')
    // EC2 lists tags in any order.
    .update(canonicalJson([region, request, salt]))
    .digest('hex')
  for (;;) {
    effects.signal.throwIfAborted()
    try {
      return await ec2.copy({ ...request, token })
    } catch (error) {
      const code = errorCode(error)
      if (code === 'InvalidAMIName.Duplicate') {
        const other = await begunBefore(source, ec2, effects)
        if (other !== undefined) return other
        throw nameTaken(source.name, region, { cause: error })
      }
      // AWS limits the copies to a region, and their starts, for the whole account.
      const full = code === 'ResourceLimitExceeded' || isThrottled(error)
      if (!full || effects.clock.now() + FULL_PAUSE >= deadline) throw error
      await effects.clock.sleep(FULL_PAUSE, effects.signal)
    }
  }
}

/**
 * The copy with the same content and name, if one exists. Another run may have started it and adopted the source. A copy of another AMI
 * must have passed a test: that AMI may have failed.
 */
async function begunBefore(source: Ami, ec2: Ec2, effects: CopyEffects): Promise<string | undefined> {
  const found = await takenName({ digest: source.tags[DIGEST_TAG], name: source.name }, ec2, effects)
  if (found === undefined || found.state === 'failed') return undefined
  return found.copiedFrom === source.id || isTested(found) ? found.id : undefined
}

async function remove({ id, snapshots }: Pick<Ami, 'id' | 'snapshots'>, ec2: Ec2): Promise<void> {
  const all = snapshots.length > 0 ? snapshots : ((await ec2.ami(id))?.snapshots ?? [])
  await ec2.deregister({ id, snapshots: all })
}

/** Tags without those that only AWS services may set. */
export const settableTags = (tags: Ami['tags']): Ami['tags'] =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('aws:')))

/** The source's tags for a new copy, which is not handed out yet, even if its source is. */
function tagsOfCopy(tags: Ami['tags']): Ami['tags'] {
  const { [PUBLISHED_TAG]: _, ...kept } = settableTags(tags)
  return { ...kept, ...(tags[STATE_TAG] === BUILT ? { [STATE_TAG]: TESTED } : {}) }
}
