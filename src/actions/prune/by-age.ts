/** What older, killed runs left: decided by the age of the run, pure. */
import { BUILT, FAILED, RUN_TAG, STATE_TAG } from '../../aws/ec2.js'
import type { Listed } from '../../aws/resources.js'
import { select } from '../../sweep/select.js'

/** When the build or the gate that made a thing began, as ISO 8601 in UTC. */
export const STARTED_TAG = 'k8s-image:started'
/** The run of those who call Packer themselves (packer/image, variable run_id). */
const BY_HAND = 'by-hand'

/** A resource that carries a run's tag, with its age if EC2 gives one. */
export interface Dated extends Listed {
  readonly region: string
}

/** What is to become of a thing, and why. */
export interface AgeDecision {
  readonly resource: Dated
  readonly action: 'keep' | 'remove'
  readonly reason: string
}

/**
 * Decides by run, not by thing: a run is as old as the youngest thing of it in any region, so that one that still goes on is left
 * alone whole, and what has no date shares that of its run. What says nothing about its age is kept.
 *
 * Published AMIs, and failed ones that are kept, are neither removed nor listed. An AMI that passed its test is not removed, unless EC2 could
 * not make it: only its mark tells it from what was handed out, so it is left to pruning, which warns before it takes an AMI.
 *
 * @param older seconds; a run is swept when it is older
 * @param now seconds since 1970
 * @param say how a time in seconds is written
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
    if (ages.length === 0) return keep(`unknown age of the run ${run} is`)
    const age = Math.min(...ages)
    if (age < older) return keep(`the run ${run} made something ${say(age)} ago`)
    // Per region: IDs are of one region.
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
 * Decisions without the AMIs that somebody has, and without their snapshots.
 *
 * @param taken why, by `keyOf` of the AMI
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

/** IDs are of one region. */
export const keyOf = ({ region, id }: Pick<Dated, 'region' | 'id'>): string => `${region} ${id}`

function birthsOf({ made, tags }: Dated): number[] {
  const started = Date.parse(tags[STARTED_TAG] ?? '') / 1000
  return [...(made === undefined ? [] : [made]), ...(Number.isNaN(started) ? [] : [started])]
}
