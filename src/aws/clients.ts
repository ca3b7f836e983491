/** The SDK's clients by service and region. Each is loaded at its first use. */

import type { AutoScaling } from '@aws-sdk/client-auto-scaling'
import type { EC2 } from '@aws-sdk/client-ec2'
import type { KMS } from '@aws-sdk/client-kms'
import type { ServiceQuotas } from '@aws-sdk/client-service-quotas'
import type { SSM } from '@aws-sdk/client-ssm'
import type { Environment } from '../lib/environment.js'
import { VERSION } from '../lib/version.js'
import type { Service } from './errors.js'
import { newTally, type Tally } from './tally.js'
import { watch } from './watch.js'

/** Clients whose calls reject with a UserError. */
export interface Aws {
  ec2(region: string): Promise<EC2>
  autoScaling(region: string): Promise<AutoScaling>
  ssm(region: string): Promise<SSM>
  kms(region: string): Promise<KMS>
  quotas(region: string): Promise<ServiceQuotas>
}

/** Milliseconds to connect, and for one attempt of a call. */
const CONNECT = 10_000
const TRY = 30_000

/**
 * @param account replaces AWS, with its own endpoint and keys. Empty for AWS itself: the SDK then reads the environment and its
 *   configuration files (endpoints, FIPS, dual-stack, profile and credentials)
 * @param pauses factor of the pauses between attempts
 */
export function awsClients(account: Environment, tally: Tally = newTally(), pauses = 1): Aws {
  const { env } = process
  const place = account.AWS_ENDPOINT_URL
    ? { endpoint: account.AWS_ENDPOINT_URL, useFipsEndpoint: false, useDualstackEndpoint: false }
    : {}
  let shared: ReturnType<typeof load> | undefined
  const load = async () => {
    const [{ agentsFor }, { credentialsOf }, { Patience }] = await Promise.all([
      import('./proxy.js'),
      import('./credentials.js'),
      import('./patience.js'),
    ])
    const requestHandler = {
      ...agentsFor(env),
      connectionTimeout: CONNECT,
      requestTimeout: TRY,
      throwOnRequestTimeout: true,
    }
    const credentials = await credentialsOf(account, env, { requestHandler })
    return { requestHandler, credentials, retryStrategy: new Patience(pauses) }
  }
  const settingsFor = async (region: string) => {
    shared ??= load()
    const { credentials, requestHandler, retryStrategy } = await shared
    const customUserAgent: [string, string][] = [['k8s-image-action', VERSION]]
    const settings = {
      region,
      credentials: credentials.provider,
      requestHandler,
      retryStrategy,
      customUserAgent,
      ...place,
    }
    return { settings, renew: () => credentials.renew(region) }
  }
  type Settings = Awaited<ReturnType<typeof settingsFor>>['settings']

  function byRegion<C extends { readonly middlewareStack: unknown }>(
    service: Service,
    make: (settings: Settings) => Promise<C>,
  ): (region: string) => Promise<C> {
    const known = new Map<string, Promise<C>>()
    const open = async (region: string): Promise<C> => {
      const { settings, renew } = await settingsFor(region)
      const client = await make(settings)
      watch(client, { service, region, tally, renew })
      return client
    }
    return (region) => {
      const client = known.get(region) ?? open(region)
      known.set(region, client)
      return client
    }
  }
  return {
    ec2: byRegion('ec2', async (settings) => new (await import('@aws-sdk/client-ec2')).EC2(settings)),
    autoScaling: byRegion(
      'autoscaling',
      async (settings) => new (await import('@aws-sdk/client-auto-scaling')).AutoScaling(settings),
    ),
    ssm: byRegion('ssm', async (settings) => new (await import('@aws-sdk/client-ssm')).SSM(settings)),
    kms: byRegion('kms', async (settings) => new (await import('@aws-sdk/client-kms')).KMS(settings)),
    quotas: byRegion(
      'servicequotas',
      async (settings) => new (await import('@aws-sdk/client-service-quotas')).ServiceQuotas(settings),
    ),
  }
}
