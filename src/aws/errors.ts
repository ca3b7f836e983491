import { UserError } from '../lib/errors.js'
import { known } from '../lib/hints.js'
import type { ErrorCode } from '../model/error-code.js'

/** An error of EC2, the AWS SDK or Node. */
interface SomeError {
  readonly name?: string
  readonly message?: string
  readonly code?: string
}

/** Node's codes for a failed connection. The message of the last one, of a proxy, has the proxy's password. */
const NOT_REACHED =
  /\b(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_PROXY_TUNNEL)\b/

/** Names of services for people, by their names in IAM. */
const NAMES = {
  ec2: 'EC2',
  autoscaling: 'Auto Scaling',
  ssm: 'Systems Manager',
  kms: 'KMS',
  servicequotas: 'Service Quotas',
} as const

/** A service that the action calls. */
export type Service = keyof typeof NAMES

const REFUSED = /^(UnauthorizedOperation|AccessDenied(Exception)?)$/
/** Codes of throttling. */
const THROTTLED = /Throttl|^RequestLimitExceeded$|^TooManyRequests|^TooManyUpdates$|^SlowDown$|^BandwidthLimitExceeded$/

const EXPIRED = /^(ExpiredToken(Exception)?|RequestExpired|ExpiredTokenIssue)$/

/** Whether an error of the SDK means throttling. */
export const isThrottled = (error: unknown): boolean => THROTTLED.test(errorCode(error))

/** Whether an error of the SDK means that there was no answer. */
export function isNotReached(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'TimeoutError' || NOT_REACHED.test(code)
}

/** Whether an error passes with time: throttling, no answer, or a failure of AWS itself. */
export function isPassing(error: unknown): boolean {
  const original = (error instanceof UserError ? error.cause : error) as { readonly $fault?: string } | undefined
  return isThrottled(error) || isNotReached(error) || original?.$fault === 'server'
}

/** Whether an error means expired credentials. */
export function isExpired(error: unknown): boolean {
  return EXPIRED.test(errorCode(error))
}

/** The code of an error, or of a `UserError`'s cause: EC2's, such as `InvalidAMIID.NotFound`, or Node's, such as `ECONNREFUSED`. */
export function errorCode(error: unknown): string {
  const original = error instanceof UserError ? error.cause : error
  const { name, code, message } = (original ?? {}) as SomeError
  // Some wrappers have the code in their message only.
  return code ?? NOT_REACHED.exec(message ?? '')?.[1] ?? name ?? 'Error'
}

/** Whether an error means that the credentials do not allow the call. */
export function isRefused(error: unknown): boolean {
  return REFUSED.test(errorCode(error))
}

/** A failed call as one line for people: the call, the region, and what to do. */
export function awsError(error: unknown, action: string, region: string, service: Service = 'ec2'): UserError {
  if (error instanceof UserError) return error
  const code = errorCode(error)
  const raw = (error as SomeError)?.message ?? String(error)
  const reason = raw
    .replace(/\s*Encoded authorization failure message: \S+/, '')
    .replace(/\s+/g, ' ')
    .trim()
  const call = `${service}:${action} in ${region}`
  const made = (code: ErrorCode, message: string, hint: string) => new UserError(code, message, hint, { cause: error })

  if (lacksCredentials(error)) {
    return made(
      'aws-credentials',
      'there are no AWS credentials',
      'run aws-actions/configure-aws-credentials before this step, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    )
  }
  if (EXPIRED.test(code)) {
    return made(
      'aws-credentials',
      `the AWS credentials have expired (${call})`,
      'raise role-duration-seconds, or set AWS_ROLE_ARN and `id-token: write`; then run the job again: it repeats no finished work',
    )
  }
  if (/^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId)$/.test(code)) {
    return made(
      'aws-credentials',
      `AWS rejected the credentials (${code}, ${call})`,
      'check the keys, and that the role still exists',
    )
  }
  if (isNotOurs(error)) {
    return made(
      'aws-denied',
      `${call} failed: ${reason} (${code})`,
      'check that the account owns the named resource, or that its owner shares it with the account',
    )
  }
  if (code === 'OptInRequired' && /marketplace/i.test(reason)) {
    return made('base-ami', `${call} failed: ${reason} (${code})`, "accept the product's terms in AWS Marketplace")
  }
  if (code === 'AuthFailure' || code === 'OptInRequired') {
    return made(
      'region',
      `AWS does not let the account use ${region} (${code}, ${call}): ${reason}`,
      `enable the region in the account, remove it, or check the credentials`,
    )
  }
  if (REFUSED.test(code)) {
    return made(
      'aws-denied',
      `the credentials do not allow ${call}`,
      `grant ${service}:${action} to the role that the job assumes`,
    )
  }
  if (isNotReached(error)) {
    return made(
      'aws-unreachable',
      `${NAMES[service]} in ${region} does not answer (${action}: ${code})`,
      'check the name of the region, and the network and proxy of the runner',
    )
  }
  if (THROTTLED.test(code)) {
    return made(
      'aws-throttled',
      `${NAMES[service]} in ${region} kept throttling ${action}`,
      'run the job again: it repeats no finished work',
    )
  }
  // `known` would blame the base AMI, which these calls do not name.
  const found = code.startsWith('InvalidAMIID') ? undefined : known(`${code}: ${reason}`)
  const hint = found?.hint ?? 'look up the code in the EC2 API reference, or run the job again'
  return made(found?.code ?? 'aws-failed', `${call} failed: ${reason} (${code})`, hint)
}

const lacksCredentials = (error: unknown): boolean =>
  errorCode(error) === 'CredentialsProviderError' ||
  /Could not load credentials/.test((error as SomeError)?.message ?? '')

/** Whether an error means that a resource belongs to others, with a code that rejected credentials have, too. */
export function isNotOurs(error: unknown): boolean {
  const { message = '' } = ((error instanceof UserError ? error.cause : error) ?? {}) as SomeError
  return errorCode(error) === 'AuthFailure' && /^not authorized for\b/i.test(message.trim())
}

/** Whether an error means that the environment has no credentials, rather than expired or rejected ones. */
export function isNoCredentials(error: unknown): boolean {
  return lacksCredentials(error instanceof UserError ? error.cause : error)
}

/** Whether an error means that the resource does not support the call. */
export function isUnsupported(error: unknown): boolean {
  return /^Unsupported(Operation|Feature)?$/.test(errorCode(error))
}

/** Whether an error means that a resource does not exist (any more). */
export function isNotFound(error: unknown): boolean {
  return /NotFound(Exception)?$|^InvalidAMIID\.(NotFound|Unavailable)$|^InvalidKeyPair/.test(errorCode(error))
}
