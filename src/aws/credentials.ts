/** Where the SDK's clients get their credentials, and new ones when those that a job began with have expired. */
import type { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import type { Environment } from '../lib/environment.js'

/** Gives credentials, new ones when they are about to expire. */
type Provider = ReturnType<typeof fromNodeProviderChain>
/** Settings of the clients that ask for credentials. */
type ClientConfig = NonNullable<NonNullable<Parameters<typeof fromNodeProviderChain>[0]>['clientConfig']>

/** Credentials that can be replaced while clients use them. */
export interface Credentials {
  readonly provider: Provider
  /** Replaces expired ones; false where the environment has no way to. Calls at the same moment share the new ones. */
  renew(region: string): Promise<boolean>
}

/**
 * What GitHub's token is asked for, as a role's trust policy expects it: aws-actions/configure-aws-credentials' own default, and
 * in the China regions what AWS and that action's documentation name.
 */
const audience = (region: string) => (region.startsWith('cn-') ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com')
const SESSION = 'k8s-image-action'

/**
 * @param account what stands in for `env`: its keys are the only ones; without keys, the SDK looks everywhere that it knows
 * @param clientConfig how requests for credentials leave the runner
 */
export async function credentialsOf(
  account: Environment,
  env: Environment,
  clientConfig: Pick<ClientConfig, 'requestHandler'>,
): Promise<Credentials> {
  const own = ownKeys(account)
  const sdk = await import('@aws-sdk/credential-providers')
  let current = own === undefined ? sdk.fromNodeProviderChain({ clientConfig }) : async () => own
  let renewing: Promise<boolean> | undefined

  /** Assumes the role of AWS_ROLE_ARN by the token in AWS_WEB_IDENTITY_TOKEN_FILE, or by a new one of GitHub's. */
  const assume = async (region: string): Promise<boolean> => {
    const roleArn = env.AWS_ROLE_ARN
    if (own !== undefined || !roleArn) return false
    const given = { roleArn, roleSessionName: env.AWS_ROLE_SESSION_NAME || SESSION }
    const settings = { ...given, clientConfig: { ...clientConfig, region } }
    let credentials: Awaited<ReturnType<Provider>>
    if (env.AWS_WEB_IDENTITY_TOKEN_FILE) {
      const file = { ...settings, webIdentityTokenFile: env.AWS_WEB_IDENTITY_TOKEN_FILE }
      credentials = await sdk.fromTokenFile(file)()
    } else {
      if (!env.ACTIONS_ID_TOKEN_REQUEST_URL) return false
      const { getIDToken } = await import('@actions/core')
      const webIdentityToken = await getIDToken(audience(region))
      credentials = await sdk.fromWebToken({ ...settings, webIdentityToken })()
    }
    // When these expire, AWS says so, and they are renewed in turn.
    current = async () => credentials
    return true
  }

  return {
    // `memoized`: the SDK asks for them at each call, and does not keep the first for ever.
    provider: Object.assign(((identity) => current(identity)) as Provider, { memoized: true }),
    renew: (region) => {
      renewing ??= assume(region)
        .catch(() => false)
        .finally(() => {
          renewing = undefined
        })
      return renewing
    },
  }
}

function ownKeys({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_SESSION_TOKEN: sessionToken,
}: Environment) {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined
  return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
}
