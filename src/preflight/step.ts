/** The preflight of a run. Its parts are loaded when it is made: a run that has nothing to build needs none of them. */
import { isRefused } from '../aws/errors.js'
import type { Run } from '../context.js'
import { UserErrors } from '../errors.js'
import type { Account, Planned, Wanted } from '../model.js'
import type { PreflightGroup } from './preflight.js'

/** @throws MissingPermissions when the credentials may not do what the plans need */
export async function preflightPlans(run: Run, plans: readonly Planned[], account: Account): Promise<void> {
  const groups = plans.flatMap(({ wanted: { inputs }, plan }): PreflightGroup[] =>
    !inputs.preflight || plan.images.length === 0
      ? []
      : [
          {
            inputs,
            region: plan.region,
            copyRegions: plan.copyRegions,
            ami: plan.images[0]?.baseAmi.id,
            instanceTypes: plan.images.map(({ system }) => inputs.instanceType ?? system.instanceType),
          },
        ],
  )
  await preflightGroups(run, groups, plans[0]?.wanted.inputs.parallelBuilds ?? 1, account)
}

/**
 * Where the plan itself was refused: looks for all else that is missing, so that it is told at once.
 *
 * @throws MissingPermissions
 */
export async function preflightRefused(
  run: Run,
  wanted: readonly Wanted[],
  error: unknown,
  account: Account,
): Promise<void> {
  const errors = error instanceof UserErrors ? error.errors : [error]
  if (!errors.some((each) => isRefused(each))) return
  const groups = wanted.flatMap(({ inputs }): PreflightGroup[] => {
    const { region, amiRegions } = inputs
    const copyRegions = amiRegions === 'all' ? [] : amiRegions.filter((each) => each !== region)
    return inputs.preflight ? [{ inputs, region, copyRegions, ami: undefined, instanceTypes: [] }] : []
  })
  await preflightGroups(run, groups, 1, account)
}

async function preflightGroups(
  run: Run,
  groups: readonly PreflightGroup[],
  parallel: number,
  account: Account,
): Promise<void> {
  if (groups.length === 0) return
  const { effects, heart, runId, reportDirectory } = run
  const { preflight } = await import('./preflight.js')
  await preflight(
    { groups, parallel, runId, reportDirectory },
    { calls: effects.calls(account), clock: effects.clock, log: heart.log },
  )
}
