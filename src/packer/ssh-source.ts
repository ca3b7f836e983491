/** Addresses that may reach an instance's SSH, by the way that Packer reaches it. */
import type { NetworkInterfaceInfo } from 'node:os'
import { UserError } from '../lib/errors.js'
import type { Account } from '../model/account.js'
import type { Inputs } from '../model/inputs.js'

/** Opens the port to no address: Session Manager needs no port, but without a CIDR the plugin would look up the public address. */
const NOBODY = ['127.0.0.1/32']

/** Ways by which Packer comes from the runner's own address instead of its public one. */
const PRIVATE: readonly (string | undefined)[] = ['private_ip', 'private_dns']

/**
 * The CIDRs of the temporary security group. If empty, the plugin reads the runner's public address from checkip.amazonaws.com
 * (packer-plugin-amazon, common/step_security_group.go).
 *
 * @param own CIDRs of the runner's own addresses
 */
export function sshSourceCidrs(
  { sshInterface, sshSourceCidrs }: Pick<Inputs, 'sshInterface' | 'sshSourceCidrs'>,
  account: Account,
  own: readonly string[],
): readonly string[] {
  if (sshSourceCidrs.length > 0) return sshSourceCidrs
  if (sshInterface === 'session_manager') return NOBODY
  const isIpv6 = sshInterface === 'ipv6'
  if (PRIVATE.includes(sshInterface) || isIpv6) {
    const usable = own.filter((cidr) => cidr.includes(':') === isIpv6)
    if (usable.length > 0 || !isIpv6) return usable
    if (account.sshSourceCidrs.length > 0) return account.sshSourceCidrs
    throw new UserError(
      'network',
      'ssh-interface is ipv6, but this runner has no IPv6 address',
      'set ssh-source-cidr to the addresses from which the runner reaches the instances',
    )
  }
  return account.sshSourceCidrs
}

/** A machine's addresses as CIDRs, except loopback and link-local ones, which reach no instance. */
export function ownCidrs(interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>): string[] {
  const all = Object.values(interfaces).flatMap((each) => each ?? [])
  const usable = all.filter(({ internal, address }) => !internal && !/^(169\.254\.|fe[89ab])/.test(address))
  return [...new Set(usable.map(({ family, address }) => `${address}/${family === 'IPv4' ? 32 : 128}`))].sort()
}
