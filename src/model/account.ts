/** AWS itself, by the environment's own credentials. */
export const AWS: Account = { env: {}, sshPort: 22, sshSourceCidrs: [] }

/** Where the EC2 that is spoken to lies, and what its network wants. Filled by src/actions/build/rehearsal.ts, or empty for AWS itself. */
export interface Account {
  /** Environment for every AWS client, Packer's plugin included. */
  readonly env: Readonly<Record<string, string>>
  readonly sshPort: number
  /** Used when the user gave none. */
  readonly sshSourceCidrs: readonly string[]
}
