/** Provides credentials to the SDK's clients, and replaces them when a job's first ones expire. */
import type { fromNodeProviderChain } from '@aws-sdk/credential-providers'
import type { Environment } from '../lib/environment.js'

/** Returns credentials, and new ones when they are about to expire. */
type Provider = ReturnType<typeof fromNodeProviderChain>
/** Settings of the clients that fetch credentials. */
type ClientConfig = NonNullable<NonNullable<Parameters<typeof fromNodeProviderChain>[0]>['clientConfig']>

/** Credentials that can be replaced while clients use them. */
export interface Credentials {
  readonly provider: Provider
  /** Replaces expired ones; false if the environment offers no way. Concurrent calls share the new ones. */
  renew(region: string): Promise<boolean>
}

/**
 * The audience of GitHub's token, which a role's trust policy expects: the default of aws-actions/configure-aws-credentials, and
 * in the China regions the one in the documentation of AWS and of that action.
 */
const audience = (region: string) => (region.startsWith('cn-') ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com')
const SESSION = 'k8s-image-action'

/**
 * @param account replaces `env`: its keys are the only ones. Without keys, the SDK uses all its sources
 * @param clientConfig for the clients that fetch credentials
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

  /**
   * Assumes the role AWS_ROLE_ARN with a new token from GitHub. The SDK itself renews those of AWS_WEB_IDENTITY_TOKEN_FILE: it would be
   * another role if a step has set keys.
   */
  const assume = async (region: string): Promise<boolean> => {
    const roleArn = env.AWS_ROLE_ARN
    if (own !== undefined || !roleArn || !env.ACTIONS_ID_TOKEN_REQUEST_URL) return false
    const given = { roleArn, roleSessionName: env.AWS_ROLE_SESSION_NAME || SESSION }
    const settings = { ...given, clientConfig: { ...clientConfig, region } }
    const { getIDToken } = await import('@actions/core')
    const webIdentityToken = await getIDToken(audience(region))
    const credentials = await sdk.fromWebToken({ ...settings, webIdentityToken })()
    // When these expire, AWS rejects them, and they are renewed again.
    current = async () => credentials
    return true
  }

  return {
    // `memoized`: makes the SDK ask for credentials at each call instead of keeping the first.
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
