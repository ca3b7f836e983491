/** The actions, the policy and the dry-run calls of a job, from the table of features. Pure. */
import type { Condition, Feature, PreflightInputs } from './feature.js'
import { FEATURES, type FeatureName } from './features.js'
import type { DryFacts } from './launch.js'

const names = Object.keys(FEATURES) as readonly FeatureName[]

/** The features that a job's inputs need, in the table's order. */
export function featuresOf(wanted: readonly PreflightInputs[]): FeatureName[] {
  return names.filter((name) => wanted.some((inputs) => FEATURES[name].needed(inputs)))
}

/** Stand-ins: the names of actions do not depend on them. */
const NO_FACTS: DryFacts = {
  inputs: {
    subnetId: undefined,
    associatePublicIp: undefined,
    vars: {},
    varFile: {},
    tags: {},
    ansibleExtraVars: {},
    publish: { keys: {} },
  },
  image: undefined,
  instanceType: '',
  runId: '',
  home: '',
  region: '',
  vpc: undefined,
}
const actionsIn = (name: FeatureName): string[] => Object.keys(FEATURES[name].actions(NO_FACTS))

/** All actions of features, sorted. */
export function actionsOf(features: readonly FeatureName[]): string[] {
  return [...new Set(features.flatMap(actionsIn))].sort()
}

interface Statement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Action: readonly string[]
  readonly Resource: '*'
  readonly Condition?: Condition
}

/**
 * An IAM policy that allows them: one statement per feature, and one per action with a condition. An action appears in the first feature
 * that needs it.
 */
export function policyOf(features: readonly FeatureName[]): {
  readonly Version: string
  readonly Statement: Statement[]
} {
  const listed = new Set<string>()
  const statements = features.flatMap((name): Statement[] => {
    const { conditions = {} }: Feature = FEATURES[name]
    const own = actionsIn(name).filter((action) => !listed.has(action))
    for (const action of own) listed.add(action)
    const Sid = `K8sImage${name.charAt(0).toUpperCase()}${name.slice(1)}`
    const free = own.filter((action) => conditions[action] === undefined).sort()
    const bound = own.flatMap((action): Statement[] => {
      const Condition = conditions[action]
      const sid = `${Sid}${action.replace(/^.*:/, '')}`
      return Condition === undefined ? [] : [{ Sid: sid, Effect: 'Allow', Action: [action], Resource: '*', Condition }]
    })
    return [
      ...(free.length === 0 ? [] : [{ Sid, Effect: 'Allow' as const, Action: free, Resource: '*' as const }]),
      ...bound,
    ]
  })
  return { Version: '2012-10-17', Statement: statements }
}

export interface Check {
  readonly action: string
  readonly region: string
  readonly feature: FeatureName
  /** Undefined: it cannot be tried. */
  readonly input: object | undefined
}

/** The dry-run calls of a job: each action once per region. */
export function checksOf(
  features: readonly FeatureName[],
  facts: Omit<DryFacts, 'region'>,
  copyRegions: readonly string[],
): readonly Check[] {
  const checks = new Map<string, Check>()
  for (const feature of features) {
    const { actions, where }: Feature = FEATURES[feature]
    const own = [...(where === 'copies' ? [] : [facts.home]), ...(where === undefined ? [] : copyRegions)]
    for (const region of own)
      for (const [action, input] of Object.entries(actions({ ...facts, region }))) {
        const key = `${action} ${region}`
        if (!checks.has(key)) checks.set(key, { action, region, feature, input })
      }
  }
  return [...checks.values()]
}
