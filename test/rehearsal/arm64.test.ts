/** An arm64 image from end to end: parts, base system, provisioning, boot and gate. Other architectures emulate all of it. */
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { startServer } from '../../script/server.ts'
import { jobOn, type Local, leftovers, type Mirror, root, startLocalFor } from './local.ts'

const MINUTE = 60_000

let local: Local
let mirror: Mirror

beforeAll(async () => {
  const parts = ['--from', 'source', '--for', 'node', '--arch', 'arm64']
  const [ec2, server] = await Promise.all([
    startLocalFor('arm64', 'debian-13'),
    startServer(join(root, 'script/mirror'), parts, 3600),
  ])
  const { url, trust } = server.ready as { url: string; trust: string }
  local = ec2
  mirror = { inputs: { mirror: url, 'mirror-trust': trust }, stop: server.stop }
  await local.settings({ ownKind: 'machine' })
}, 75 * MINUTE)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, MINUTE)

test(
  'Debian 13 for arm64 is built, boots and passes the level node',
  async () => {
    const job = jobOn(local, mirror, { os: 'debian-13', arch: 'arm64', test: 'node', 'test-timeout': '40' })
    try {
      const { main, post } = await runJob(job)
      expect({ main: main.code, post: post.code, log: main.code ? main.log.slice(-6000) : '' }).toEqual({
        ...{ main: 0, post: 0, log: '' },
      })
      const [image] = JSON.parse(main.outputs.images ?? '[]')
      expect(image).toMatchObject({ image: 'debian-13-arm64', test: { level: 'node', passed: true } })
      const ami = main.outputs['ami-id'] ?? ''
      const inventory = await local.inventory()
      const { snapshot = '' } = inventory.find(({ id }) => id === ami) ?? {}
      expect(leftovers(inventory, ami, snapshot)).toEqual([])
    } finally {
      job.dispose()
    }
  },
  60 * MINUTE,
)
