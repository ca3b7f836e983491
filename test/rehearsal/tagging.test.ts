/** Which resources packer-plugin-amazon tags at creation, in each partition. A sweep by tag cannot find the others. */
import { type BarePacker, barePacker } from './bare-packer.ts'
import { startLocalIn } from './local.ts'

let packer: BarePacker
beforeAll(() => {
  packer = barePacker()
}, 1_800_000)
afterAll(() => packer?.remove())

const made = ['CreateKeyPair', 'CreateSecurityGroup', 'RunInstances', 'CreateImage']

test.each([
  ['us-east-1', made],
  ['us-gov-west-1', ['CreateKeyPair', 'CreateSecurityGroup', 'RunInstances']],
  ['cn-north-1', []],
])(
  'in %s Packer tags at creation: %j',
  async (region, tagged) => {
    const local = await startLocalIn([region], 'debian-13')
    try {
      expect(await packer.build(local, { region })).toMatchObject({ code: 0 })
      const calls = await local.calls()
      const at = made.filter((action) => calls.some((call) => call.action === action && call.tagged.length > 0))
      expect({ at, bugs: calls.filter(({ bug }) => bug) }).toEqual({ at: tagged, bugs: [] })
      // All resources that remain have their tags.
      const kept = (await local.inventory()).map(({ type, tags }) => [type, tags])
      expect(kept).toEqual(['image', 'snapshot'].map((type) => [type, { 'made-by': 'test' }]))
    } finally {
      await local.stop()
    }
  },
  300_000,
)
