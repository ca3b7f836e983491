/** The tables of docs/iam.md, from what the preflight tries (src/preflight/features.ts). */
import { actionsOf, policyOf } from '../src/preflight/actions.ts'
import { COURTESIES } from '../src/preflight/courtesies.ts'
import { FEATURES, type FeatureName } from '../src/preflight/features.ts'

/** What the guide of 2018 asked for, in its order and its spelling; all of ec2. */
const BEFORE =
  `AttachVolume AuthorizeSecurityGroupIngress CopyImage CreateImage CreateKeypair CreateSecurityGroup CreateSnapshot CreateTags
  CreateVolume DeleteKeyPair DeleteSecurityGroup DeleteSnapshot DeleteVolume DeregisterImage DescribeImageAttribute DescribeImages
  DescribeInstances DescribeRegions DescribeSecurityGroups DescribeSnapshots DescribeSubnets DescribeTags DescribeVolumes DetachVolume
  GetPasswordData ModifyImageAttribute ModifyInstanceAttribute ModifySnapshotAttribute RegisterImage RunInstances StopInstances
  TerminateInstances`
    .trim()
    .split(/\s+/)

/** Why an action of 2018 is no longer asked for. */
const DROPPED: Readonly<Record<string, string>> = {
  AttachVolume: 'only the chroot and surrogate builders attach volumes',
  CreateSnapshot: 'CreateImage makes its snapshots itself',
  CreateVolume: 'RunInstances makes its volumes itself',
  DescribeImageAttribute: 'nothing in a build reads it; `prune` does (pruning.md)',
  DescribeTags: 'tags come with the things that have them',
  DetachVolume: 'only the chroot and surrogate builders detach volumes',
  GetPasswordData: 'only for Windows',
  ModifyInstanceAttribute: 'only for `ena_support` and `sriov_support`, which the template does not set',
  RegisterImage: 'only the chroot and surrogate builders register',
}

/** What a job needs only where it reaches its instances in another way than by the default VPC. */
const REACHING: readonly FeatureName[] = ['subnet', 'instanceProfile', 'sessionManager']

const names = Object.keys(FEATURES) as FeatureName[]
const policy = (features: readonly FeatureName[]) => ['```json', JSON.stringify(policyOf(features), null, 2), '```']

/** docs/iam.md with its tables made anew. */
export function iamTables(): Readonly<Record<string, readonly string[]>> {
  return {
    features: [
      '| feature | actions |',
      '|---|---|',
      ...names.map((name) => `| ${FEATURES[name].what} | ${actionsOf([name]).join(', ')} |`),
    ],
    policy: policy(names.filter((name) => !REACHING.includes(name))),
    reaching: policy(REACHING),
    courtesies: Object.entries(COURTESIES).map(([action, what]) => `- ${action}: ${what}`),
    before: [
      `| ${BEFORE.length} actions of 2018 | today |`,
      '|---|---|',
      ...BEFORE.map((action) => `| ${action} | ${today(action)} |`),
    ],
    added: actionsOf(names)
      .filter((action) => !BEFORE.some((old) => `ec2:${old}`.toLowerCase() === action.toLowerCase()))
      .map((action) => `- ${action}: ${features(action)}`),
  }
}

function today(action: string): string {
  const used = features(`ec2:${action}`)
  if (used !== '') return used
  const why = DROPPED[action]
  if (why === undefined) throw new Error(`nothing says why ${action} is not asked for any more`)
  return `not asked for: ${why}`
}

/** The features that need an action; IAM does not mind upper and lower case. */
function features(action: string): string {
  return names
    .filter((name) => actionsOf([name]).some((one) => one.toLowerCase() === action.toLowerCase()))
    .map((name) => FEATURES[name].what.replace(/^./, (letter) => letter.toLowerCase()))
    .join('; ')
}
