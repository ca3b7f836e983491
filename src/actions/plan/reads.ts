/** What the plan reads from EC2, and what stands for it where nobody may ask. */
import { isNoCredentials } from '../../aws/errors.js'
import type { Inputs } from '../../model/inputs.js'
import type { Ec2Reads } from '../../plan/facts.js'

/** Base AMI of an image whose base AMI nobody could ask for; such an image has no digest. */
const UNRESOLVED = { id: '', name: '' }

/** Whether an image's base AMI was not asked for. */
export function isUnresolved({ baseAmi }: { readonly baseAmi: { readonly id: string } }): boolean {
  return baseAmi.id === UNRESOLVED.id
}

/** Answers without an account: every region that is named may be used, no base AMI is known. */
export function withoutAccount({ region, amiRegions }: Pick<Inputs, 'region' | 'amiRegions'>): Ec2Reads {
  return {
    enabledRegions: async () => [region, ...(amiRegions === 'all' ? [] : amiRegions)],
    newestAmi: async () => UNRESOLVED,
  }
}

/**
 * Whether the account can be asked. No credentials at all is an answer; expired or refused ones are a failure that a person must see.
 *
 * @param ask a call that any credentials may make
 */
export async function hasAccount(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask()
    return true
  } catch (error) {
    if (isNoCredentials(error)) return false
    throw error
  }
}
