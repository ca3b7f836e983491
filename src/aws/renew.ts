/** New credentials when those that a job began with have expired, where its environment allows that. */

import { readFile } from 'node:fs/promises'
import type { Environment } from '../lib/environment.js'
import { query, textAt } from './query.js'

/** Keys as the SDK's signer takes them. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/**
 * What GitHub's token is asked for, as a role's trust policy expects it: aws-actions/configure-aws-credentials' own default, and in the China regions
 * what AWS and that action's documentation name.
 */
const audience = (region: string) => (region.startsWith('cn-') ? 'sts.amazonaws.com.cn' : 'sts.amazonaws.com')
const TRY = 30_000

/**
 * Assumes the role that AWS_ROLE_ARN names, by the token in AWS_WEB_IDENTITY_TOKEN_FILE or a new one of GitHub's (for a job with
 * `id-token: write`). Undefined where the environment has neither.
 *
 * @param sts endpoint of STS in `region`
 * @throws Error when a token or the role is refused
 */
export async function renewed(env: Environment, region: string, sts: string): Promise<Credentials | undefined> {
  const role = env.AWS_ROLE_ARN
  if (!role) return undefined
  const token = await identityToken(env, region)
  if (token === undefined) return undefined
  const protocol = query('sts')
  const { headers, body } = protocol.request('AssumeRoleWithWebIdentity', {
    RoleArn: role,
    RoleSessionName: env.AWS_ROLE_SESSION_NAME || 'k8s-image-action',
    WebIdentityToken: token,
  })
  // The token is the proof: this call carries no signature.
  const response = await fetch(sts, {
    method: 'POST',
    headers,
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(TRY),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(protocol.error(text)?.message ?? `STS answered ${response.status}`)
  const answer = protocol.answer(text)
  const part = (name: string) => textAt(answer, 'AssumeRoleWithWebIdentityResult', 'Credentials', name)
  const [accessKeyId, secretAccessKey, sessionToken] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(part)
  if (!accessKeyId || !secretAccessKey || !sessionToken) throw new Error('STS gave no credentials')
  return { accessKeyId, secretAccessKey, sessionToken }
}

async function identityToken(env: Environment, region: string): Promise<string | undefined> {
  if (env.AWS_WEB_IDENTITY_TOKEN_FILE) return (await readFile(env.AWS_WEB_IDENTITY_TOKEN_FILE, 'utf8')).trim()
  const { ACTIONS_ID_TOKEN_REQUEST_URL: address, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = env
  if (!address || !bearer) return undefined
  const url = new URL(address)
  url.searchParams.set('audience', audience(region))
  const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' }
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(TRY) })
  if (!response.ok) throw new Error(`GitHub gave no token (${response.status})`)
  const { value } = (await response.json()) as { value?: string }
  return value || undefined
}
