/** Deregisters an AMI together with its snapshots. */
import type { EC2 } from '@aws-sdk/client-ec2'
import type { Clock } from '../lib/clock.js'
import type { Deregistration } from './ec2.js'
import { errorCode, isNotFound } from './errors.js'
import { orWithout } from './newer.js'
import { removeResource } from './resources.js'

/** Seconds for which EC2 may report a snapshot as used by a deregistered AMI (boto/boto#3019). */
const IN_USE = 60
const PAUSE = 3

/** See `Ec2.deregister`. */
export async function deregisterAmi(
  ec2: EC2,
  { id, snapshots, othersStay = false, patience = IN_USE }: Deregistration,
  clock: Clock,
): Promise<void> {
  const settled = await deregister(ec2, id, !othersStay)
  for (const snapshot of snapshots) if (!settled.has(snapshot)) await remove(ec2, snapshot, patience, clock)
}

/** Returns the snapshots that EC2 deleted with the AMI, or keeps because another AMI uses them. */
async function deregister(ec2: EC2, ImageId: string, withSnapshots: boolean): Promise<ReadonlySet<string>> {
  const call = (more: object) => ec2.deregisterImage({ ImageId, ...more })
  try {
    const answer = await (withSnapshots ? orWithout({ DeleteAssociatedSnapshots: true }, call) : call({}))
    const { DeleteSnapshotResults: results = [] } = answer
    return new Set(
      results.flatMap(({ SnapshotId, ReturnCode }) =>
        SnapshotId !== undefined && (ReturnCode === 'success' || ReturnCode === 'skipped') ? [SnapshotId] : [],
      ),
    )
  } catch (error) {
    if (isNotFound(error)) return new Set()
    throw error
  }
}

async function remove(ec2: EC2, id: string, patience: number, clock: Clock): Promise<void> {
  for (const end = clock.now() + patience; ; await clock.sleep(PAUSE)) {
    try {
      return await removeResource(ec2, 'snapshot', id)
    } catch (error) {
      if (errorCode(error) !== 'InvalidSnapshot.InUse' || clock.now() + PAUSE > end) throw error
    }
  }
}
