/** Carries decisions out. */
import type { EC2 } from '@aws-sdk/client-ec2'
import { type Ec2, PRUNED_TAG, RUN_TAG } from '../../aws/ec2.js'
import { filter } from '../../aws/lists.js'
import { listKind } from '../../aws/resources.js'
import { UserError } from '../../lib/errors.js'
import type { Decision, Prunable } from './decide.js'

/** A snapshot with a run's tag. */
export interface OwnSnapshot {
  readonly id: string
  readonly pruned: boolean
}

/** All our snapshots in a region. Rejects with a UserError. */
export async function readSnapshots(ec2: EC2): Promise<OwnSnapshot[]> {
  const found = await listKind(ec2, 'snapshot', [filter('tag-key', RUN_TAG)])
  return found.map(({ id, tags }) => ({ id, pruned: PRUNED_TAG in tags }))
}

/** Snapshots that a killed run marked, and whose AMI is gone. */
export function orphans(snapshots: readonly OwnSnapshot[], amis: readonly Prunable[]): string[] {
  const used = new Set(amis.flatMap((ami) => ami.snapshots))
  return snapshots.filter(({ id, pruned }) => pruned && !used.has(id)).map(({ id }) => id)
}

export type Outcome = { readonly done: true; readonly note?: string } | { readonly done: false; readonly why: string }

/**
 * Carries out the decision about one AMI. Does not throw if EC2 refuses.
 *
 * @param own our snapshots; the AMI's others stay
 * @param now seconds since 1970
 */
export async function carryOut(
  { ami, action }: Decision,
  ec2: Ec2,
  own: ReadonlySet<string>,
  now: number,
): Promise<Outcome> {
  return attempt(async () => {
    if (action === 'deprecate') await ec2.deprecate(ami.id, soon(now))
    if (action === 'unprotect') await ec2.unprotect(ami.id)
    return action === 'deregister' ? deregister(ec2, ami, own) : undefined
  })
}

/** Deletes one snapshot. */
export async function removeSnapshot(ec2: Ec2, id: string): Promise<Outcome> {
  return attempt(async () => {
    await ec2.remove('snapshot', id)
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

/** Seconds. EC2 rejects dates in the past, and rounds down to the minute. */
const SOON = 120

/** The earliest time for a deprecation, as ISO 8601. */
const soon = (now: number): string => `${new Date((now + SOON) * 1000).toISOString().slice(0, 16)}:00.000Z`

async function deregister(ec2: Ec2, ami: Prunable, own: ReadonlySet<string>): Promise<string | undefined> {
  const ours = ami.snapshots.filter((id) => own.has(id))
  if (ami.protection.startsWith('enabled')) await ec2.unprotect(ami.id)
  if (ours.length > 0) await ec2.tag(ours, { [PRUNED_TAG]: ami.id })
  const others = ami.snapshots.filter((id) => !own.has(id))
  await ec2.deregister({ id: ami.id, snapshots: ours, othersStay: others.length > 0 })
  return others.length === 0 ? undefined : `kept without our tag: ${others.join(', ')}`
}
