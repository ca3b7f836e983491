/** Checks all permissions before anything is launched. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Aws } from '../aws/clients.js'
import type { Clock } from '../lib/clock.js'
import type { Log } from '../lib/log.js'
import type { Image } from '../model/plan.js'
import { profileOf } from '../model/variables.js'
import { actionsOf, type Check, checksOf, featuresOf, policyOf } from './actions.js'
import { check, type Finding } from './check.js'
import { defaultKeys, keyWarning } from './encryption.js'
import type { PreflightInputs } from './feature.js'
import type { FeatureName } from './features.js'
import { MissingPermissions } from './missing.js'
import { publicWarnings } from './public.js'
import { quotaWarning } from './quota.js'
import { vpcOf } from './subnet.js'

/** Images with the same inputs. */
export interface PreflightGroup {
  readonly inputs: PreflightInputs
  readonly region: string
  readonly copyRegions: readonly string[]
  /** One image, tried for all of them; undefined if the plan failed. */
  readonly image: Image | undefined
  /** One per image. */
  readonly instanceTypes: readonly string[]
}

export interface PreflightOrder {
  readonly groups: readonly PreflightGroup[]
  /** Concurrent builds. */
  readonly parallel: number
  readonly runId: string
  readonly reportDirectory: string
}

export interface PreflightEffects {
  readonly aws: Pick<Aws, 'ec2' | 'kms' | 'quotas'>
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warning'>
}

const POLICY = 'iam-policy.json'

/**
 * Checks the job's permissions with dry-run calls. Writes the results (`preflight.json`) and a policy with all needed actions into the
 * report directory. Calls that cannot be tried are reported as such, not as allowed.
 *
 * @throws MissingPermissions
 */
export async function preflight(order: PreflightOrder, effects: PreflightEffects): Promise<void> {
  const { aws, clock, log } = effects
  const { groups, parallel, runId } = order
  const tried = await Promise.all(
    groups.map(async (group) => {
      const own = checksOfGroup(group, runId, await vpcOf(group, aws))
      return own.map((one): [string, Check] => [`${one.action} ${settingsOf(group, one.region)}`, one])
    }),
  )
  const checks = new Map(tried.flat())
  const needs = [...Map.groupBy(groups, ({ region }) => region)].map(([region, some]) => ({
    region,
    instanceTypes: some.flatMap(({ instanceTypes }) => instanceTypes).slice(0, parallel),
  }))
  const keyless = groups.filter(({ inputs }) => Object.keys(inputs.publish.keys).length === 0)
  const [findings, quotas, own, crowds] = await Promise.all([
    check([...checks.values()], aws, clock),
    Promise.all(needs.map((need) => quotaWarning(need, aws))),
    defaultKeys(keyless, aws),
    publicWarnings(groups, aws),
  ])
  const wanted = featuresOf(groups.map(({ inputs }) => inputs))
  const features = own.length > 0 ? withKms(wanted) : wanted
  for (const quota of [...quotas, ...crowds]) if (quota !== undefined) log.warning(quota)
  for (const key of own) if (key.trouble !== undefined) log.warning(keyWarning(key))
  const policy = `${JSON.stringify(policyOf(features), null, 2)}\n`
  mkdirSync(order.reportDirectory, { recursive: true, mode: 0o700 })
  writeFileSync(join(order.reportDirectory, POLICY), policy)
  writeFileSync(join(order.reportDirectory, 'preflight.json'), `${JSON.stringify(findings, null, 2)}\n`)
  const several = new Set(findings.map(({ region }) => region)).size > 1
  const missing = findings.filter(({ verdict }) => verdict === 'missing')
  if (missing.length > 0) throw new MissingPermissions(...sentence(missing, features, order, several), policy)
  const doubtful = findings.filter(({ verdict }) => verdict === 'doubtful')
  if (doubtful.length > 0)
    log.warning(
      `preflight: AWS refuses ${listed(doubtful, several)} on resources without tags. If your policy does not depend on tags, allow the role to use them`,
    )
  const unchecked = findings.filter(({ verdict }) => verdict === 'unchecked')
  log.info(
    `preflight: ${findings.length - unchecked.length - doubtful.length} actions are allowed${unchecked.length === 0 ? '' : `, ${unchecked.length} could not be checked beforehand (${listed(unchecked, several)})`}`,
  )
}

/** If the account encrypts with its own key, the job needs the same actions as with `kms-key-ids`. */
const withKms = (features: readonly FeatureName[]): FeatureName[] => [...new Set<FeatureName>([...features, 'encrypt'])]

/** The settings on which the answer to a call in a region depends. Groups with the same ones share it. */
function settingsOf({ inputs }: PreflightGroup, region: string): string {
  const { subnetId, associatePublicIp, tags, publish } = inputs
  return JSON.stringify([region, subnetId, associatePublicIp, tags, profileOf(inputs), publish.keys[region]])
}

function checksOfGroup(group: PreflightGroup, runId: string, vpc: string | undefined) {
  const { inputs, region, copyRegions, image, instanceTypes } = group
  const facts = { inputs, image, instanceType: instanceTypes[0] ?? '', runId, home: region, vpc }
  return checksOf(featuresOf([inputs]), facts, copyRegions)
}

function sentence(
  missing: readonly Finding[],
  features: readonly FeatureName[],
  { reportDirectory }: PreflightOrder,
  several: boolean,
): [string, string] {
  const count = new Set(missing.map(({ action }) => action)).size
  const what = count === 1 ? 'a permission' : `${count} permissions`
  return [
    `the role lacks ${what} that this job needs: ${listed(missing, several)}`,
    `grant it to the role that the job assumes; ${join(reportDirectory, POLICY)} is a policy with all ${actionsOf(features).length} actions that the job needs`,
  ]
}

/** Each action once, with its regions if there are several. */
function listed(findings: readonly Finding[], several: boolean): string {
  const byAction = Map.groupBy(findings, ({ action }) => action)
  return [...byAction]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([action, some]) =>
      several ? `${action} (${[...new Set(some.map(({ region }) => region))].join(', ')})` : action,
    )
    .join(', ')
}
