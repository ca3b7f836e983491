/** Whether the account encrypts all volumes by a key of its own, which the credentials then need, too. */
import type { Aws } from '../aws/clients.js'
import { ec2ByRegion } from '../aws/ec2-client.js'
import { keysIn } from '../aws/keys.js'
import { UserError } from '../lib/errors.js'

/** A default key that is the account's own. */
export interface DefaultKey {
  readonly region: string
  readonly key: string
  /** What speaks against it. Undefined: nothing that can be seen beforehand. */
  readonly trouble: string | undefined
}

/** The account's own default key in a region; undefined: it has none, AWS manages it, or it cannot be asked. */
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

/** The warning about an unusable key: EC2 starts the instance, and stops it at once without a reason. */
export const keyWarning = ({ region, key, trouble }: DefaultKey): string =>
  `${region}: the account encrypts all volumes with ${key}, which ${trouble}: allow the role the actions of KMS (docs/iam.md, "Encryption by KMS keys"), or instances stop as they start`

/** It is a courtesy: the role need not be allowed to look. */
async function orUndefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return undefined
  }
}
