import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { awsClients } from '../../src/aws/clients.ts'
import { ec2ByRegion } from '../../src/aws/ec2-client.ts'
import { publishSettings } from '../unit/fakes.ts'
import { compile } from '../unit/support/compiled.ts'
import { type Local, startLocal } from './local.ts'

/** With --all what is asked for; otherwise enough to see whether calls grow linearly. */
const COUNTS = process.env.K8S_IMAGE_TEST_ALL ? [50, 100, 200] : [4, 8]
const HOME = 'us-east-1'
const MEGABYTES = 250

let local: Local
let directory: string
let copyRegions: string[]

beforeAll(async () => {
  local = await startLocal('debian-13')
  directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-scale-'))
  compile(directory)
  const regions = await ec2ByRegion(awsClients(local.ready.env))(HOME).enabledRegions()
  copyRegions = regions.filter((region) => region !== HOME)
}, 1_800_000)

afterAll(async () => {
  await local?.stop()
  rmSync(directory, { recursive: true, force: true })
}, 60_000)

/** So many AMIs in the build region, as builds would have left them. */
async function makeImages(count: number): Promise<{ key: string; ami: string }[]> {
  await local.settings({ rates: 'none', copySeconds: 0, copiesAtOnce: 1000 })
  const ec2 = ec2ByRegion(awsClients(local.ready.env))(HOME)
  const base = await ec2.newestAmi({ owner: '136693071363', nameFilter: 'debian-13-*', arch: 'amd64' })
  const keys = Array.from({ length: count }, (_, at) => `of-${count}-${at}`)
  return Promise.all(
    keys.map(async (key) => ({
      key,
      ami: await ec2.copy({
        name: `provisional-${key}`,
        sourceRegion: HOME,
        sourceId: base?.id ?? '',
        tags: {
          'k8s-image:run': 'scale',
          'k8s-image:digest': `sha256:${key}`,
          'k8s-image:name': key,
          'k8s-image:state': 'tested',
        },
        token: key,
      }),
    })),
  )
}

interface Taken {
  readonly seconds: number
  readonly ready: number
  readonly failures: readonly string[]
  readonly megabytes: number
}

async function publish(count: number): Promise<Taken & { count: number; calls: number; throttled: number }> {
  const images = await makeImages(count)
  await local.settings({ rates: 'aws', copySeconds: 2, copiesAtOnce: 20 })
  const plan = join(directory, `plan-${count}.json`)
  // The inputs' defaults.
  writeFileSync(
    plan,
    JSON.stringify({ images, home: HOME, regions: copyRegions, timeout: 1800, settings: publishSettings }),
  )
  const from = (await local.calls()).length
  const script = join(import.meta.dirname, 'fixtures/publish-many.mjs')
  const { stdout } = await promisify(execFile)(process.execPath, [script, plan], {
    cwd: directory,
    env: { ...process.env, ...local.ready.env, NODE_OPTIONS: '' },
    maxBuffer: 64 * 1024 * 1024,
  })
  const made = (await local.calls()).slice(from)
  const throttled = made.filter(({ status }) => status === 503).length
  return { ...(JSON.parse(stdout) as Taken), count, calls: made.length, throttled }
}

test('many images reach every region; calls grow with their number, memory does not', async () => {
  const rows = []
  for (const count of COUNTS) {
    const row = await publish(count)
    const each = row.calls / (count * (copyRegions.length + 1))
    process.stderr.write(
      `${count} images x ${copyRegions.length + 1} regions: ${row.seconds.toFixed(0)} s, ${row.calls} calls (${each.toFixed(2)} an image and region, ` +
        `${row.throttled} of them throttled), ${row.megabytes.toFixed(0)} MB at most\n`,
    )
    rows.push({ ...row, each })
  }
  for (const { failures, ready, count, megabytes } of rows) {
    expect({ failures, ready }).toEqual({ failures: [], ready: count * (copyRegions.length + 1) })
    expect(megabytes).toBeLessThan(MEGABYTES)
  }
  const [first, last] = [rows[0], rows.at(-1)]
  expect(copyRegions).toHaveLength(16)
  // Linear: an image costs no more among many than among few.
  expect(last?.each).toBeLessThan((first?.each ?? 0) * 1.25)
}, 2_400_000)
