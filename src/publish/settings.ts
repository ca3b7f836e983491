/** How AMIs are published, except where: the inputs as plain data. */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../lib/canonical-json.js'
import type { PublishSettings } from '../model/publish.js'

/**
 * A short hash of the settings and the user's tags. An AMI gets it as a tag once all of them are applied. Regions and keys are
 * not part of it, since each region's AMI shows them.
 */
export function publishedHash(settings: PublishSettings, tags: Readonly<Record<string, string>>): string {
  const { accounts, organizations, organizationalUnits, everybody, deprecateAfter, protection, parameters } = settings
  const sorted = {
    accounts: [...accounts].sort(),
    organizations: [...organizations].sort(),
    organizationalUnits: [...organizationalUnits].sort(),
    parameters: [...parameters].sort(),
  }
  const published = { ...sorted, everybody, deprecateAfter, protection, tags }
  return createHash('sha256').update(canonicalJson(published)).digest('hex').slice(0, 16)
}

/** Deprecation time of an AMI made at `createdAt`, to the minute as EC2 stores it (ISO 8601, UTC). */
export function deprecationOf(createdAt: string, days: number): string {
  const at = new Date(Date.parse(createdAt) + days * 86_400_000)
  return `${at.toISOString().slice(0, 16)}:00.000Z`
}
