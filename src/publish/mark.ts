import {
  type Ami,
  BUILT,
  type Ec2,
  type Ec2ByRegion,
  PUBLISHED_TAG,
  STATE_TAG,
  TESTED,
  TESTED_AT_TAG,
  TESTED_TAG,
  UNTESTED,
} from '../aws/ec2.js'
import { failureOf, UserError } from '../lib/errors.js'
import type { Level } from '../model/level.js'
import type { BuildResult, Failure } from '../model/result.js'
import { isWhole } from '../model/result.js'
import { outlast, type Pauses } from './outage.js'
import { GONE } from './wait.js'

/** What marking takes. */
export interface MarkEffects extends Pauses {
  readonly ec2: Ec2
}

/**
 * Marks an AMI and its snapshots as passed, so that no sweep deletes them. A handed-out AMI keeps its state. Without the mark, the work
 * of the run would be lost: it outlasts an outage, and an answer that lags.
 */
export async function markTested(id: string, level: Level, at: string, effects: MarkEffects): Promise<void> {
  const { ec2, clock, signal } = effects
  const look = () => outlast(() => ec2.ami(id), effects)
  let ami = await look()
  if (ami === undefined) {
    await clock.sleep(GONE, signal)
    ami = await look()
  }
  if (ami === undefined)
    throw new UserError('aws-failed', `the AMI ${id} in ${ec2.region} is gone`, 'run the job again')
  const marks = {
    [TESTED_TAG]: level,
    [TESTED_AT_TAG]: at,
    ...(ami.tags[STATE_TAG] === BUILT ? {} : { [STATE_TAG]: TESTED }),
  }
  const all = [id, ...ami.snapshots]
  await outlast(() => ec2.tag(all, marks), effects)
}

/** An image to hand out. */
export interface ToMark {
  readonly result: BuildResult
  /** Hash of the settings that its AMIs were published with. */
  readonly published: string
  /** The state that they return to if they cannot be handed out; `built` if others may use them already. */
  readonly before: string
}

/**
 * Marks the AMIs of published images and their snapshots as handed out, so that no sweep deletes them: two calls per region.
 *
 * An image counts only if its AMIs are marked in all regions. Otherwise it fails, and the action removes its marks as far as possible.
 * So the mark always comes before publishing.
 */
export async function markBuilt(all: readonly ToMark[], ec2: Ec2ByRegion): Promise<BuildResult[]> {
  const todo = all.filter(({ result }) => isWhole(result) && Object.keys(result.amis).length > 0)
  const regions = [...new Set(todo.flatMap(({ result }) => Object.keys(result.amis)))]
  const problems = new Map<BuildResult, Failure[]>()
  const fail = ({ result }: ToMark, error: UserError) =>
    problems.set(result, [...(problems.get(result) ?? []), failureOf(result.image.key, error)])
  const marked = await Promise.all(
    regions.map((region) =>
      markRegion(
        todo.filter(({ result }) => region in result.amis),
        ec2(region),
        fail,
      ),
    ),
  )
  const known = new Map(marked.flat())
  const failed = todo.filter(({ result }) => problems.has(result))
  await Promise.all(failed.map((each) => takeBack(each, known, ec2)))
  return all.map(({ result, before }) => {
    const failures = problems.get(result)
    if (failures === undefined) return result
    const lost = { status: 'failed', message: 'not kept: it was not tested, and could not be published' } as const
    const regions = before === UNTESTED ? Object.keys(result.amis).map((at) => [at, lost] as const) : []
    return {
      ...result,
      status: 'failed',
      amis: {},
      regions: { ...result.regions, ...Object.fromEntries(regions) },
      failures: [...result.failures, ...failures],
    }
  })
}

/** Marks the AMIs of one region. Returns those that EC2 listed, by ID. */
async function markRegion(
  here: readonly ToMark[],
  ec2: Ec2,
  fail: (image: ToMark, error: UserError) => void,
): Promise<readonly (readonly [string, Ami])[]> {
  const idOf = ({ result }: ToMark) => result.amis[ec2.region] ?? ''
  const amis = await orError(() => ec2.amis(here.map(idOf)))
  if (amis instanceof UserError) {
    for (const image of here) fail(image, amis)
    return []
  }
  const known = new Map(amis.map((ami) => [ami.id, ami]))
  const good = here.filter((image) => {
    const state = known.get(idOf(image))?.state
    if (state === 'available') return true
    const what = `the AMI ${idOf(image)} in ${ec2.region} is not available (${state ?? 'it is gone'})`
    fail(image, new UserError('aws-failed', what, 'run the job again'))
    return false
  })
  const mark = (images: readonly ToMark[], published: string) =>
    orError(() =>
      ec2.tag(
        images.flatMap((image) => withSnapshots(known.get(idOf(image)))),
        { [STATE_TAG]: BUILT, [PUBLISHED_TAG]: published },
      ),
    )
  for (const published of new Set(good.map((image) => image.published))) {
    const same = good.filter((image) => image.published === published)
    if (!((await mark(same, published)) instanceof UserError)) continue
    // One AMI that cannot be marked must not affect the others.
    for (const image of same) {
      const error = await mark([image], published)
      if (error instanceof UserError) fail(image, error)
    }
  }
  return [...known]
}

async function orError<T>(work: () => Promise<T>): Promise<T | UserError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
}

const withSnapshots = (ami: Ami | undefined) => (ami === undefined ? [] : [ami.id, ...ami.snapshots])

/** Marks the snapshots, too, so that the sweep spares them. An AMI that another run published meanwhile stays published. */
async function takeBack({ result, before }: ToMark, known: ReadonlyMap<string, Ami>, ec2: Ec2ByRegion): Promise<void> {
  if (before === BUILT || Object.values(result.amis).some((id) => known.get(id)?.tags[STATE_TAG] === BUILT)) return
  const tags = { [STATE_TAG]: before, [PUBLISHED_TAG]: '' }
  await Promise.allSettled(
    Object.entries(result.amis).map(([region, id]) => ec2(region).tag([id, ...(known.get(id)?.snapshots ?? [])], tags)),
  )
}
