/** The preflight of a run. Its parts are loaded when it is made: a run that has nothing to build needs none of them. */
import { isRefused } from '../../aws/errors.js'
import { UserErrors } from '../../lib/errors.js'
import type { Account } from '../../model/account.js'
import type { Wanted } from '../../model/inputs.js'
import type { Planned } from '../../model/plan.js'
import type { PreflightGroup } from '../../preflight/preflight.js'
import type { Works } from '../../publish/work.js'
import type { Run } from './context.js'

/**
 * For what is to be built; an image that is only to be tested or published costs nothing when it is refused.
 *
 * @throws MissingPermissions when the credentials may not do what the plans need
 */
export async function preflightPlans(
  run: Run,
  plans: readonly Planned[],
  works: Works,
  account: Account,
): Promise<void> {
  const groups = plans.flatMap(({ wanted: { inputs }, plan }): PreflightGroup[] => {
    const images = plan.images.filter(({ key }) => works.get(key)?.kind === 'build')
    const instanceTypes = images.map(({ system }) => inputs.instanceType ?? system.instanceType)
    const [first] = images
    if (!inputs.preflight || first === undefined) return []
    return [{ inputs, region: plan.region, copyRegions: plan.copyRegions, ami: first.baseAmi.id, instanceTypes }]
  })
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
  const { preflight } = await import('../../preflight/preflight.js')
  await preflight(
    { groups, parallel, runId, reportDirectory },
    { calls: effects.calls(account), clock: effects.clock, log: heart.log },
  )
}
