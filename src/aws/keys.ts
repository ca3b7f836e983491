import type { JsonCall } from './client.js'
import { isNotFound } from './errors.js'
import type { Keys } from './services.js'

/** Keys of KMS. */
export function keysBy(call: JsonCall): Keys {
  return {
    describe: async (KeyId) => {
      let answer: unknown
      try {
        answer = await call('DescribeKey', { KeyId })
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
      const { KeyMetadata: key = {} } = answer as { KeyMetadata?: Readonly<Record<string, string>> }
      return {
        manager: key.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER',
        state: key.KeyState ?? 'unknown',
        symmetric:
          key.KeyUsage === 'ENCRYPT_DECRYPT' && (key.KeySpec ?? key.CustomerMasterKeySpec) === 'SYMMETRIC_DEFAULT',
      }
    },
  }
}
