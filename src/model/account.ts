/** AWS itself, with the environment's own credentials. */
export const AWS: Account = { env: {}, sshPort: 22, sshSourceCidrs: [] }

/** The account's endpoint and network. src/actions/build/rehearsal.ts fills it; it is empty for AWS itself. */
export interface Account {
  /** Environment for all AWS clients, including Packer's plugin. */
  readonly env: Readonly<Record<string, string>>
  readonly sshPort: number
  /** Defaults for inputs that the user left empty. */
  readonly sshSourceCidrs: readonly string[]
}
