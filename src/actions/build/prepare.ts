import { duration } from '../../lib/duration.js'
import { secretsIn } from '../../lib/redact.js'
import { type Account, AWS } from '../../model/account.js'
import type { Wanted } from '../../model/inputs.js'
import type { Planned } from '../../model/plan.js'
import { jobInputs, planGroups } from '../../plan/groups.js'
import { writeLock } from '../../plan/lock-file.js'
import { checkWork, findWork, needsTools, type Works } from '../../publish/work.js'
import type { Tools } from '../../tools/tools.js'
import { phase, type Run } from './context.js'
import { preflightPlans, preflightRefused } from './preflight.js'
import { startRehearsal } from './rehearsal.js'
import type { StateKeeper } from './state.js'

/**
 * Tools on one side; on the other the account, where it is rehearsed, then the plan, and what earlier runs left of it. The first
 * failure ends both; so do tools end for which there is no work. `tools` is undefined then.
 */
export async function prepare(
  run: Run,
  wanted: readonly Wanted[],
  state: StateKeeper,
): Promise<{ account: Account; plans: readonly Planned[]; works: Works; tools: Tools | undefined }> {
  const { effects, heart } = run
  const inputs = jobInputs(wanted)
  const failed = new AbortController()
  const unneeded = new AbortController()
  const signal = AbortSignal.any([run.signal, failed.signal])
  const preparation = { log: heart.log, signal }
  const watched = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const start = effects.clock.now()
    const describe = () => `${name}: for ${duration(effects.clock.now() - start)}`
    return heart.during(describe, () => phase(run, name, work))
  }
  const account = async (): Promise<Account> => {
    if (inputs.rehearse === 'false') return AWS
    const rehearsed = await watched('rehearsal', () =>
      startRehearsal(inputs, {
        ...preparation,
        root: effects.root,
        directory: run.directory,
        env: effects.env,
        clock: effects.clock,
        onStart: (process, readyFile) =>
          state.change({ rehearsal: { process, readyFile, keep: inputs.rehearse === 'keep' } }),
      }),
    )
    const secrets = secretsIn(rehearsed.env)
    for (const secret of secrets) heart.log.mask(secret)
    run.secrets = [...run.secrets, ...secrets]
    return rehearsed
  }
  const planned = async () => {
    const found = await account()
    const ec2 = effects.ec2(found)
    const services = effects.services(found)
    const orPreflight = async (error: unknown): Promise<never> => {
      await preflightRefused(run, wanted, error, found)
      throw error
    }
    const plans = await watched('plan', () =>
      planGroups(wanted, (each) => effects.makePlan(each, run.runId, found, preparation)),
    ).catch(orPreflight)
    if (inputs.lock.mode === 'write') writeLock(inputs.lock, plans, heart.log)
    const works = await watched('look-up', () => findWork(plans, ec2, services, effects.clock.now())).catch(orPreflight)
    if (!needsTools(works)) unneeded.abort(new Error('there is nothing to build'))
    await watched('preflight', () => preflightPlans(run, plans, works, found))
    await checkWork(plans, works, ec2, services)
    return { account: found, plans, works }
  }
  const tools = async (): Promise<Tools | undefined> => {
    const until = AbortSignal.any([signal, unneeded.signal])
    try {
      return await watched('tools', () => effects.prepareTools(inputs, { ...preparation, signal: until }))
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
