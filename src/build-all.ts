import { join } from 'node:path'
import pLimit from 'p-limit'
import { type BuildEffects, buildImage } from './build/build.js'
import { phase, type Run } from './context.js'
import { duration } from './heartbeat.js'
import type { Account, BuildResult, Image, Inputs, Plan, Tools } from './model.js'
import { copier } from './publish/copy.js'
import { redactor } from './redact.js'
import type { StateKeeper } from './state.js'

/** All that is ready before the first build. */
interface Prepared {
  readonly inputs: Inputs
  readonly plan: Plan
  readonly tools: Tools
  readonly account: Account
  readonly varFile: string
  readonly state: StateKeeper
}

/**
 * Builds all images, at most `parallel-builds` at once; each is copied as soon as it is there, while others still build.
 * One image's failure does not touch the others. Rejects only when the run was cancelled, or by a mistake of ours, and then
 * not before every build has ended.
 */
export async function buildAll(run: Run, prepared: Prepared): Promise<BuildResult[]> {
  const { inputs, plan, tools, account, varFile, state } = prepared
  const { effects, heart, signal } = run
  const several = plan.images.length > 1
  const limit = pLimit(inputs.parallelBuilds)
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
  const one = async (image: Image, at: number): Promise<BuildResult> => {
    const directory = join(run.directory, String(at + 1))
    const built = await limit(() => buildImage(image, directory, settings, buildEffects))
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
  const endings = await Promise.allSettled(plan.images.map(one))
  signal.throwIfAborted()
  return endings.map((ending) => {
    if (ending.status === 'rejected') throw ending.reason
    return ending.value
  })
}
