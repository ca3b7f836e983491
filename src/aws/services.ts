/** Services beside EC2 for publishing, as plain data. src/aws/ implements them, tests in memory. */

/** Parameters of Systems Manager in one region. */
export interface Parameters {
  /** Values of existing parameters by name. There may be any number of names. */
  values(names: readonly string[]): Promise<Readonly<Record<string, string>>>
  /** Creates or changes a parameter with an AMI's ID. */
  put(name: string, ami: string, description: string): Promise<void>
}

export interface Key {
  /** Other accounts cannot use AWS's own keys. */
  readonly manager: 'AWS' | 'CUSTOMER'
  /** `Enabled`, or why it cannot be used. */
  readonly state: string
  readonly symmetric: boolean
}

/** KMS in one region. */
export interface Keys {
  /** @param key ID, ARN or alias. @returns undefined if there is no such key */
  describe(key: string): Promise<Key | undefined>
}

/** By region. */
export interface Services {
  parameters(region: string): Parameters
  keys(region: string): Keys
}
