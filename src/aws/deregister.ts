/** Deregisters an AMI together with its snapshots. */
import type { EC2 } from '@aws-sdk/client-ec2'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import type { Deregistration } from './ec2.js'
import { errorCode, isNotFound } from './errors.js'
import { removeResource } from './resources.js'

/** Seconds for which EC2 may go on calling a snapshot used by an AMI that is deregistered (boto/boto#3019). */
const IN_USE = 60
const PAUSE = 3

/** As `deregister` of `Ec2` has it. */
export async function deregisterAmi(
  ec2: EC2,
  { id, snapshots, othersStay = false, patience = IN_USE }: Deregistration,
  clock: Clock,
): Promise<void> {
  const settled = await deregister(ec2, id, !othersStay)
  for (const snapshot of snapshots) if (!settled.has(snapshot)) await remove(ec2, snapshot, patience, clock)
}

/** Gives the snapshots that EC2 deleted with the AMI, or keeps since another AMI stands on them. */
async function deregister(ec2: EC2, ImageId: string, withSnapshots: boolean): Promise<ReadonlySet<string>> {
  try {
    const answer = await ec2.deregisterImage({ ImageId, ...(withSnapshots ? { DeleteAssociatedSnapshots: true } : {}) })
    const { DeleteSnapshotResults: results = [] } = answer
    return new Set(
      results.flatMap(({ SnapshotId, ReturnCode }) =>
        SnapshotId !== undefined && (ReturnCode === 'success' || ReturnCode === 'skipped') ? [SnapshotId] : [],
      ),
    )
  } catch (error) {
    if (isNotFound(error)) return new Set()
    // A partition that is behind the others.
    if (withSnapshots && codeOf(error) === 'UnknownParameter') return deregister(ec2, ImageId, false)
    throw error
  }
}

async function remove(ec2: EC2, id: string, patience: number, clock: Clock): Promise<void> {
  for (const end = clock.now() + patience; ; await clock.sleep(PAUSE)) {
    try {
      return await removeResource(ec2, 'snapshot', id)
    } catch (error) {
      if (codeOf(error) !== 'InvalidSnapshot.InUse' || clock.now() + PAUSE > end) throw error
    }
  }
}

const codeOf = (error: unknown) => errorCode(error instanceof UserError ? error.cause : error)
