/** Which interfaces the system leaves alone: ansible/roles/base/templates/tree/etc/k8s-image/secondary-interfaces.sh. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryDirectory } from '../support/temporary.js'

const tree = resolve(import.meta.dirname, '../../../ansible/roles/base/templates/tree')
const script = join(tree, 'etc/k8s-image/secondary-interfaces.sh')
const directory = temporaryDirectory()
const NETWORKD = 'systemd/network/06-k8s-node-secondary.network'
const MANAGER = 'NetworkManager/conf.d/60-k8s-node-secondary.conf'

interface Machine {
  /** Devices of the default routes in IPv4 and IPv6. */
  readonly routes: readonly [readonly string[], readonly string[]]
  /** Interfaces in the order of their index; those in capitals are virtual. */
  readonly links: readonly string[]
  readonly active: string
}

/** Runs the script on a machine whose programs are fakes, and returns what it wrote. */
function run({ routes, links, active }: Machine) {
  const root = directory()
  const [bin, sys, etc] = ['bin', 'sys', 'run'].map((name) => join(root, name)) as [string, string, string]
  mkdirSync(bin)
  links.forEach((name, index) => {
    mkdirSync(join(sys, name, ...(name === name.toLowerCase() ? ['device'] : [])), { recursive: true })
    writeFileSync(join(sys, name, 'ifindex'), `${index + 1}\n`)
  })
  const lines = (devices: readonly string[]) =>
    devices.map((name) => `echo "default via 10.0.0.1 dev ${name} proto dhcp src 10.0.0.7 metric 1024"`).join('; ')
  const fakes = {
    ip: `case $1 in -4) :; ${lines(routes[0])};; *) :; ${lines(routes[1])};; esac`,
    systemctl: `[ "$3" = ${active} ]`,
    networkctl: `echo networkctl "$@" >>${root}/calls`,
    nmcli: `echo nmcli "$@" >>${root}/calls`,
  }
  for (const [name, text] of Object.entries(fakes))
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  const env = { PATH: `${bin}:${process.env.PATH}`, RUN: etc, LINKS: sys }
  const said = execFileSync('bash', [script], { env, encoding: 'utf8' }).trim()
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
  return { said, networkd: read(join(etc, NETWORKD)), manager: read(join(etc, MANAGER)), calls: read(`${root}/calls`) }
}

const active = 'systemd-networkd.service'
test.each<[string, Machine, string | undefined]>([
  ['one interface', { routes: [['ens5'], []], links: ['lo', 'ens5'], active }, 'ens5'],
  ['IPv6 only', { routes: [[], ['enp39s0']], links: ['lo', 'enp39s0'], active }, 'enp39s0'],
  [
    'a second one that DHCP configured',
    { routes: [['ens6', 'ens34'], ['ens6']], links: ['ens34', 'ens6'], active },
    'ens34',
  ],
  ['a tenth one', { routes: [['z', 'a'], []], links: ['1', '2', '3', '4', '5', '6', '7', '8', 'z', 'a'], active }, 'z'],
  ['a tunnel that has the default route, too', { routes: [['WG', 'eth0'], []], links: ['WG', 'eth0'], active }, 'eth0'],
  ['no default route', { routes: [[], []], links: ['eth0'], active }, undefined],
])('%s', (_, machine, primary) => {
  const { said, networkd, manager, calls } = run(machine)
  if (primary === undefined) {
    expect({ said, networkd, calls }).toEqual({ said: expect.stringContaining('all stay as they are') })
    return
  }
  expect(networkd).toBe(`[Match]\nDriver=ena ixgbevf vif\nProperty=!INTERFACE=${primary}\n\n[Link]\nUnmanaged=yes\n`)
  expect({ manager, calls }).toEqual({ calls: 'networkctl reload\n' })
})

test('NetworkManager', () => {
  const machine = { routes: [['eth0'], []], links: ['lo', 'eth0'], active: 'NetworkManager.service' } as const
  const { networkd, manager, calls } = run(machine)
  expect({ networkd, calls }).toEqual({ calls: 'nmcli general reload conf\n' })
  expect(manager?.split('\n')[1]).toBe(
    'unmanaged-devices+=driver:ena;driver:ixgbevf;driver:vif;except:interface-name:eth0',
  )
})
