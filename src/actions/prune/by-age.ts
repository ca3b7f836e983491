/** Decides on leftovers of killed runs by the age of the run. Pure. */
import { BUILT, FAILED, RUN_TAG, STARTED_TAG, STATE_TAG } from '../../aws/ec2.js'
import type { Listed } from '../../aws/resources.js'
import { select } from '../../sweep/select.js'

/** The run ID of people who call Packer themselves (packer/image, variable run_id). */
const BY_HAND = 'by-hand'

/** A resource with a run's tag, and its age if EC2 has one. */
export interface Dated extends Listed {
  readonly region: string
}

export interface AgeDecision {
  readonly resource: Dated
  readonly action: 'keep' | 'remove'
  readonly reason: string
}

/**
 * Decides by run: a run is as old as its youngest resource in any region. So a run that is still active is left alone as a whole, and
 * resources without a date share that of their run. Runs of unknown age are kept.
 *
 * Published AMIs, and failed ones that are kept, are neither removed nor listed. An AMI that passed its test is not removed, unless EC2
 * could not create it. Only a tag distinguishes it from published ones, so it is left to pruning, which deprecates AMIs first.
 *
 * @param older seconds; older runs are swept
 * @param now seconds since 1970
 * @param say formats a time in seconds
 */
export function decideByAge(
  resources: readonly Dated[],
  older: number,
  now: number,
  say: (seconds: number) => string,
): AgeDecision[] {
  const runs = Map.groupBy(resources, ({ tags }) => tags[RUN_TAG] ?? '')
  return [...runs].flatMap(([run, things]) => {
    const stays = things.filter(({ tags }) => [BUILT, FAILED].includes(tags[STATE_TAG] ?? ''))
    const left = things.filter((thing) => !stays.includes(thing))
    const keep = (reason: string) => left.map((resource): AgeDecision => ({ resource, action: 'keep', reason }))
    if (run === '') return []
    if (run === BY_HAND) return keep('made by hand')
    const ages = things.flatMap((thing) => birthsOf(thing)).map((made) => now - made)
    if (ages.length === 0) return keep(`the age of the run ${run} is unknown`)
    const age = Math.min(...ages)
    if (age < older) return keep(`the run ${run} made something ${say(age)} ago`)
    // Per region, since IDs are unique in a region only.
    const going = new Set(
      [...Map.groupBy(things, ({ region }) => region).values()].flatMap((some) =>
        select(some).remove.map(({ id }) => id),
      ),
    )
    return left
      .filter(({ id }) => going.has(id))
      .map((resource) => ({ resource, action: 'remove', reason: `left by the run ${run}, ${say(age)} ago` }))
  })
}

/**
 * Keeps AMIs that are in use, and their snapshots.
 *
 * @param taken the reasons, by `keyOf` of the AMI
 */
export function spare(decisions: readonly AgeDecision[], taken: ReadonlyMap<string, string>): AgeDecision[] {
  const why = new Map(taken)
  for (const { resource } of decisions) {
    const reason = taken.get(keyOf(resource))
    for (const id of reason === undefined ? [] : (resource.snapshots ?? []))
      why.set(keyOf({ ...resource, id }), `of ${resource.id}, which stays: ${reason}`)
  }
  return decisions.map((decision) => {
    const reason = why.get(keyOf(decision.resource))
    return reason === undefined ? decision : { ...decision, action: 'keep', reason }
  })
}

/** A key for resources of all regions, since IDs are unique in a region only. */
export const keyOf = ({ region, id }: Pick<Dated, 'region' | 'id'>): string => `${region} ${id}`

function birthsOf({ made, tags }: Dated): number[] {
  const started = Date.parse(tags[STARTED_TAG] ?? '') / 1000
  return [...(made === undefined ? [] : [made]), ...(Number.isNaN(started) ? [] : [started])]
}
