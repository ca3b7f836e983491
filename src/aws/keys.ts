import type { Aws } from './clients.js'
import { isNotFound } from './errors.js'
import type { Keys } from './services.js'

/** Keys of KMS in one region. */
export function keysIn(region: string, aws: Pick<Aws, 'kms'>): Keys {
  return {
    describe: async (KeyId) => {
      const kms = await aws.kms(region)
      const answer = await kms.describeKey({ KeyId }).catch((error: unknown) => {
        if (isNotFound(error)) return undefined
        throw error
      })
      if (answer === undefined) return undefined
      const key = answer.KeyMetadata
      return {
        manager: key?.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER',
        state: key?.KeyState ?? 'unknown',
        symmetric:
          key?.KeyUsage === 'ENCRYPT_DECRYPT' && (key.KeySpec ?? key.CustomerMasterKeySpec) === 'SYMMETRIC_DEFAULT',
      }
    },
  }
}
