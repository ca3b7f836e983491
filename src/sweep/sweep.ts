import { BUILT, type Ec2, type NamedKind, type Resource, type ResourceKind, STATE_TAG } from '../aws/ec2.js'
import { LAG } from '../aws/lag.js'
import type { Clock } from '../lib/clock.js'
import type { Log } from '../lib/log.js'
import { select, shareSnapshots } from './select.js'

/** A resource that could not be removed, and the reason. */
export interface Leftover {
  readonly region: string
  /** Undefined if EC2 gave no answer. */
  readonly resource: Resource | undefined
  readonly why: string
}

/** The result of sweeping a region. */
export interface Swept {
  readonly removed: number
  readonly left: readonly Leftover[]
  /** AMIs that are marked as handed out, or only as tested. */
  readonly kept: readonly { readonly region: string; readonly id: string; readonly handedOut: boolean }[]
}

/** What a sweep needs. */
export interface SweepEffects {
  readonly clock: Clock
  readonly log: Log
  /** Seconds since 1970 at which to stop. */
  readonly deadline: number
  /** IDs of AMIs that were handed out: they stay, with their snapshots, even if EC2 lost their mark. */
  readonly handedOut?: readonly string[]
  /** What the run made without its tag, by name. */
  readonly untagged?: readonly { readonly kind: NamedKind; readonly name: string }[]
  /** Seconds between looks: what was under way when the builder died shows up late. */
  readonly pause: number
}

/** Seconds at most for the snapshots of one AMI. */
const IN_USE = 60
/**
 * Seconds after which the sweep terminates an instance again. The first call may have failed, or may have come before EC2 knew the
 * instance.
 */
const AGAIN = 10

/** After instances, which hold on to volumes and groups; images before the snapshots under them. */
const AFTER_INSTANCES: readonly ResourceKind[] = [
  'volume',
  'security-group',
  'key-pair',
  'launch-template',
  'image',
  'snapshot',
]

/**
 * Deletes what a run left in one region: looks at least twice, and again as long as a look finds something, until the
 * deadline. Never throws.
 */
export async function sweepRegion(ec2: Ec2, runId: string, effects: SweepEffects): Promise<Swept> {
  const { clock, deadline } = effects
  /** When each was removed, by ID. */
  const removed = new Map<string, number>()
  /** Seconds for which EC2 may still list a deleted resource. After them, the sweep deletes it again. */
  const isGoing = ({ id }: Resource) => clock.now() - (removed.get(id) ?? Number.NEGATIVE_INFINITY) < LAG
  let kept: readonly Resource[] = []
  let left: Leftover[] = []
  for (let look = 1; ; look++) {
    left = []
    const round = await lookOnce(ec2, runId, effects, left, isGoing)
    for (const id of round.removed) {
      if (!removed.has(id)) effects.log.info(`removed ${id} in ${ec2.region}`)
      removed.set(id, clock.now())
    }
    kept = round.kept
    const clean = round.found === 0 && left.length === 0
    if (clean && look >= 2) break
    if (clock.now() + effects.pause >= deadline) break
    await clock.sleep(effects.pause)
  }
  return { removed: removed.size, left, kept: kept.map((ami) => keptIn(ec2.region, ami)) }
}

const keptIn = (region: string, { id, tags }: Resource) => ({ region, id, handedOut: tags[STATE_TAG] === BUILT })

async function lookOnce(
  ec2: Ec2,
  runId: string,
  effects: SweepEffects,
  left: Leftover[],
  isGoing: (resource: Resource) => boolean,
): Promise<{ found: number; removed: string[]; kept: readonly Resource[] }> {
  const { region } = ec2
  const removed: string[] = []
  const { untagged = [] } = effects
  const list = (kind: ResourceKind) => orNone(() => ec2.tagged(kind, runId))
  const orNone = async (read: () => Promise<readonly Resource[]>): Promise<readonly Resource[]> => {
    try {
      return await read()
    } catch (error) {
      left.push({ region, resource: undefined, why: (error as Error).message })
      return []
    }
  }
  const each = (resources: readonly Resource[], work: (resource: Resource) => Promise<void>) =>
    Promise.all(
      resources.map(async (resource) => {
        try {
          await work(resource)
        } catch (error) {
          left.push({ region, resource, why: (error as Error).message })
        }
      }),
    )

  const instances = await list('instance')
  await each(select(instances).remove, ({ kind, id }) => ec2.remove(kind, id))
  const remaining = instances.length === 0 ? [] : await terminated(instances, ec2, runId, effects)
  const stillThere = new Set(remaining.map(({ id }) => id))
  removed.push(...instances.map(({ id }) => id).filter((id) => !stillThere.has(id)))
  for (const resource of remaining) left.push({ region, resource, why: `still ${resource.state}` })

  const others: Resource[] = []
  for (const kind of AFTER_INSTANCES) others.push(...(await list(kind)))
  for (const kind of ['key-pair', 'security-group'] as const) {
    const names = untagged.filter((one) => one.kind === kind).map(({ name }) => name)
    const found = names.length === 0 ? [] : await orNone(() => ec2.named(kind, names))
    others.push(...found.filter(({ id }) => !others.some((other) => other.id === id)))
  }
  const { handedOut = [] } = effects
  const { remove, kept } = select(
    others.map((one) => (handedOut.includes(one.id) ? { ...one, tags: { ...one.tags, [STATE_TAG]: BUILT } } : one)),
  )
  const due = new Map(remove.filter((one) => !isGoing(one)).map((one) => [one.id, one]))
  const removeOne = async ({ kind, id, snapshots = [] }: Resource) => {
    const own = kind === 'image' ? snapshots.filter((one) => due.has(one)) : []
    const patience = Math.max(0, Math.min(IN_USE, effects.deadline - effects.clock.now()))
    if (kind !== 'image') await ec2.remove(kind, id)
    else await ec2.deregister({ id, snapshots: own, othersStay: own.length < snapshots.length, patience })
    for (const gone of [id, ...own]) due.delete(gone)
    removed.push(id, ...own)
  }
  // One kind after the other: EC2 refuses to delete a snapshot that an AMI uses. It goes with the last one.
  for (const kind of AFTER_INSTANCES) {
    const all = [...due.values()].filter((one) => one.kind === kind)
    const isLast = (one: Resource, at: number) => !all.slice(at + 1).some((later) => shareSnapshots(one, later))
    const last = new Set(all.filter(isLast))
    await each(
      all.filter((one) => !last.has(one)),
      async ({ id, snapshots = [] }) => {
        await ec2.deregister({ id, snapshots: [], othersStay: snapshots.length > 0 })
        due.delete(id)
        removed.push(id)
      },
    )
    await each([...last], removeOne)
  }
  return { found: instances.length + remove.length, removed, kept }
}

/** Waits until no instance of the run is left; gives those that still are at the deadline, or are not known to have ended. */
async function terminated(
  instances: readonly Resource[],
  ec2: Ec2,
  runId: string,
  { clock, deadline }: SweepEffects,
): Promise<readonly Resource[]> {
  let last = clock.now()
  for (let pause = 0.5; ; pause = Math.min(pause * 1.5, 5)) {
    let remaining: readonly Resource[]
    try {
      remaining = await ec2.tagged('instance', runId)
    } catch {
      return instances // the next look shows it
    }
    if (remaining.length === 0 || clock.now() + pause >= deadline) return remaining
    if (clock.now() - last >= AGAIN) {
      last = clock.now()
      const running = remaining.filter(({ state }) => state !== 'shutting-down')
      await Promise.allSettled(running.map(({ kind, id }) => ec2.remove(kind, id)))
    }
    await clock.sleep(pause)
  }
}
