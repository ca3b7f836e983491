/** What publishing asks of AWS beside EC2, as plain data; src/aws/ does it, tests do it in memory. */

/** Parameters of Systems Manager in one region. */
export interface Parameters {
  /** Values by name, of those that there are; any number of names. */
  values(names: readonly string[]): Promise<Readonly<Record<string, string>>>
  /** Makes a parameter that holds an AMI's ID, or gives it a new value. */
  put(name: string, ami: string, description: string): Promise<void>
}

/** A key of KMS, as far as it matters here. */
export interface Key {
  /** AWS's own keys cannot be used by other accounts. */
  readonly manager: 'AWS' | 'CUSTOMER'
  /** `Enabled`, or why it cannot be used. */
  readonly state: string
  readonly symmetric: boolean
}

/** KMS in one region. */
export interface Keys {
  /** @param key ID, ARN or alias; undefined when there is no such key */
  describe(key: string): Promise<Key | undefined>
}

/** By region. */
export interface Services {
  parameters(region: string): Parameters
  keys(region: string): Keys
}
