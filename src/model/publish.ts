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
  /** Whether copies begin beside the test of their AMI, not after it. */
  readonly copyBeforeTest: boolean
  /** When an AMI gets its final name: as it is made, or when it has passed its test and is there in all regions. */
  readonly nameAt: 'test' | 'build'
}

/** Whether anybody else is to launch the AMIs. */
export function isShared(settings: PublishSettings): boolean {
  const { accounts, organizations, organizationalUnits, everybody } = settings
  return everybody || accounts.length + organizations.length + organizationalUnits.length > 0
}
