export interface PublishSettings {
  /** KMS key by region; other regions keep the account's own encryption. */
  readonly keys: Readonly<Record<string, string>>
  /** Accounts (12 digits), organizations and organizational units (ARNs) that may launch the AMIs; sorted. */
  readonly accounts: readonly string[]
  readonly organizations: readonly string[]
  readonly organizationalUnits: readonly string[]
  /** Whether the AMIs are public. */
  readonly everybody: boolean
  /** Days from an AMI's creation to its deprecation. */
  readonly deprecateAfter: number | undefined
  readonly protection: 'false' | 'true' | 'with-cooldown'
  readonly parameters: readonly string[]
  /** Concurrent copies, over all images and regions. */
  readonly maxCopies: number
  /** Whether copies start during the test of their AMI instead of after it. */
  readonly copyBeforeTest: boolean
  /** When an AMI gets its final name: as it is made, or when it has passed its test and is there in all regions. */
  readonly nameAt: 'test' | 'build'
}

/** Whether the AMIs are shared with anyone. */
export function isShared(settings: PublishSettings): boolean {
  const { accounts, organizations, organizationalUnits, everybody } = settings
  return everybody || accounts.length + organizations.length + organizationalUnits.length > 0
}
