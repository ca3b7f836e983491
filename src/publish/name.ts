/** Gives an AMI that passed its final name. EC2 cannot rename AMIs, so the action registers another one with the same snapshots. */
import { type Ami, DIGEST_TAG, type Ec2 } from '../aws/ec2.js'
import { errorCode } from '../aws/errors.js'
import { nameToCome } from '../aws/provisional.js'
import { UserError } from '../lib/errors.js'
import { type CopyEffects, type CopyOrder, copyTo, settableTags } from './copy.js'
import { isTested } from './existing.js'
import { nameTaken, takenName } from './namesake.js'

/** An AMI and the settings of its copies. */
export type NameOrder = Pick<CopyOrder, 'image' | 'runId' | 'region' | 'key' | 'timeout'> & {
  /** With the tags for the named AMI. */
  readonly ami: Ami
}

/**
 * Returns the available AMI with the final name. The provisional one stays. If RegisterImage might lose billing information, it
 * makes a copy within the region, which takes as long as any copy.
 */
export async function giveName(order: NameOrder, effects: CopyEffects): Promise<Ami> {
  const { ami, region, timeout, image } = order
  const name = nameToCome(ami)
  if (name === undefined) return ami
  if (ami.registration === undefined) {
    effects.log.info(
      `${image}: copying ${ami.id} within ${region}, since another AMI of its snapshots may be billed otherwise`,
    )
    // A copy keeps the requirement, and no AMI with the final name is ever without it.
    if (!ami.needsImdsV2) await effects.ec2(region).requireImdsV2(ami.id)
    return copyTo({ ...order, sourceRegion: region, source: { ...ami, name } }, effects)
  }
  const deadline = effects.clock.now() + timeout
  const id = await register(ami, name, effects.ec2(region), effects)
  const named = await effects.wait(region, id, deadline)
  effects.log.info(`${image}: ${ami.id} in ${region} is now ${id}, named ${name}`)
  return named
}

async function register(ami: Ami, name: string, ec2: Ec2, effects: CopyEffects): Promise<string> {
  const tags = settableTags(ami.tags)
  for (let first = true; ; first = false) {
    effects.signal.throwIfAborted()
    try {
      return await ec2.register(ami, name, tags)
    } catch (error) {
      if (errorCode(error) !== 'InvalidAMIName.Duplicate') throw error
      // The response was lost, or another run named the same AMI.
      const other = await takenName({ digest: ami.tags[DIGEST_TAG], name }, ec2, effects)
      if (other !== undefined && isSame(other, ami)) {
        if (other.state !== 'failed' && other.state !== 'error') return other.id
        if (first) {
          await ec2.deregister({ id: other.id, snapshots: [], othersStay: true })
          continue
        }
      }
      throw nameTaken(name, ec2.region, { cause: error })
    }
  }
}

/** Whether an AMI of the same content can replace this one: it has the same snapshots, or passed its own test. */
function isSame(other: Ami, { snapshots }: Ami): boolean {
  return other.snapshots.some((snapshot) => snapshots.includes(snapshot)) || isTested(other)
}

/** Deregisters a provisional AMI. The named AMI keeps its snapshots, unless it is a copy. Warns if EC2 refuses; the sweep tries again. */
export async function retire(provisional: Ami, named: Ami, ec2: Ec2, log: CopyEffects['log']): Promise<void> {
  const own = provisional.snapshots.filter((snapshot) => !named.snapshots.includes(snapshot))
  try {
    await ec2.deregister({ id: provisional.id, snapshots: own, othersStay: own.length < provisional.snapshots.length })
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    log.warning(`${provisional.id} in ${ec2.region} is still there under its provisional name: ${error.message}`)
  }
}
