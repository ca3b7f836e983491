import type { NetworkInterfaceInfo } from 'node:os'
import type { SshInterface } from '../../../src/model/inputs.js'
import { ownCidrs, sshSourceCidrs } from '../../../src/packer/ssh-source.js'

const own = ['10.0.0.9/32', '2001:db8::1/128']
const private4 = ['10.0.0.9/32']
const account = { env: {}, sshPort: 22, sshSourceCidrs: ['127.0.0.1/32'] }

test.each<[SshInterface | undefined, readonly string[], readonly string[]]>([
  [undefined, [], ['127.0.0.1/32']],
  ['public_ip', [], ['127.0.0.1/32']],
  ['public_dns', [], ['127.0.0.1/32']],
  ['private_ip', [], private4],
  ['private_dns', [], private4],
  ['ipv6', [], ['2001:db8::1/128']],
  ['ipv6', ['2001:db8::/64'], ['2001:db8::/64']],
  ['session_manager', [], ['127.0.0.1/32']],
  ['private_ip', ['192.0.2.0/24'], ['192.0.2.0/24']],
  ['session_manager', ['192.0.2.0/24'], ['192.0.2.0/24']],
])('ssh-interface %s with ssh-source-cidr %j opens the port to %j', (sshInterface, cidrs, expected) => {
  expect(sshSourceCidrs({ sshInterface, sshSourceCidrs: cidrs }, account, own)).toEqual(expected)
})

test.each<[SshInterface | undefined, readonly string[]]>([
  [undefined, []],
  ['session_manager', ['127.0.0.1/32']],
])(
  'on AWS, ssh-interface %s asks the internet for the runner’s address only if it needs it',
  (sshInterface, expected) => {
    const aws = { env: {}, sshPort: 22, sshSourceCidrs: [] }
    expect(sshSourceCidrs({ sshInterface, sshSourceCidrs: [] }, aws, own)).toEqual(expected)
  },
)

test('a machine’s own addresses are listed once, without loopback and link-local ones', () => {
  const address = (text: string, changes: Partial<NetworkInterfaceInfo> = {}) =>
    ({ address: text, family: 'IPv4', internal: false, ...changes }) as NetworkInterfaceInfo
  const interfaces = {
    lo: [address('127.0.0.1', { internal: true })],
    eth0: [
      address('10.0.0.9'),
      address('169.254.7.7'),
      address('2001:db8::1', { family: 'IPv6' } as never),
      address('fe80::1', { family: 'IPv6' } as never),
    ],
    eth1: [address('10.0.0.8'), address('10.0.0.9')],
    none: undefined,
  }
  expect(ownCidrs(interfaces)).toEqual(['10.0.0.8/32', '10.0.0.9/32', '2001:db8::1/128'])
})

test('without an IPv6 address on the runner, ipv6 needs ssh-source-cidr', () => {
  const aws = { env: {}, sshPort: 22, sshSourceCidrs: [] }
  const wanted = { sshInterface: 'ipv6', sshSourceCidrs: [] } as const
  expect(() => sshSourceCidrs(wanted, aws, private4)).toThrow(/this runner has no IPv6 address/)
})

test('over IPv6 without an address of its own, the account names the sources', () => {
  expect(sshSourceCidrs({ sshInterface: 'ipv6', sshSourceCidrs: [] }, account, private4)).toEqual(['127.0.0.1/32'])
})
