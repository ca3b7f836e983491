/** Makes the dry calls, all at once. */
import type { Aws } from '../aws/clients.js'
import { dryRun } from '../aws/dry.js'
import { errorCode, isExpired, isRefused } from '../aws/errors.js'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import type { Check } from './actions.js'

/**
 * What a dry call showed: `unchecked` says why it shows nothing. `doubtful` was refused for a thing that no run has made yet; a policy
 * that is bound to tags refuses that, too, and allows the real call.
 */
export interface Finding extends Omit<Check, 'input'> {
  readonly verdict: 'allowed' | 'missing' | 'doubtful' | 'unchecked'
  readonly why: string
}

/** Seconds for all of it: what has not answered by then is not checked. */
const LIMIT = 5

/** Never does anything, and never fails for what AWS answers; rejects when there are no credentials to ask with. */
export async function check(checks: readonly Check[], aws: Pick<Aws, 'ec2'>, clock: Clock): Promise<Finding[]> {
  const late = new AbortController()
  const timeout = clock.sleep(LIMIT, late.signal).then(
    () => 'late' as const,
    () => 'late' as const,
  )
  const findings = checks.map(async ({ input, ...one }): Promise<Finding> => {
    if (input === undefined) return { ...one, verdict: 'unchecked', why: 'it has no dry run' }
    const asked = dryRun(aws, one.region, one.action, input).then(
      () => ({ verdict: 'unchecked', why: 'it answered a dry run with success' }) as const,
      (error: unknown) => verdictOf(error, one.action, input),
    )
    const answer = await Promise.race([asked, timeout])
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

/** An ID of src/preflight/features.ts that nothing has. */
const MADE_UP = /-0{17}"/

/** Resources of a launch that the real one makes beforehand, with tags; the dry one gets those of the VPC. */
const BEFOREHAND = /:(security-group|key-pair)\//

/**
 * `DryRunOperation` is EC2's yes, and a refusal its no. Every other answer, such as that the thing named is not there, may come
 * before the question was looked at, and shows nothing. A refusal names the action that it is about: to run an instance with a profile
 * needs `iam:PassRole`, too.
 *
 * @throws what says that nothing can be asked at all
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
  if (isExpired(error) || /^(CredentialsProviderError|InvalidClientTokenId|AuthFailure)/.test(code)) throw error
  return {
    action,
    verdict: 'unchecked',
    why: /NotFound|Malformed/.test(code) ? 'there is no resource to check it with' : code,
  }
}
