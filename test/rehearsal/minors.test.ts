/** Every Kubernetes minor of the catalogue makes a cluster with its own programs. One job builds two minors for two systems. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { startServer } from '../../script/server.ts'
import { slice } from './lanes.ts'
import { jobOn, type Local, type Mirror, root, startLocal } from './local.ts'

const MINUTE = 60_000
const catalogue = JSON.parse(readFileSync(join(root, 'catalog/kubernetes.json'), 'utf8')) as Record<string, unknown>
const minors = Object.keys(catalogue)

let local: Local
let mirror: Mirror

beforeAll(async () => {
  // The shared mirror has only the newest minor.
  const versions = minors.flatMap((minor) => ['--kubernetes', minor])
  const [ec2, server] = await Promise.all([
    startLocal('debian-12', 'debian-13'),
    startServer(join(root, 'script/mirror'), ['--from', 'source', '--for', 'cluster', ...versions], 5400),
  ])
  const { url, trust } = server.ready as { url: string; trust: string }
  local = ec2
  mirror = { inputs: { mirror: url, 'mirror-trust': trust }, stop: server.stop }
  await local.settings({ ownKind: 'machine' })
}, 100 * MINUTE)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, MINUTE)

interface Image {
  readonly image: string
  readonly kubernetes: string
  readonly test: {
    readonly passed: boolean
    readonly level: string
    readonly checks: readonly { readonly name: string; readonly message: string }[]
  }
}

/** Runs a job; returns its output `images`. */
async function imagesOf(inputs: Readonly<Record<string, string>>): Promise<Image[]> {
  const job = jobOn(local, mirror, { 'test-timeout': '40', ...inputs })
  try {
    const { main, post } = await runJob(job)
    expect({ main: main.code, post: post.code, log: main.code ? main.log.slice(-6000) : '' }).toEqual({
      main: 0,
      post: 0,
      log: '',
    })
    return JSON.parse(main.outputs.images ?? '[]')
  } finally {
    job.dispose()
  }
}

const rows = [...minors, 'two at once']
for (const row of slice(rows)) {
  if (row === 'two at once')
    test(
      'two minors for two systems at once pass the level node',
      async () => {
        const [older = '', newest = ''] = minors.slice(-2)
        const images = await imagesOf({
          os: 'debian-12,debian-13',
          'kubernetes-version': `${older},${newest}`,
          test: 'node',
        })
        expect(images.map(({ test }) => [test.level, test.passed])).toEqual(Array(4).fill(['node', true]))
        const made = images.map(({ image, kubernetes }) => `${image.slice(0, 9)} ${kubernetes.replace(/\.\d+$/, '')}`)
        expect(made.sort()).toEqual(
          ['debian-12', 'debian-13'].flatMap((os) => [`${os} ${older}`, `${os} ${newest}`]).sort(),
        )
      },
      60 * MINUTE,
    )
  else
    test(
      `Kubernetes ${row} makes a cluster`,
      async () => {
        const [image] = await imagesOf({ 'kubernetes-version': row, test: 'cluster' })
        expect(image?.test).toMatchObject({ level: 'cluster', passed: true })
        const ready = image?.test.checks.find(({ name }) => name === 'node-ready')
        expect(ready?.message).toContain(`, v${row}.`)
      },
      40 * MINUTE,
    )
}
