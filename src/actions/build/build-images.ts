import { join } from 'node:path'
import pLimit, { type LimitFunction } from 'p-limit'
import type { Ec2ByRegion } from '../../aws/ec2.js'
import { duration } from '../../lib/duration.js'
import { redactor } from '../../lib/redact.js'
import type { Account } from '../../model/account.js'
import type { Image, Planned } from '../../model/plan.js'
import type { BuildResult } from '../../model/result.js'
import { isWhole } from '../../model/result.js'
import { type BuildEffects, buildImage } from '../../packer/build.js'
import type { Work } from '../../publish/existing.js'
import { type Published, type PublishOrder, publisher } from '../../publish/publish.js'
import { type WaitFor, waiter } from '../../publish/wait.js'
import { adopt, existingResult, type Works } from '../../publish/work.js'
import type { Tools } from '../../tools/tools.js'
import { phase, type Run } from './context.js'
import type { StateKeeper } from './state.js'
import { gateStep } from './test-image.js'

/** All that is ready before the first build. */
interface Prepared {
  readonly groups: readonly Group[]
  /** What is to be done for each image. */
  readonly works: Works
  /** Absent when nothing is built or tested. */
  readonly tools: Tools | undefined
  readonly account: Account
  readonly state: StateKeeper
}

/** Images that share their settings, and the file of template variables that holds these. */
interface Group extends Planned {
  readonly varFile: string
}

/** What all groups share. */
interface Shared extends Omit<Prepared, 'groups'> {
  /** Whether there is more than one image in all. */
  readonly several: boolean
  readonly limit: LimitFunction
  readonly ec2: Ec2ByRegion
  readonly wait: WaitFor
  readonly publish: (order: PublishOrder) => Promise<Published>
}

/**
 * Builds and tests all images, at most `parallel-builds` at once; each that passed is copied as soon as it did, while others still build.
 * One image's failure does not touch the others. Rejects only when the run was cancelled, or by a mistake of ours, and then
 * not before every build has ended.
 */
export async function buildAll(run: Run, { groups, ...prepared }: Prepared): Promise<BuildResult[]> {
  const counts = groups.map(({ plan }) => plan.images.length)
  const before = counts.map((_, at) => counts.slice(0, at).reduce((sum, count) => sum + count, 0))
  const inputs = groups.map(({ wanted }) => wanted.inputs)
  const limit = pLimit(inputs[0]?.parallelBuilds ?? 1)
  const { effects, heart, signal } = run
  const ec2 = effects.ec2(prepared.account)
  const maxCopies = Math.max(1, ...inputs.map(({ publish }) => publish.maxCopies))
  const wait = waiter({ ec2, clock: effects.clock, signal })
  const publish = publisher({ ec2, clock: effects.clock, log: heart.log, signal, wait }, maxCopies)
  const shared = { ...prepared, several: counts.reduce((sum, count) => sum + count, 0) > 1, limit, ec2, wait, publish }
  const endings = await Promise.allSettled(
    groups.flatMap((group, at) => {
      const build = builder(run, group, shared)
      return group.plan.images.map((image, index) => build(image, (before[at] ?? 0) + index + 1))
    }),
  )
  run.signal.throwIfAborted()
  return endings.map((ending) => {
    if (ending.status === 'rejected') throw ending.reason
    return ending.value
  })
}

/** Gives what builds one image of a group; `number` tells it from all others of the run. */
function builder(run: Run, group: Group, shared: Shared): (image: Image, number: number) => Promise<BuildResult> {
  const {
    plan,
    varFile,
    wanted: { inputs },
  } = group
  const { works, account, state, several, limit, ec2, wait, publish } = shared
  const { effects, heart, signal } = run
  const settings = {
    runId: run.runId,
    root: effects.root,
    reportDirectory: run.reportDirectory,
    varFile,
    region: plan.region,
    ec2: ec2(plan.region),
    tools: shared.tools ?? { packer: '', pluginDirectory: '', ansiblePlaybook: '', bytesFetched: 0, seconds: 0 },
    account,
    env: effects.env,
    timeout: inputs.timeout,
    several,
    newRedactor: () => redactor(run.secrets),
  }
  const buildEffects: BuildEffects = {
    log: heart.log,
    clock: effects.clock,
    signal,
    during: (describe, work) => heart.during(describe, () => phase(run, 'packer', work)),
    onStart: (id) => state.change({ packers: [...state.get().packers, id] }),
  }
  const gate = gateStep({
    inputs,
    settings,
    wait,
    effects: { ...buildEffects, during: (describe, work) => heart.during(describe, () => phase(run, 'gate', work)) },
  })
  /** Builds and tests as far as that is not done yet. */
  const made = (image: Image, work: Work, directory: string): Promise<BuildResult> | BuildResult => {
    if (work.kind === 'build')
      return limit(async () => gate(await buildImage(image, directory, settings, buildEffects), `${directory}t`))
    const existing = existingResult(image, plan.region, work)
    return work.kind === 'gate' ? limit(() => gate(existing, `${directory}t`, work)) : existing
  }
  return async (image, number) => {
    const found = works.get(image.key) ?? { kind: 'build' }
    if (found.kind === 'nothing') return existingResult(image, plan.region, found)
    if (found.kind !== 'build') state.change({ published: true })
    const work = found.kind === 'build' ? found : await adopt(found, plan.region, run.runId, ec2)
    const done = await made(image, work, join(run.directory, String(number)))
    const id = done.amis[plan.region]
    if (!isWhole(done) || id === undefined) {
      for (const failure of done.failures) heart.log.info(failure.message)
      return done
    }
    heart.log.info(`${image.key}: ${id} in ${plan.region}${plan.copyRegions.length > 0 ? ', publishing it' : ''}`)
    const start = effects.clock.now()
    const published = await heart.during(
      () => `${image.key}: publishing to ${plan.copyRegions.join(', ')} for ${duration(effects.clock.now() - start)}`,
      () =>
        phase(run, 'copy', () =>
          publish({
            image: image.key,
            runId: run.runId,
            home: plan.region,
            source: id,
            regions: plan.copyRegions,
            ...(work.kind === 'build' ? {} : { left: work }),
            settings: inputs.publish,
            tags: inputs.tags,
            timeout: inputs.timeout * 60,
          }),
        ),
    )
    const copying = { name: 'copy', start, seconds: effects.clock.now() - start }
    const phases = plan.copyRegions.length === 0 ? done.phases : [...done.phases, copying]
    return publishedResult({ ...done, phases }, published)
  }
}

/** Whole only when every region is ready. What is ready stays if it passed a test; the sweep takes it otherwise. */
function publishedResult(done: BuildResult, { regions, failures }: Published): BuildResult {
  const amis = Object.fromEntries(Object.entries(regions).flatMap(([region, { ami }]) => (ami ? [[region, ami]] : [])))
  if (failures.length === 0) return { ...done, amis, regions }
  const lost = { status: 'failed', message: 'not kept, since it was not tested and another region failed' } as const
  const kept = done.test?.passed
    ? regions
    : Object.fromEntries(Object.entries(regions).map(([at, told]) => [at, told.ami === undefined ? told : lost]))
  return { ...done, status: 'failed', amis: {}, regions: kept, failures }
}
