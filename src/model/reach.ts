import type { Inputs } from './inputs.js'

/**
 * Whether Packer reaches instances by a public address: it was chosen, or nothing was. Then Packer opens the security group to the
 * runner's public address only, so an instance without one is out of reach.
 */
export const hopesForPublic = ({
  sshInterface,
  sshSourceCidrs,
}: Pick<Inputs, 'sshInterface' | 'sshSourceCidrs'>): boolean =>
  sshInterface === undefined ? sshSourceCidrs.length === 0 : /^public_/.test(sshInterface)
