/** One prune: read, decide, act, report. */
import pLimit from 'p-limit'
import { UserError } from '../../lib/errors.js'
import { suggest } from '../../lib/nearest.js'
import { carryOut, type Outcome, type OwnSnapshot, orphans, readSnapshots, removeSnapshot } from './act.js'
import { type Decision, decide, type Prunable, type Sharing, type Usage } from './decide.js'
import type { PruneEffects } from './effects.js'
import { readAmis, readSharing } from './images.js'
import type { PruneInputs } from './inputs.js'
import { amiRow, type PruneReport, type Row, snapshotRow } from './report.js'
import { sweepOld } from './sweep-old.js'
import { readUsage } from './usage.js'

/** Concurrent regions, and concurrent AMIs in a region. */
const REGIONS_AT_ONCE = 6
const AMIS_AT_ONCE = 4

/** Prunes and returns a report, which names the regions that could not be read. */
export async function prune(inputs: PruneInputs, effects: PruneEffects): Promise<PruneReport> {
  const regions = inputs.regions === 'all' ? await effects.ec2(inputs.home).enabledRegions() : inputs.regions
  const limit = pLimit(REGIONS_AT_ONCE)
  const unread = new Map<string, string>()
  const inEach = async <T>(work: (region: string) => Promise<T>): Promise<T[]> => {
    const done = regions.map((region) =>
      limit(async () => {
        try {
          return [await work(region)]
        } catch (error) {
          if (!(error instanceof UserError)) throw error
          unread.set(region, `${error.message}${await meant(region, regions, effects)}`)
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
    unread: [...unread].map(([region, why]) => ({ region, why })),
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
