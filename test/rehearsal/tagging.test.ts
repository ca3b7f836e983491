/** Which resources packer-plugin-amazon tags while it makes them, in each partition: what it makes without tags, no sweep by tag finds. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, startLocalIn } from './local.ts'

const plugins = mkdtempSync(join(tmpdir(), 'k8s-image-test-plugins-'))
const env = { ...process.env, PACKER_PLUGIN_PATH: plugins, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' }
let packer: string

beforeAll(() => {
  const built = (name: string) =>
    execFileSync(join(root, 'script/mirror'), ['--from', 'source', '--print', name], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1) ?? ''
  packer = built('packer')
  const plugin = built('packer-plugin-amazon')
  execFileSync(packer, ['plugins', 'install', '--path', plugin, 'github.com/hashicorp/amazon'], { env })
}, 1_800_000)

afterAll(() => rmSync(plugins, { recursive: true }))

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
      const variables = ['-var', `region=${region}`, '-var', `ssh_port=${local.ready.sshPort}`]
      await promisify(execFile)(
        packer,
        ['build', ...variables, join(root, 'test/rehearsal/fixtures/tagging.pkr.hcl')],
        { env: { ...env, ...local.ready.env, AWS_REGION: region } },
      )
      const calls = await local.calls()
      const at = made.filter((action) => calls.some((call) => call.action === action && call.tagged.length > 0))
      expect({ at, bugs: calls.filter(({ bug }) => bug) }).toEqual({ at: tagged, bugs: [] })
      // In the end all that stays is tagged.
      const kept = (await local.inventory()).map(({ type, tags }) => [type, tags])
      expect(kept).toEqual(['image', 'snapshot'].map((type) => [type, { 'made-by': 'test' }]))
    } finally {
      await local.stop()
    }
  },
  300_000,
)
