import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { jobOn, type Local, leftovers, type Mirror, startLocal, startMirror } from './local.ts'

let local: Local
let mirror: Mirror

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
}, 1_800_000)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, 60_000)

/** Runs a job that must fail before anything is launched, and returns its log. */
async function refused(inputs: Record<string, string>): Promise<string> {
  const before = (await local.calls()).length
  const job = jobOn(local, mirror, inputs)
  try {
    const { main, post } = await runJob(job)
    expect({ code: main.code, post: post.code }).toEqual({ code: 1, post: 0 })
    const calls = (await local.calls()).slice(before).map((call) => call.action)
    expect(calls).not.toContain('RunInstances')
    expect(leftovers(await local.inventory())).toEqual([])
    return main.log
  } finally {
    job.dispose()
  }
}

describe('refused before anything is launched', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['an unknown system', { os: 'debain-13' }, /debain-13.*debian-13/],
    ['an unknown region', { region: 'us-esat-1', 'ami-regions': 'us-esat-1' }, /us-esat-1.*us-east-1/],
    ['an unknown Kubernetes version', { 'kubernetes-version': '1.37.99' }, /1\.37\.99.*1\.37\.2/],
    ['an unknown template variable', { vars: 'volume_sise=20' }, /volume_sise.*volume_size/],
  ])(
    '%s',
    async (_, inputs, message) => {
      expect(await refused(inputs)).toMatch(message)
    },
    60_000,
  )

  test('a region that the account has not enabled', async () => {
    expect(await refused({ 'ami-regions': 'us-east-1,ap-east-1' })).toMatch(/has not enabled ap-east-1/)
  }, 60_000)

  test('a base AMI that does not exist', async () => {
    expect(await refused({ os: 'ubuntu-24.04' })).toMatch(/ubuntu-24\.04.*base AMI/i)
  }, 60_000)
})

test('no secret of the account is in a log of a refused job', async () => {
  const log = await refused({ os: 'ubuntu-24.04' })
  for (const name of ['AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
    const secret = local.ready.env[name] ?? 'absent'
    expect(log.replaceAll(`::add-mask::${secret}`, '')).not.toContain(secret)
  }
}, 60_000)

test('a mirror that signs with its own key needs mirror-trust', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-trust-'))
  const trust = join(directory, 'fingerprints.txt')
  copyFileSync(mirror.inputs['mirror-trust'] ?? '', trust)
  expect(readFileSync(trust, 'utf8')).toMatch(/[0-9A-F]{40}/)
  rmSync(directory, { recursive: true })
  expect(await refused({ 'mirror-trust': '' })).toMatch(/mirror-trust/)
}, 60_000)
