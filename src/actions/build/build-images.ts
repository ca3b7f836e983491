import { join } from 'node:path'
import pLimit from 'p-limit'
import { duration } from '../../lib/duration.js'
import { failureOf, UserError } from '../../lib/errors.js'
import type { Account } from '../../model/account.js'
import { type BuildResult, isWhole } from '../../model/result.js'
import type { ExistingAmis } from '../../publish/existing.js'
import { publisher } from '../../publish/publish.js'
import { publishedResult } from '../../publish/published.js'
import { adopt, existingResult } from '../../publish/resume.js'
import type { EndedTask, ImageTask } from '../../publish/task.js'
import { waiter } from '../../publish/wait.js'
import { type BuiltImage, buildAndTest, failed, testExisting } from './build-and-test.js'
import { type Job, phase } from './job.js'
import { publishOrder } from './publish-order.js'
import type { ReadyTask } from './ready-task.js'
import type { Shared } from './shared.js'
import type { StateKeeper } from './state.js'

/**
 * Builds and tests all images, at most `parallel-builds` at once. Each is published as soon as it passes, while others still build.
 * A failed image does not affect the others. Rejects only if the run was cancelled, and for bugs, and only after every build has ended.
 */
export async function buildImages(
  job: Job,
  tasks: readonly ReadyTask[],
  account: Account,
  state: StateKeeper,
): Promise<readonly EndedTask[]> {
  const { effects, log, signal } = job
  const { clock } = effects
  const ec2 = effects.ec2(account)
  const maxCopies = Math.max(1, ...tasks.map(({ inputs }) => inputs.publish.maxCopies))
  const wait = waiter({ ec2, clock, signal })
  const shared: Shared = {
    job,
    account,
    state,
    several: tasks.length > 1,
    limit: pLimit(tasks[0]?.inputs.parallelBuilds ?? 1),
    ec2,
    wait,
    publisher: publisher({ ec2, clock, log, signal, wait }, maxCopies),
  }
  const endings = await Promise.allSettled(
    tasks.map(async (task, at) => {
      const directory = join(job.directory, String(at + 1))
      return { ...task, result: await takeThrough(task, directory, shared) }
    }),
  )
  signal.throwIfAborted()
  return endings.map((ending) => {
    if (ending.status === 'rejected') throw ending.reason
    return ending.value
  })
}

/** Builds, tests and publishes one image, except for the steps that an earlier run finished. */
async function takeThrough(task: ReadyTask, directory: string, shared: Shared): Promise<BuildResult> {
  const { image, plan, action } = task
  const { job, limit, state, ec2 } = shared
  if (action.kind === 'nothing') return existingResult(image, plan.region, action)
  if ('kit' in task && action.kind === 'build')
    return publish(task, await limit(() => buildAndTest(task, directory, shared)), shared)
  if (action.kind === 'build') throw new Error(`${image.key}: a build without its kit`)
  state.change({ published: true })
  const now = new Date(job.effects.clock.now() * 1000).toISOString()
  let existing: ExistingAmis
  try {
    existing = await adopt(action, plan.region, job.runId, now, ec2)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return failed({ ...existingResult(image, plan.region, action), regions: {} }, failureOf(image.key, error))
  }
  const tested =
    'kit' in task
      ? await limit(() => testExisting(task, existing, directory, shared))
      : { result: existingResult(image, plan.region, existing) }
  return publish(task, tested, shared, existing)
}

/** Publishes an image that passed. For others, logs the reason only. */
async function publish(
  task: ImageTask,
  { result: done, copies }: BuiltImage,
  shared: Shared,
  existing?: ExistingAmis,
): Promise<BuildResult> {
  const { image, plan } = task
  const { job, publisher } = shared
  const { log, effects } = job
  const id = done.amis[plan.region]
  if (!isWhole(done) || id === undefined) {
    for (const failure of done.failures) log.info(failure.message)
    return done
  }
  log.info(`${image.key}: ${id} in ${plan.region}${plan.copyRegions.length > 0 ? ', publishing it' : ''}`)
  const start = effects.clock.now()
  const seconds = () => effects.clock.now() - start
  const order = publishOrder(task, id, shared, existing, done.test)
  const published = await job.during(
    () => `${image.key}: publishing to ${[plan.region, ...plan.copyRegions].join(', ')} for ${duration(seconds())}`,
    () => phase(job, 'copy', () => publisher.publish(order, copies)),
  )
  const copying = { name: 'copy', start, seconds: seconds() }
  const phases = plan.copyRegions.length === 0 ? done.phases : [...done.phases, copying]
  return publishedResult({ ...done, phases }, published)
}
