/** How AMIs are published, beside where: what the inputs say, as plain data. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../plan/digest.js'

/** What is asked for. */
export interface PublishSettings {
  /** KMS key by region; a region without one gets no encryption of ours. */
  readonly keys: Readonly<Record<string, string>>
  /** Accounts (12 digits), and organisations and organisational units (ARNs), that may launch the AMIs; sorted. */
  readonly accounts: readonly string[]
  readonly organizations: readonly string[]
  readonly organizationalUnits: readonly string[]
  /** Whether everybody may. */
  readonly everybody: boolean
  /** Days from an AMI's making to its deprecation. */
  readonly deprecateAfter: number | undefined
  readonly protection: 'false' | 'true' | 'with-cooldown'
  /** Names of SSM parameters, with placeholders. */
  readonly parameters: readonly string[]
  /** Copies under way at once, over all images and regions. */
  readonly maxCopies: number
}

/**
 * A short hash of the settings and the user's tags, which is tagged to an AMI when all of it is done. Where it is published and by
 * which key is not part of it: each region's AMI tells that itself.
 */
export function publishedHash(settings: PublishSettings, tags: Readonly<Record<string, string>>): string {
  const { accounts, organizations, organizationalUnits, everybody, deprecateAfter, protection, parameters } = settings
  const sorted = {
    accounts: [...accounts].sort(),
    organizations: [...organizations].sort(),
    organizationalUnits: [...organizationalUnits].sort(),
    parameters: [...parameters].sort(),
  }
  const told = { ...sorted, everybody, deprecateAfter, protection, tags }
  return createHash('sha256').update(canonicalJson(told)).digest('hex').slice(0, 16)
}

/** Whether anybody else is to launch the AMIs. */
export function isShared(settings: PublishSettings): boolean {
  const { accounts, organizations, organizationalUnits, everybody } = settings
  return everybody || accounts.length + organizations.length + organizationalUnits.length > 0
}

/** When an AMI made at `createdAt` is to be deprecated, to the minute as EC2 takes it (ISO 8601, UTC). */
export function deprecationOf(createdAt: string, days: number): string {
  const at = new Date(Date.parse(createdAt) + days * 86_400_000)
  return `${at.toISOString().slice(0, 16)}:00.000Z`
}
