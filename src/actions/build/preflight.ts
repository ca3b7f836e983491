/** The preflight of a run. Its parts load only if there is something to build. */
import { isRefused } from '../../aws/errors.js'
import { UserErrors } from '../../lib/errors.js'
import type { Account } from '../../model/account.js'
import type { Wanted } from '../../model/inputs.js'
import type { PreflightGroup } from '../../preflight/preflight.js'
import type { ImageTask } from '../../publish/task.js'
import type { Job } from './job.js'

/**
 * Only for images to build: a refused test or publication costs nothing.
 *
 * @throws MissingPermissions when the credentials do not allow what the plans need
 */
export async function preflightTasks(job: Job, tasks: readonly ImageTask[], account: Account): Promise<void> {
  const built = tasks.filter(({ action, inputs }) => action.kind === 'build' && inputs.preflight)
  const groups = [...new Set(built.map(({ plan }) => plan))].flatMap((plan): PreflightGroup[] => {
    const own = built.filter((task) => task.plan === plan)
    const [first] = own
    if (first === undefined) return []
    const instanceTypes = own.map(({ image, inputs }) => inputs.instanceType ?? image.system.instanceType)
    const { region, copyRegions } = plan
    const bases = own.map(({ image }) => ({ os: image.os, ...image.system }))
    return [{ inputs: { ...first.inputs, bases }, region, copyRegions, image: first.image, instanceTypes }]
  })
  await preflightGroups(job, groups, tasks[0]?.inputs.parallelBuilds ?? 1, account)
}

/**
 * After a refused plan, looks for all other missing permissions, so that one error names everything.
 *
 * @throws MissingPermissions
 */
export async function preflightRefused(
  job: Job,
  wanted: readonly Wanted[],
  error: unknown,
  account: Account,
): Promise<void> {
  const errors = error instanceof UserErrors ? error.errors : [error]
  if (!errors.some((each) => isRefused(each))) return
  const groups = wanted.flatMap(({ inputs }): PreflightGroup[] => {
    const { region, amiRegions } = inputs
    const copyRegions = amiRegions === 'all' ? [] : amiRegions.filter((each) => each !== region)
    return inputs.preflight ? [{ inputs, region, copyRegions, image: undefined, instanceTypes: [] }] : []
  })
  await preflightGroups(job, groups, 1, account)
}

async function preflightGroups(
  job: Job,
  groups: readonly PreflightGroup[],
  parallel: number,
  account: Account,
): Promise<void> {
  if (groups.length === 0) return
  const { effects, log, runId, reportDirectory } = job
  const { preflight } = await import('../../preflight/preflight.js')
  await preflight(
    { groups, parallel, runId, reportDirectory },
    { aws: effects.aws(account), clock: effects.clock, log },
  )
}
