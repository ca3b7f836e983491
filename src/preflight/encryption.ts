/** Whether the account encrypts all volumes with its own key, which the credentials then must be allowed to use. */
import type { Aws } from '../aws/clients.js'
import { ec2ByRegion } from '../aws/ec2-client.js'
import { keysIn } from '../aws/keys.js'
import { UserError } from '../lib/errors.js'

export interface DefaultKey {
  readonly region: string
  readonly key: string
  /** Why it cannot be used; undefined: no visible reason. */
  readonly trouble: string | undefined
}

/** The account's own default key in a region; undefined: none, managed by AWS, or unknown. */
export async function defaultKey(region: string, aws: Pick<Aws, 'ec2' | 'kms'>): Promise<DefaultKey | undefined> {
  const key = await orUndefined(() => ec2ByRegion(aws)(region).defaultEncryption())
  if (key === undefined || key.endsWith('alias/aws/ebs')) return undefined
  try {
    const found = await keysIn(region, aws).describe(key)
    if (found?.manager === 'AWS') return undefined
    const trouble = found === undefined ? 'does not exist' : found.state === 'Enabled' ? undefined : `is ${found.state}`
    return { region, key, trouble }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { region, key, trouble: 'cannot be used by the credentials, as far as the action can see' }
  }
}

/** The warning about an unusable key, with which EC2 stops each instance at its start without a reason. */
export const keyWarning = ({ region, key, trouble }: DefaultKey): string =>
  `${region}: the account encrypts all volumes with ${key}, which ${trouble}: allow the role the actions of KMS (docs/iam.md, "Encryption by KMS keys"), or instances stop as they start`

/** An optional call, which the role need not be allowed. */
async function orUndefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return undefined
  }
}
