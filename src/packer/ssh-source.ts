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
  const isIpv6 = (cidr: string) => cidr.includes(':')
  if (PRIVATE.includes(sshInterface)) return own.filter((cidr) => !isIpv6(cidr))
  if (sshInterface !== 'ipv6') return account.sshSourceCidrs
  const usable = [own.filter(isIpv6), account.sshSourceCidrs].find((cidrs) => cidrs.length > 0)
  if (usable !== undefined) return usable
  throw new UserError(
    'network',
    'ssh-interface is ipv6, but this runner has no IPv6 address',
    'set ssh-source-cidr to the addresses from which the runner reaches the instances',
  )
}

/** A machine's addresses as CIDRs, except loopback and link-local ones, which reach no instance. */
export function ownCidrs(interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>): string[] {
  const all = Object.values(interfaces).flatMap((each) => each ?? [])
  const usable = all.filter(({ internal, address }) => !internal && !/^(169\.254\.|fe[89ab])/.test(address))
  return [...new Set(usable.map(({ family, address }) => `${address}/${family === 'IPv4' ? 32 : 128}`))].sort()
}
