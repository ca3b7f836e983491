/** One prune: read, decide, act, report. */
import pLimit from 'p-limit'
import type { Aws } from '../../aws/clients.js'
import { type Ec2ByRegion, LAG, RUN_TAG } from '../../aws/ec2.js'
import type { Clock } from '../../lib/clock.js'
import { UserError } from '../../lib/errors.js'
import type { Log } from '../../lib/log.js'
import { suggest } from '../../lib/nearest.js'
import { sweepRegion } from '../../sweep/sweep.js'
import { carryOut, type Outcome, type OwnSnapshot, orphans, readSnapshots, removeSnapshot } from './act.js'
import { type AgeDecision, decideByAge, keyOf, spare } from './by-age.js'
import { type Decision, days, decide, type Prunable, type Sharing, type Usage } from './decide.js'
import { readAmis, readSharing } from './images.js'
import type { PruneInputs } from './inputs.js'
import { readLeftovers } from './leftovers.js'
import { amiRow, leftoverRow, type PruneReport, type Row, snapshotRow } from './report.js'
import { readTaken } from './taken.js'
import { readUsage } from './usage.js'

export interface PruneEffects {
  readonly aws: Aws
  readonly ec2: Ec2ByRegion
  readonly clock: Clock
  readonly log: Log
}

/** Concurrent regions, and concurrent AMIs in a region. */
const REGIONS_AT_ONCE = 6
const AMIS_AT_ONCE = 4
/** Seconds to sweep one run's leftovers in one region. */
const SWEEP = 240
/** Seconds between checks that deleted resources are gone, while describes may lag. */
const LOOK = 5

/** Prunes and returns a report. Rejects if no region could be read. */
export async function prune(inputs: PruneInputs, effects: PruneEffects): Promise<PruneReport> {
  const regions = inputs.regions === 'all' ? await effects.ec2(inputs.home).enabledRegions() : inputs.regions
  const limit = pLimit(REGIONS_AT_ONCE)
  const unread: { region: string; why: string }[] = []
  const inEach = async <T>(work: (region: string) => Promise<T>): Promise<T[]> => {
    const done = regions.map((region) =>
      limit(async () => {
        try {
          return [await work(region)]
        } catch (error) {
          if (!(error instanceof UserError)) throw error
          unread.push({ region, why: `${error.message}${await meant(region, regions, effects)}` })
          return []
        }
      }),
    )
    return (await Promise.all(done)).flat()
  }
  const pruned = await inEach((region) => pruneRegion(region, inputs, effects))
  const leftovers =
    inputs.sweepOlder === undefined ? undefined : await sweepOld(inputs.sweepOlder, inputs, regions, inEach, effects)
  return {
    dryRun: inputs.dryRun,
    amis: pruned.flatMap(({ decisions, outcomes }) => decisions.map((one, at) => amiRow(one, outcomes[at]))),
    snapshots: pruned.flatMap((region) => region.snapshots),
    leftovers,
    unread,
  }
}

/** A suggestion for an unknown region; empty if no other region answers. */
async function meant(region: string, named: readonly string[], { ec2 }: PruneEffects): Promise<string> {
  const other = named.find((each) => each !== region) ?? 'us-east-1'
  const enabled = await ec2(other)
    .enabledRegions()
    .catch(() => [region])
  return enabled.includes(region) ? '' : ` (${suggest(region, enabled)})`
}

interface RegionPruned {
  readonly decisions: readonly Decision[]
  readonly outcomes: readonly (Outcome | undefined)[]
  readonly snapshots: readonly Row[]
}

async function pruneRegion(region: string, inputs: PruneInputs, effects: PruneEffects): Promise<RegionPruned> {
  const { aws, clock } = effects
  const sdk = await aws.ec2(region)
  const [amis, own] = await Promise.all([readAmis(sdk, region), readSnapshots(sdk)])
  const decisions = await decideRegion(region, amis, inputs, effects)
  const left = orphans(own, amis)
  if (inputs.dryRun)
    return {
      decisions,
      outcomes: decisions.map(() => undefined),
      snapshots: left.map((id) => snapshotRow(region, id, undefined)),
    }
  const ec2 = effects.ec2(region)
  const ours = new Set(own.map(({ id }: OwnSnapshot) => id))
  const limit = pLimit(AMIS_AT_ONCE)
  const outcomes = await Promise.all(
    decisions.map((decision) =>
      decision.action === 'keep' ? undefined : limit(() => carryOut(decision, ec2, ours, clock.now())),
    ),
  )
  const snapshots = await Promise.all(
    left.map((id) => limit(async () => snapshotRow(region, id, await removeSnapshot(ec2, id)))),
  )
  return { decisions, outcomes, snapshots }
}

/** Reads only what the decision needs: uses if any AMI is to go, and sharing of those AMIs. */
async function decideRegion(
  region: string,
  amis: readonly Prunable[],
  { rules }: PruneInputs,
  { aws, clock }: PruneEffects,
): Promise<Decision[]> {
  const ec2 = await aws.ec2(region)
  const now = clock.now()
  const goes = (usage: Usage, sharing: ReadonlyMap<string, Sharing>) => {
    const decisions = decide(amis, { usage: { [region]: usage }, sharing }, rules, now)
    return { decisions, going: decisions.filter(({ action }) => action !== 'keep') }
  }
  const none = new Map<string, Sharing>()
  if (goes({ uses: new Map(), unknown: [] }, none).going.length === 0)
    return goes({ uses: new Map(), unknown: [] }, none).decisions
  const usage = await readUsage(aws, region)
  const limit = pLimit(AMIS_AT_ONCE)
  const sharing = await Promise.all(
    goes(usage, none).going.map(({ ami: { id } }) =>
      limit(async (): Promise<[string, Sharing]> => {
        try {
          return [id, await readSharing(ec2, id)]
        } catch (error) {
          if (!(error instanceof UserError)) throw error
          return [id, { unknown: error.message }]
        }
      }),
    ),
  )
  return goes(usage, new Map(sharing)).decisions
}

/** Sweeps leftovers of killed runs. If any region cannot be read, everything stays: a run may be active there. */
async function sweepOld(
  older: number,
  inputs: PruneInputs,
  regions: readonly string[],
  inEach: <T>(work: (region: string) => Promise<T>) => Promise<T[]>,
  { aws, ec2, clock, log }: PruneEffects,
): Promise<Row[]> {
  const found = await inEach(async (region) => readLeftovers(await aws.ec2(region), region))
  const decided = decideByAge(found.flat(), older, clock.now(), days)
  const old = found.length === regions.length ? decided : decided.map(keptUnseen)
  const taken = await readTaken(old, aws, inputs.rules.includeShared)
  const decisions = spare(old, taken)
  const going = decisions.filter(({ action }) => action === 'remove')
  if (inputs.dryRun || going.length === 0) return decisions.map((one) => leftoverRow(one, undefined))
  const left = new Map<string, string>()
  for (const some of Map.groupBy(going, ({ resource }) => `${resource.region} ${resource.tags[RUN_TAG]}`).values()) {
    const { region, tags } = (some[0] as AgeDecision).resource
    const deadline = clock.now() + SWEEP
    const handedOut = old
      .map(({ resource }) => resource)
      .filter((one) => one.region === region && taken.has(keyOf(one)))
    const effects = { clock, log, deadline, pause: 2, handedOut: handedOut.map(({ id }) => id) }
    const swept = await sweepRegion(ec2(region), tags[RUN_TAG] ?? '', effects)
    for (const { resource, why } of swept.left)
      for (const one of some)
        if (resource === undefined || resource.id === one.resource.id) left.set(keyOf(one.resource), why)
  }
  // Only what EC2 lists counts.
  const changed = [...new Set(going.map(({ resource }) => resource.region))]
  const gone = new Set(going.map(({ resource }) => keyOf(resource)).filter((key) => !left.has(key)))
  const stillTold = async () => {
    const found = await Promise.all(changed.map(async (region) => readLeftovers(await aws.ec2(region), region)))
    return found
      .flat()
      .map(keyOf)
      .filter((key) => gone.has(key))
  }
  const end = clock.now() + LAG
  let still = await stillTold()
  while (still.length > 0 && clock.now() < end) {
    await clock.sleep(LOOK)
    still = await stillTold()
  }
  for (const key of still) left.set(key, 'it is still there')
  return decisions.map((one) => {
    const why = left.get(keyOf(one.resource))
    return leftoverRow(one, why === undefined ? { done: true } : { done: false, why })
  })
}

/** Keeps everything, because a region where the runs may be active could not be read. */
const keptUnseen = (one: AgeDecision): AgeDecision =>
  one.action === 'keep'
    ? one
    : { ...one, action: 'keep', reason: `${one.reason}, but a region could not be read and may have a match` }
