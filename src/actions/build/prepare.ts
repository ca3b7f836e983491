import { UserError, UserErrors } from '../../lib/errors.js'
import { secretsIn } from '../../lib/redact.js'
import { type Account, AWS } from '../../model/account.js'
import type { Wanted } from '../../model/inputs.js'
import type { Planned } from '../../model/plan.js'
import type { Arch } from '../../model/system.js'
import { sharedReads } from '../../plan/facts.js'
import { jobInputs, planGroups } from '../../plan/groups.js'
import { writeLock } from '../../plan/lock-file.js'
import { checkPrograms } from '../../preflight/programs.js'
import type { ImageTask } from '../../publish/task.js'
import { checkTasks, findTasks, needsTools } from '../../publish/tasks.js'
import { runnerArch } from '../../tools/platform.js'
import type { Tools } from '../../tools/tools.js'
import { type Job, watched } from './job.js'
import { preflightRefused, preflightTasks } from './preflight.js'
import { startRehearsal } from './rehearsal.js'
import type { StateKeeper } from './state.js'

/**
 * Flatcar has no Python, so it gets the runner's (packer/python/bring.sh).
 *
 * @throws UserErrors for images of Flatcar that this runner cannot build or test
 */
export function checkPython(tasks: readonly ImageTask[], runner: Arch): void {
  const foreign = tasks.filter(
    ({ action, image }) =>
      (action.kind === 'build' || action.kind === 'gate') && image.system.family === 'flatcar' && image.arch !== runner,
  )
  if (foreign.length === 0) return
  throw new UserErrors(
    foreign.map(
      ({ image: { key, arch } }) =>
        new UserError(
          'runner',
          `${key}: Flatcar has no Python, and that of an ${runner} runner does not run on it`,
          `use a runner for ${arch}, such as ${arch === 'arm64' ? 'ubuntu-24.04-arm' : 'ubuntu-24.04'}`,
        ),
    ),
  )
}

/**
 * Prepares the tools beside the account (if it is rehearsed), the plan and the look-up. The first failure ends both sides.
 * Without work, the tools end early and are undefined.
 */
export async function prepare(
  job: Job,
  wanted: readonly Wanted[],
  state: StateKeeper,
): Promise<{
  account: Account
  plans: readonly Planned[]
  tasks: readonly ImageTask[]
  tools: Tools | undefined
}> {
  const { effects, log } = job
  const inputs = jobInputs(wanted)
  const failed = new AbortController()
  const unneeded = new AbortController()
  const signal = AbortSignal.any([job.signal, failed.signal])
  const preparation = { log, signal }
  const account = async (): Promise<Account> => {
    if (inputs.rehearse === 'false') return AWS
    const rehearsed = await watched(job, 'rehearsal', () =>
      startRehearsal(inputs, {
        ...preparation,
        root: effects.root,
        directory: job.directory,
        env: effects.env,
        clock: effects.clock,
        onStart: (process, readyFile) =>
          state.change({ rehearsal: { process, readyFile, keep: inputs.rehearse === 'keep' } }),
      }),
    )
    const secrets = secretsIn(rehearsed.env)
    for (const secret of secrets) log.mask(secret)
    job.secrets = [...job.secrets, ...secrets]
    return rehearsed
  }
  const planned = async () => {
    const found = await account()
    const ec2 = effects.ec2(found)
    const services = effects.services(found)
    const orPreflight = async (error: unknown): Promise<never> => {
      await preflightRefused(job, wanted, error, found)
      throw error
    }
    const shared = sharedReads()
    const plans = await watched(job, 'plan', () =>
      planGroups(wanted, (each) => effects.makePlan(each, job.runId, found, { ...preparation, shared })),
    ).catch(orPreflight)
    if (inputs.lock.mode === 'write') writeLock(inputs.lock, plans, log)
    const tasks = await watched(job, 'look-up', () => findTasks(plans, ec2, services, effects.clock.now())).catch(
      orPreflight,
    )
    checkPython(tasks, runnerArch(effects.machine))
    if (!tasks.some(needsTools)) unneeded.abort(new Error('there is nothing to build'))
    await watched(job, 'preflight', () => preflightTasks(job, tasks, found))
    await checkTasks(tasks, ec2, services)
    return { account: found, plans, tasks }
  }
  const tools = async (): Promise<Tools | undefined> => {
    const until = AbortSignal.any([signal, unneeded.signal])
    try {
      return await watched(job, 'tools', async () => {
        await checkPrograms(effects.exec)
        return effects.prepareTools(inputs, { ...preparation, signal: until })
      })
    } catch (error) {
      if (unneeded.signal.aborted && !signal.aborted) return undefined
      throw error
    }
  }
  const stopOther = (error: unknown) => {
    failed.abort(error)
    throw error
  }
  const both = [planned().catch(stopOther), tools().catch(stopOther)] as const
  await Promise.allSettled(both)
  failed.signal.throwIfAborted()
  const [first, second] = await Promise.all(both)
  return { ...first, tools: second }
}
