import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { awsClients } from '../../src/aws/clients.ts'
import { ec2ByRegion } from '../../src/aws/ec2-client.ts'
import { compile } from '../unit/support/compiled.ts'
import { type Local, startLocal } from './local.ts'
import { passedAmis, publishMany, type Taken } from './publish-many.ts'

/** With --all, the documented scale; otherwise enough images to see whether calls grow linearly. */
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

async function publish(count: number): Promise<Taken & { count: number; calls: number; throttled: number }> {
  await local.settings({ rates: 'none', copySeconds: 0, copiesAtOnce: 1000 })
  const keys = Array.from({ length: count }, (_, at) => `of-${count}-${at}`)
  const images = await passedAmis(ec2ByRegion(awsClients(local.ready.env))(HOME), keys)
  await local.settings({ rates: 'aws', copySeconds: 2, copiesAtOnce: 20 })
  const from = (await local.calls()).length
  const taken = await publishMany(local, directory, { images, home: HOME, regions: copyRegions, timeout: 1800 })
  const made = (await local.calls()).slice(from)
  const throttled = made.filter(({ status }) => status === 503).length
  return { ...taken, count, calls: made.length, throttled }
}

test('many images reach every region; calls grow with their number, memory does not', async () => {
  const rows = []
  for (const count of COUNTS) {
    const row = await publish(count)
    // The rate of throttled calls depends on this machine's speed.
    const each = (row.calls - row.throttled) / (count * (copyRegions.length + 1))
    process.stderr.write(
      `${count} images x ${copyRegions.length + 1} regions: ${row.seconds.toFixed(0)} s, ${row.calls} calls ${row.throttled} of them throttled (` +
        `${each.toFixed(2)} others an image and region), ${row.megabytes.toFixed(0)} MB at most\n`,
    )
    rows.push({ ...row, each })
  }
  for (const { failures, ready, count, megabytes } of rows) {
    expect({ failures, ready }).toEqual({ failures: [], ready: count * (copyRegions.length + 1) })
    expect(megabytes).toBeLessThan(MEGABYTES)
  }
  const [first, last] = [rows[0], rows.at(-1)]
  expect(copyRegions).toHaveLength(16)
  // Linear: more images need no more calls per image.
  expect(last?.each).toBeLessThan((first?.each ?? 0) * 1.25)
}, 2_400_000)
