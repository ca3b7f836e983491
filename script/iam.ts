/** The tables of docs/iam.md, from what the preflight tries (src/preflight/features.ts). */
import { actionsOf, policyOf } from '../src/preflight/actions.ts'
import { COURTESIES } from '../src/preflight/courtesies.ts'
import { FEATURES, type FeatureName } from '../src/preflight/features.ts'

/** What a job needs only where it reaches its instances in another way than by the default VPC. */
const REACHING: readonly FeatureName[] = ['subnet', 'instanceProfile', 'sessionManager']

const names = Object.keys(FEATURES) as FeatureName[]
const base: readonly FeatureName[] = ['build', 'cleanUp']
/** What a feature needs beside what every build does. */
const added = (name: FeatureName) => actionsOf([name]).filter((action) => !actionsOf(base).includes(action))
const policy = (features: readonly FeatureName[]) => ['```json', JSON.stringify(policyOf(features), null, 2), '```']

/** docs/iam.md with its tables made anew. */
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
