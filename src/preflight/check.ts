import type { Aws } from '../aws/clients.js'
import { dryRun } from '../aws/dry.js'
import { errorCode, isExpired, isNotOurs, isRefused } from '../aws/errors.js'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import type { Check } from './actions.js'

/**
 * The result of a dry-run call. `unchecked`: why it shows nothing. `doubtful`: refused for a resource that no run has created yet. A
 * policy with conditions on tags refuses that, too, but allows the real call.
 */
export interface Finding extends Omit<Check, 'input'> {
  readonly verdict: 'allowed' | 'missing' | 'doubtful' | 'unchecked'
  readonly why: string
}

/** Seconds for all calls; later answers do not count. */
const LIMIT = 5

/** Changes nothing, and never fails for AWS's answers. Rejects without credentials. */
export async function check(checks: readonly Check[], aws: Pick<Aws, 'ec2'>, clock: Clock): Promise<Finding[]> {
  const late = new AbortController()
  const timeout = clock.sleep(LIMIT, late.signal).then(
    () => 'late' as const,
    () => 'late' as const,
  )
  const findings = checks.map(async ({ input, ...one }): Promise<Finding> => {
    if (input === undefined) return { ...one, verdict: 'unchecked', why: 'it has no dry run' }
    const call = dryRun(aws, one.region, one.action, input).then(
      () => ({ verdict: 'unchecked', why: 'it answered a dry run with success' }) as const,
      (error: unknown) => verdictOf(error, one.action, input),
    )
    const answer = await Promise.race([call, timeout])
    return answer === 'late'
      ? { ...one, verdict: 'unchecked', why: `no answer within ${LIMIT} s` }
      : { ...one, ...answer }
  })
  try {
    return await Promise.all(findings)
  } finally {
    late.abort(new Error('all have answered'))
  }
}

/** An unused ID of src/preflight/features.ts. */
const MADE_UP = /-0{17}"/

/** Resources that exist, with tags, before a real launch; the dry run gets the VPC's. */
const BEFOREHAND = /:(security-group|key-pair)\//

/**
 * Answers to a dry run about things that exist before a run: the base AMI, the subnet, the instance type and the default VPC. The real
 * call would get the same.
 */
const DEFINITE =
  /^(VPCIdNotSpecified|DefaultVpcDoesNotExist|InvalidSubnetID\.NotFound|InvalidAMIID\.(NotFound|Unavailable))\b|^(Unsupported|InvalidParameterValue)\b.*\barchitecture\b/s

/**
 * `DryRunOperation` means yes, and a refusal no. Any other answer, such as a missing resource, may come before the permission check and
 * shows nothing. A refusal names its action: an instance with a profile needs `iam:PassRole`, too.
 *
 * @throws errors that make all calls impossible, or the launch
 */
export function verdictOf(error: unknown, action: string, input: object): Pick<Finding, 'verdict' | 'why' | 'action'> {
  if (!(error instanceof UserError)) throw error
  const code = errorCode(error.cause)
  if (code === 'DryRunOperation') return { action, verdict: 'allowed', why: '' }
  if (isRefused(error)) {
    const { message = '' } = (error.cause ?? {}) as { message?: string }
    const [, named = action, resource = ''] = /not authorized to perform: (\S+) on resource: (\S+)/.exec(message) ?? []
    const doubtful = MADE_UP.test(JSON.stringify(input)) || (action === 'ec2:RunInstances' && BEFOREHAND.test(resource))
    return {
      action: named,
      verdict: doubtful ? 'doubtful' : 'missing',
      why: doubtful ? 'its target has no tags' : '',
    }
  }
  const notOurs = isNotOurs(error)
  const rejected = /^(CredentialsProviderError|InvalidClientTokenId|AuthFailure)/.test(code) && !notOurs
  const definite =
    action === 'ec2:RunInstances' && DEFINITE.test(`${code}: ${(error.cause as Partial<Error> | undefined)?.message}`)
  if (isExpired(error) || rejected || definite) throw error
  return {
    action,
    verdict: 'unchecked',
    why: notOurs || /NotFound|Malformed/.test(code) ? 'there is no resource to check it with' : code,
  }
}
