/** The plan's reads of EC2, and their substitutes without an account. */
import { isNoCredentials } from '../../aws/errors.js'
import type { Inputs } from '../../model/inputs.js'
import type { Ec2Reads } from '../../plan/facts.js'

/** Stands for an unknown base AMI. Its image has no digest. */
const UNRESOLVED = { id: '', name: '' }

/** Whether an image's base AMI is unknown. */
export function isUnresolved({ baseAmi }: { readonly baseAmi: { readonly id: string } }): boolean {
  return baseAmi.id === UNRESOLVED.id
}

/** Answers without an account: every named region is enabled, and no base AMI is known. */
export function withoutAccount({ region, amiRegions }: Pick<Inputs, 'region' | 'amiRegions'>): Ec2Reads {
  return {
    enabledRegions: async () => [region, ...(amiRegions === 'all' ? [] : amiRegions)],
    newestAmi: async () => UNRESOLVED,
  }
}

/**
 * Whether there is an account to ask. Having no credentials is fine, but expired or rejected ones are a failure that people must see.
 *
 * @param ask a call that all credentials allow
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
