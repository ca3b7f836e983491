/** The tables of docs/iam.md, from the preflight's features (src/preflight/features.ts). */
import { actionsOf, policyOf } from '../src/preflight/actions.ts'
import { COURTESIES } from '../src/preflight/courtesies.ts'
import { FEATURES, type FeatureName } from '../src/preflight/features.ts'

/** Features that a job needs only if it does not reach its instances through the default VPC. */
const REACHING: readonly FeatureName[] = ['subnet', 'instanceProfile', 'sessionManager']

const names = Object.keys(FEATURES) as FeatureName[]
const base: readonly FeatureName[] = ['build', 'cleanUp']
/** Actions that a feature adds to those of every build. */
const added = (name: FeatureName) => actionsOf([name]).filter((action) => !actionsOf(base).includes(action))
const policy = (features: readonly FeatureName[]) => ['```json', JSON.stringify(policyOf(features), null, 2), '```']

/** docs/iam.md with regenerated tables. */
export function iamTables(): Readonly<Record<string, readonly string[]>> {
  return {
    features: [
      '| feature | actions |',
      '|---|---|',
      ...names
        .filter((name) => added(name).length > 0)
        .map((name) => `| ${FEATURES[name].what} | ${added(name).join(', ')} |`),
    ],
    policy: policy(names.filter((name) => !REACHING.includes(name))),
    courtesies: Object.entries(COURTESIES).map(([action, what]) => `- ${action}: ${what}`),
  }
}
