/** Signed calls of AWS by service and region. */

import { type Clock, systemClock } from '../lib/clock.js'
import type { Environment } from '../lib/environment.js'
import { VERSION } from '../lib/version.js'
import { awsClient, type Call, type JsonCall, type Request } from './client.js'
import { type JsonService, json } from './json.js'
import { type QueryService, query } from './query.js'
import { type Credentials, renewed } from './renew.js'
import { newTally, type Tally } from './tally.js'

/** Calls of any action, by service and region. */
export interface AwsCalls {
  query(service: QueryService, region: string): Call
  json(service: JsonService, region: string): JsonCall
}

/**
 * Of the AWS SDK, which is loaded at the first call, it takes the credentials (every source of them) and the
 * signature; the SDK's client of EC2 knows 700 calls, and costs 75 MB of memory to load.
 *
 * @param account what stands in for `env`: endpoint and credentials; empty for AWS itself
 */
export function awsCalls(
  account: Environment,
  env: Environment = process.env,
  clock: Clock = systemClock,
  tally: Tally = newTally(),
): AwsCalls {
  const merged = { ...env, ...account }
  let own = ownCredentials(account)
  let signer = lazily(() => loadSigner(own))
  // Calls that find their credentials expired in the same moment share the new ones.
  let renewing: Promise<boolean> | undefined
  const renew = (region: string) => {
    renewing ??= renewed(merged, region, endpointOf(region, merged, 'sts'))
      .then((credentials) => {
        if (credentials === undefined) return false
        own = credentials
        signer = lazily(() => loadSigner(own))
        return true
      })
      .catch(() => false)
      .finally(() => {
        renewing = undefined
      })
    return renewing
  }
  const settings = (service: QueryService | JsonService, region: string) => ({
    service,
    region,
    endpoint: endpointOf(region, merged, service),
    userAgent: `k8s-image-action/${VERSION}`,
    sign: async (request: Request) => (await signer())(request, region, service),
    clock,
    tally,
    // What stands in for AWS has credentials of its own.
    ...(ownCredentials(account) === undefined ? { renew: () => renew(region) } : {}),
  })
  return {
    query: (service, region) => awsClient(settings(service, region), query(service)),
    json: (service, region) => awsClient(settings(service, region), json(service)),
  }
}

/** DNS names of the partitions, by the beginning of their regions' names. */
const SUFFIXES: readonly (readonly [string, string])[] = [
  ['cn-', 'amazonaws.com.cn'],
  ['eusc-', 'amazonaws.eu'],
  ['us-iso-', 'c2s.ic.gov'],
  ['us-isob-', 'sc2s.sgov.gov'],
]

/** What the SDKs call the services in AWS_ENDPOINT_URL_…. */
const ENDPOINT_NAMES = {
  ec2: 'EC2',
  autoscaling: 'AUTO_SCALING',
  ssm: 'SSM',
  kms: 'KMS',
  servicequotas: 'SERVICE_QUOTAS',
  sts: 'STS',
} as const

/** Where a service of a region answers: AWS_ENDPOINT_URL_EC2 (and so on), AWS_ENDPOINT_URL, or the region's public endpoint. */
export function endpointOf(region: string, env: Environment, service: QueryService | JsonService = 'ec2'): string {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS !== 'true') {
    const set = env[`AWS_ENDPOINT_URL_${ENDPOINT_NAMES[service]}`] || env.AWS_ENDPOINT_URL
    if (set) return set
  }
  const suffix = SUFFIXES.find(([prefix]) => region.startsWith(prefix))?.[1] ?? 'amazonaws.com'
  // Auto Scaling has no endpoint of its own for FIPS in most regions.
  const fips = env.AWS_USE_FIPS_ENDPOINT === 'true' && service !== 'autoscaling'
  return `https://${service}${fips ? '-fips' : ''}.${region}.${suffix}`
}

/** The account's own keys, if it has any. */
function ownCredentials({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
}: Environment): Credentials | undefined {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}

/** Signs with the given keys, or with whatever the SDK finds (environment, profile, web identity, metadata), which renews what it can. */
async function loadSigner(own: Credentials | undefined) {
  const [{ SignatureV4 }, { Sha256 }] = await Promise.all([
    import('@smithy/signature-v4'),
    import('@smithy/core/checksum'),
  ])
  const credentials = own ?? (await import('@aws-sdk/credential-provider-node')).defaultProvider()
  return async ({ url, headers, body }: Request, region: string, service: string): Promise<Record<string, string>> => {
    const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 })
    const signed = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { ...headers, host: url.host },
      body,
    })
    const { host: _, ...rest } = signed.headers
    return rest
  }
}

/** Does `work` once, at the first call; a failure is tried again at the next. */
function lazily<T>(work: () => Promise<T>): () => Promise<T> {
  let value: Promise<T> | undefined
  return () => {
    value ??= work().catch((error) => {
      value = undefined
      throw error
    })
    return value
  }
}
