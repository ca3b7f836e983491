import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pLimit, { type LimitFunction } from 'p-limit'
import { type BuildEffects, buildImage } from './build/build.js'
import { phase, type Run } from './context.js'
import { discard } from './gate/discard.js'
import { testImage } from './gate/gate.js'
import { levelOf } from './gate/variables.js'
import { duration } from './heartbeat.js'
import type { Account, BuildResult, Image, Planned, Tools } from './model.js'
import { copier } from './publish/copy.js'
import { redactor } from './redact.js'
import type { StateKeeper } from './state.js'

/** All that is ready before the first build. */
interface Prepared {
  readonly groups: readonly Group[]
  readonly tools: Tools
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
}

/**
 * Builds and tests all images, at most `parallel-builds` at once; each that passed is copied as soon as it did, while others still build.
 * One image's failure does not touch the others. Rejects only when the run was cancelled, or by a mistake of ours, and then
 * not before every build has ended.
 */
export async function buildAll(run: Run, { groups, ...prepared }: Prepared): Promise<BuildResult[]> {
  const counts = groups.map(({ plan }) => plan.images.length)
  const before = counts.map((_, at) => counts.slice(0, at).reduce((sum, count) => sum + count, 0))
  const limit = pLimit(groups[0]?.wanted.inputs.parallelBuilds ?? 1)
  const shared = { ...prepared, several: counts.reduce((sum, count) => sum + count, 0) > 1, limit }
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
  const { tools, account, state, several, limit } = shared
  const { effects, heart, signal } = run
  const copy = copier({ ec2: effects.ec2(account), clock: effects.clock, log: heart.log, signal })
  const settings = {
    runId: run.runId,
    root: effects.root,
    reportDirectory: run.reportDirectory,
    varFile,
    region: plan.region,
    tools,
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
  const gateEffects: BuildEffects = {
    ...buildEffects,
    during: (describe, work) => heart.during(describe, () => phase(run, 'gate', work)),
  }
  const level = levelOf(inputs)
  const gate = async (built: BuildResult, directory: string): Promise<BuildResult> => {
    const { image } = built
    const id = built.amis[plan.region]
    const system = inputs.operatingSystems[image.os]
    if (level === undefined || built.status !== 'built' || id === undefined || system === undefined) return built
    heart.log.info(`${image.key}: testing ${id} (${level})`)
    const start = effects.clock.now()
    const gateSettings = {
      ...settings,
      level,
      reboot: inputs.testReboot,
      selection: { focus: inputs.testFocus, skip: inputs.testSkip },
      timeout: inputs.testTimeout,
      built: JSON.parse(readFileSync(varFile, 'utf8')),
      ec2: effects.ec2(account)(plan.region),
    }
    const { test, failures, cancelled } = await testImage(image, id, system, directory, gateSettings, gateEffects)
    const phases = [...built.phases, { name: 'test', start, seconds: effects.clock.now() - start }]
    if (cancelled) return { ...built, status: 'cancelled', amis: {}, phases, test }
    if (failures.length === 0) return { ...built, phases, test }
    await discard({ image: image.key, ami: id, keep: inputs.keepFailed }, gateSettings.ec2, heart.log)
    return { ...built, status: 'failed', amis: {}, failures, phases, test }
  }
  return async (image, number) => {
    const directory = join(run.directory, String(number))
    const built = await limit(async () => {
      const made = await buildImage(image, directory, settings, buildEffects)
      return gate(made, join(run.directory, `${number}t`))
    })
    const id = built.amis[plan.region]
    if (built.status !== 'built' || id === undefined) {
      for (const failure of built.failures) heart.log.info(failure.message)
      return built
    }
    heart.log.info(`${image.key}: ${id} in ${plan.region}${plan.copyRegions.length > 0 ? ', copying it' : ''}`)
    const start = effects.clock.now()
    const { amis, failures } = await heart.during(
      () => `${image.key}: copying to ${plan.copyRegions.join(', ')} for ${duration(effects.clock.now() - start)}`,
      () =>
        phase(run, 'copy', () =>
          copy({
            image: image.key,
            runId: run.runId,
            sourceRegion: plan.region,
            sourceId: id,
            regions: plan.copyRegions,
            timeout: inputs.timeout * 60,
          }),
        ),
    )
    const copying = { name: 'copy', start, seconds: effects.clock.now() - start }
    const phases = plan.copyRegions.length === 0 ? built.phases : [...built.phases, copying]
    return failures.length === 0
      ? { ...built, amis, phases }
      : { ...built, status: 'failed', amis: {}, failures, phases }
  }
}
