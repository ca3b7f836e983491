/** Whether the account's own default keys encrypt AMIs: the credentials then must be allowed to use them. */
import type { Aws } from '../aws/clients.js'
import { ec2ByRegion } from '../aws/ec2-client.js'
import { keysIn } from '../aws/keys.js'
import { UserError } from '../lib/errors.js'
import { startsEncrypted } from './bases.js'
import type { PreflightInputs } from './feature.js'
import { orUndefined } from './optional.js'

export interface DefaultKey {
  readonly region: string
  readonly key: string
  /** Why it cannot be used; undefined: no visible reason. */
  readonly trouble: string | undefined
}

/** Images with the same regions. */
export interface Spread {
  readonly inputs: Pick<PreflightInputs, 'bases'>
  readonly region: string
  readonly copyRegions: readonly string[]
}

/**
 * The account's own default keys that encrypt AMIs. An encrypted AMI's copies are encrypted in every region, even where the account
 * does not encrypt by default.
 */
export async function defaultKeys(groups: readonly Spread[], aws: Pick<Aws, 'ec2' | 'kms'>): Promise<DefaultKey[]> {
  const keysOf = async (regions: ReadonlyMap<string, boolean>) =>
    new Map(
      await Promise.all(
        [...regions].map(async ([region, inherited]) => {
          const key = await orUndefined(() => ec2ByRegion(aws)(region).defaultEncryption(inherited))
          return [region, key] as const
        }),
      ),
    )
  const homes = await keysOf(new Map(groups.map(({ region }) => [region, false])))
  const copies = new Map<string, boolean>()
  for (const { inputs, region, copyRegions } of groups) {
    const inherited = homes.get(region) !== undefined || startsEncrypted(inputs)
    for (const each of copyRegions) copies.set(each, inherited || copies.get(each) === true)
  }
  const all = [...new Map([...homes, ...(await keysOf(copies))].filter(([, key]) => key !== undefined))]
  const own = await Promise.all(all.map(([region, key = '']) => ownKey(region, key, aws)))
  return own.filter((key) => key !== undefined)
}

/** The key if it is the account's own; undefined if AWS manages it. */
async function ownKey(region: string, key: string, aws: Pick<Aws, 'kms'>): Promise<DefaultKey | undefined> {
  if (key.endsWith('alias/aws/ebs')) return undefined
  try {
    const found = await keysIn(region, aws).describe(key)
    if (found?.manager === 'AWS') return undefined
    const trouble = found === undefined ? 'does not exist' : found.state === 'Enabled' ? undefined : `is ${found.state}`
    return { region, key, trouble }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { region, key, trouble: 'the credentials apparently cannot use' }
  }
}

/** The warning about an unusable key, with which EC2 stops each instance at its start, or each copy, without a reason. */
export const keyWarning = ({ region, key, trouble }: DefaultKey): string =>
  `${region}: the account encrypts volumes and copies with ${key}, which ${trouble}: allow the role the KMS actions in docs/iam.md; otherwise instances stop at launch, and copies fail`
