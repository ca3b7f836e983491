/** Addresses in the security group of packer-plugin-amazon, and whether it reaches its instance over the internet or in the VPC. */
import { networkInterfaces } from 'node:os'
import { type BarePacker, barePacker } from './bare-packer.ts'
import { type Local, startLocal } from './local.ts'

let packer: BarePacker
let local: Local
beforeAll(async () => {
  packer = barePacker()
  local = await startLocal('debian-13')
}, 1_800_000)
afterAll(async () => {
  packer?.remove()
  await local?.stop()
}, 60_000)

const own = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .filter(({ family, internal }) => family === 'IPv4' && !internal)
  .map(({ address }) => `${address}/32`)
const reached = { code: 0, text: expect.stringContaining('Connected to SSH!') }
const timedOut = { code: 1, text: expect.stringContaining('Timeout waiting for SSH') }
const byCheckip = { ssh_source_cidrs: [] }
const inside = { ssh_interface: 'private_ip' }

test.each([
  ["checkip's address reaches a public address", true, byCheckip, reached],
  ["checkip's address does not reach a private address", true, { ...byCheckip, ...inside }, timedOut],
  ['this machine’s own address reaches a private address', true, { ...inside, ssh_source_cidrs: own }, reached],
  ["checkip's address does not reach an instance without a public address", false, byCheckip, timedOut],
])(
  '%s',
  async (_, publicSubnets, variables, outcome) => {
    await local.settings({ publicSubnets })
    const result = await packer.build(local, { region: 'us-east-1', image: false, ...variables }, local.ready.internet)
    expect(result).toEqual(outcome)
    expect(await local.inventory()).toEqual([])
  },
  180_000,
)
