/** Helpers for tests of permissions: the documented policies, and a KMS key in each region. */
import { readFileSync } from 'node:fs'
import { awsClients } from '../../src/aws/clients.ts'
import type { Local } from './local.ts'

export interface Policy {
  readonly Statement: readonly { readonly Sid: string; readonly Action: string | readonly string[] }[]
}

/** The policy of docs/iam.md. */
export const wide = (): Policy =>
  JSON.parse(/<!-- policy -->\n```json\n([\s\S]*?)```/.exec(readFileSync('docs/iam.md', 'utf8'))?.[1] ?? '')

export const narrowed = (): Policy => JSON.parse(readFileSync('docs/examples/narrow-policy.json', 'utf8'))

/** Makes a key in each region; returns them in the format of the input `kms-key-ids`. */
export async function makeKeys(local: Local, regions: readonly string[]): Promise<string> {
  const aws = awsClients(local.ready.env)
  const made = regions.map(async (region) => {
    // KMS's defaults, which the local KMS does not set.
    const symmetric = { KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'SYMMETRIC_DEFAULT' } as const
    const { KeyMetadata } = await (await aws.kms(region)).createKey(symmetric)
    return `${region}=${KeyMetadata?.Arn}`
  })
  return (await Promise.all(made)).join('\n')
}
