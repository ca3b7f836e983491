/** Sweeps the leftovers of killed runs, by the age of the run. */
import { RUN_TAG } from '../../aws/ec2.js'
import { LAG } from '../../aws/lag.js'
import { UserError } from '../../lib/errors.js'
import { sweepRegion } from '../../sweep/sweep.js'
import { type AgeDecision, type Dated, decideByAge, keyOf, spare } from './by-age.js'
import { days } from './decide.js'
import type { PruneEffects } from './effects.js'
import type { PruneInputs } from './inputs.js'
import { readLeftovers } from './leftovers.js'
import { leftoverRow, type Row } from './report.js'
import { readTaken } from './taken.js'

/** Seconds to sweep one run's leftovers in one region. */
const SWEEP = 240
/** Seconds between checks that deleted resources are gone, while describes may lag. */
const LOOK = 5

/** Sweeps leftovers of killed runs. If any region cannot be read, everything stays: a run may be active there. */
export async function sweepOld(
  older: number,
  inputs: PruneInputs,
  regions: readonly string[],
  inEach: <T>(work: (region: string) => Promise<T>) => Promise<T[]>,
  effects: PruneEffects,
): Promise<Row[]> {
  const { aws, ec2, clock, log } = effects
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
    const sweeping = { clock, log, deadline, pause: 2, handedOut: handedOut.map(({ id }) => id) }
    const swept = await sweepRegion(ec2(region), tags[RUN_TAG] ?? '', sweeping)
    for (const { resource, why } of swept.left)
      for (const one of some)
        if (resource === undefined || resource.id === one.resource.id) left.set(keyOf(one.resource), why)
  }
  // Only what EC2 lists counts.
  for (const [key, why] of await unconfirmed(going, left, effects)) left.set(key, why)
  return decisions.map((one) => {
    const why = left.get(keyOf(one.resource))
    return leftoverRow(one, why === undefined ? { done: true } : { done: false, why })
  })
}

/** Why deleted resources do not count as gone, by key: EC2 still lists them, or gave no answer. Waits as long as describes may lag. */
async function unconfirmed(
  going: readonly AgeDecision[],
  left: ReadonlyMap<string, string>,
  { aws, clock }: PruneEffects,
): Promise<readonly (readonly [string, string])[]> {
  const resources = going.map(({ resource }) => resource).filter((one) => !left.has(keyOf(one)))
  const regions = Map.groupBy(resources, ({ region }) => region)
  const look = async (region: string, gone: readonly Dated[]) => {
    const reasons = (some: readonly Dated[], why: string) => some.map((one) => [keyOf(one), why] as const)
    try {
      const told = new Set((await readLeftovers(await aws.ec2(region), region)).map(keyOf))
      return reasons(
        gone.filter((one) => told.has(keyOf(one))),
        'it is still there',
      )
    } catch (error) {
      // The report must show what was deleted, even if the check fails.
      if (!(error instanceof UserError)) throw error
      return reasons(gone, `its deletion could not be checked: ${error.message}`)
    }
  }
  for (const end = clock.now() + LAG; ; await clock.sleep(LOOK)) {
    const still = (await Promise.all([...regions].map(([region, gone]) => look(region, gone)))).flat()
    if (still.length === 0 || clock.now() >= end) return still
  }
}

/** Keeps everything, because a region where the runs may be active could not be read. */
const keptUnseen = (one: AgeDecision): AgeDecision =>
  one.action === 'keep'
    ? one
    : { ...one, action: 'keep', reason: `${one.reason}, but a region could not be read and may have a match` }
