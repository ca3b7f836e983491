/** Carries decisions out. */
import type { Call } from '../../aws/client.js'
import { RUN_TAG } from '../../aws/ec2.js'
import { isNotFound } from '../../aws/errors.js'
import { allItems, tagsOf } from '../../aws/lists.js'
import { textAt } from '../../aws/query.js'
import { UserError } from '../../lib/errors.js'
import type { Decision, Prunable } from './decide.js'

/** On the snapshots of an AMI that is about to be deregistered: when the AMI is gone, they go, even if this run is killed between. */
export const PRUNED_TAG = 'k8s-image:pruned'

/** A snapshot of ours: it carries a run's tag. */
export interface OwnSnapshot {
  readonly id: string
  readonly pruned: boolean
}

/** All snapshots of ours in a region. Rejects with a UserError. */
export async function readSnapshots(ec2: Call): Promise<OwnSnapshot[]> {
  const found = await allItems(ec2, 'DescribeSnapshots', 'snapshotSet', {
    Owner: ['self'],
    Filter: [{ Name: 'tag-key', Value: [RUN_TAG] }],
  })
  return found.map((item) => ({ id: textAt(item, 'snapshotId') ?? '', pruned: PRUNED_TAG in tagsOf(item) }))
}

/** Snapshots that an earlier, killed run marked and whose AMI is gone. */
export function orphans(snapshots: readonly OwnSnapshot[], amis: readonly Prunable[]): string[] {
  const used = new Set(amis.flatMap((ami) => ami.snapshots))
  return snapshots.filter(({ id, pruned }) => pruned && !used.has(id)).map(({ id }) => id)
}

/** What was done, or why not. */
export type Outcome = { readonly done: true; readonly note?: string } | { readonly done: false; readonly why: string }

/**
 * Does to one AMI what was decided. Does not throw for what EC2 refuses.
 *
 * @param own snapshots of ours; others of the AMI stay
 * @param now seconds since 1970
 */
export async function carryOut(
  { ami, action }: Decision,
  ec2: Call,
  own: ReadonlySet<string>,
  now: number,
): Promise<Outcome> {
  return attempt(async () => {
    if (action === 'deprecate') await deprecate(ec2, ami.id, now)
    if (action === 'unprotect') await unprotect(ec2, ami.id)
    return action === 'deregister' ? deregister(ec2, ami, own) : undefined
  })
}

/** Deletes one snapshot. */
export async function removeSnapshot(ec2: Call, id: string): Promise<Outcome> {
  return attempt(async () => {
    await gone(ec2('DeleteSnapshot', { SnapshotId: id }))
    return undefined
  })
}

async function attempt(work: () => Promise<string | undefined>): Promise<Outcome> {
  try {
    const note = await work()
    return { done: true, ...(note === undefined ? {} : { note }) }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { done: false, why: error.message }
  }
}

/** EC2 takes no date in the past, and cuts it to the minute. */
const SOON = 120

async function deprecate(ec2: Call, ImageId: string, now: number): Promise<void> {
  const at = new Date((now + SOON) * 1000).toISOString()
  await ec2('EnableImageDeprecation', { ImageId, DeprecateAt: `${at.slice(0, 16)}:00.000Z` })
}

async function unprotect(ec2: Call, ImageId: string): Promise<void> {
  await ec2('DisableImageDeregistrationProtection', { ImageId })
}

async function deregister(ec2: Call, ami: Prunable, own: ReadonlySet<string>): Promise<string | undefined> {
  const ours = ami.snapshots.filter((id) => own.has(id))
  if (ami.protection.startsWith('enabled')) await unprotect(ec2, ami.id)
  if (ours.length > 0) await ec2('CreateTags', { ResourceId: ours, Tag: [{ Key: PRUNED_TAG, Value: ami.id }] })
  await gone(ec2('DeregisterImage', { ImageId: ami.id }))
  for (const SnapshotId of ours) await gone(ec2('DeleteSnapshot', { SnapshotId }))
  const others = ami.snapshots.filter((id) => !own.has(id))
  return others.length === 0 ? undefined : `${others.join(', ')} stays: it does not carry our tag`
}

/** What is gone already is as it should be. */
async function gone(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
