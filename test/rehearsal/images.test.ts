import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { startServer } from '../../script/server.ts'
import { jobOn, type Local, leftovers, type Mirror, root, startLocal, startMirror } from './local.ts'

const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined

let local: Local
let mirror: Mirror

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-12', 'debian-13'), startMirror()])
}, 1_800_000)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, 60_000)

/** Calls the AWS CLI on the local EC2; returns the parsed output. */
function aws(...args: string[]): unknown {
  const result = spawnSync('aws', [...args, '--output', 'json'], {
    encoding: 'utf8',
    env: { ...process.env, ...local.ready.env, AWS_DEFAULT_REGION: 'us-east-1' },
  })
  if (result.status !== 0) throw new Error(result.stderr)
  return JSON.parse(result.stdout || 'null')
}

const images = async () => (await local.inventory()).filter(({ type }) => type === 'image')

test('if one of two images fails, the other is published and the step fails', async () => {
  await local.faults([{ action: 'CreateImage', times: 1, code: 'InternalError', status: 400 }])
  const job = jobOn(local, mirror, { os: 'debian-12,debian-13', tags: 'team=platform' })
  try {
    const { main, post } = await runJob(job)
    expect({ main: main.code, post: post.code }).toEqual({ main: 1, post: 0 })
    const ids = Object.entries(JSON.parse(main.outputs['ami-ids'] ?? '{}')) as [string, Record<string, string>][]
    expect(ids).toHaveLength(1)
    const [key, regions] = ids[0] ?? ['', {}]
    const ami = regions['us-east-1'] ?? ''
    const other = key === 'debian-12-amd64' ? 'debian-13-amd64' : 'debian-12-amd64'
    const errors = main.log.split('\n').filter((line) => line.startsWith('::error'))
    expect(errors.filter((line) => line.includes(other))).toHaveLength(1)
    expect(main.summary).toContain(ami)

    // Only the published AMI and its snapshots remain.
    const described = aws('ec2', 'describe-images', '--owners', 'self') as {
      Images: {
        ImageId: string
        State: string
        Tags: { Key: string; Value: string }[]
        BlockDeviceMappings: { Ebs?: { SnapshotId: string } }[]
      }[]
    }
    expect(described.Images.map((image) => image.ImageId)).toEqual([ami])
    const [image] = described.Images
    expect(image?.State).toBe('available')
    const tags = Object.fromEntries(image?.Tags.map(({ Key, Value }) => [Key, Value]) ?? [])
    expect(tags).toMatchObject({
      team: 'platform',
      'k8s-image:image': key,
      'k8s-image:os': key.slice(0, 9),
      'k8s-image:kubernetes': '1.37.2',
    })
    const snapshots = image?.BlockDeviceMappings.flatMap((device) => device.Ebs?.SnapshotId ?? []) ?? []
    expect(leftovers(await local.inventory(), ami, ...snapshots)).toEqual([])
  } finally {
    job.dispose()
  }
}, 900_000)

all?.(
  'a failing task is one annotation at its file and line; a throttled call is no failure',
  async () => {
    await local.faults([{ action: 'RunInstances', times: 2, code: 'RequestLimitExceeded', status: 503 }])
    const before = (await images()).length
    const job = jobOn(local, mirror, { 'extra-packages': 'no-such-package' })
    try {
      const { main } = await runJob(job)
      expect(main.code).toBe(1)
      const errors = main.log.split('\n').filter((line) => line.startsWith('::error'))
      expect(errors).toEqual([expect.stringMatching(/file=ansible\/roles\/[^,]+\.yml,.*line=\d+/)])
      // The task failed on an instance, so the launch succeeded after two throttled calls.
      const runs = (await local.calls()).filter((call) => call.action === 'RunInstances').slice(-3)
      expect(runs.map((call) => call.status)).toEqual([503, 503, 200])
      expect(await images()).toHaveLength(before)
    } finally {
      job.dispose()
    }
  },
  600_000,
)

all?.(
  'two runs at once on one machine do not disturb each other',
  async () => {
    const jobs = [jobOn(local, mirror), jobOn(local, mirror)]
    try {
      const results = await Promise.all(jobs.map(runJob))
      expect(results.map(({ main, post }) => [main.code, post.code])).toEqual([
        [0, 0],
        [0, 0],
      ])
      const ids = results.map(({ main }) => main.outputs['ami-id'])
      expect(new Set(ids).size).toBe(2)
    } finally {
      for (const job of jobs) job.dispose()
    }
  },
  900_000,
)

all?.(
  'four images at once, of which one fails: it is named, and the others are handed out',
  async () => {
    // The second version has the first one's programs, in packages with another version number.
    const server = await startServer(join(root, 'test/rehearsal/second_version.py'), [], 3000)
    const { url, trust } = server.ready as { url: string; trust: string }
    const before = (await local.inventory()).map(({ id }) => id)
    await local.faults([{ action: 'CreateImage', times: 1, code: 'InternalError', status: 400 }])
    const job = jobOn(local, mirror, {
      mirror: url,
      'mirror-trust': trust,
      os: 'debian-12,debian-13',
      'kubernetes-version': '1.37.1,1.37.2',
      'parallel-builds': '4',
    })
    try {
      const { main, post } = await runJob(job)
      expect({ main: main.code, post: post.code }).toEqual({ main: 1, post: 0 })
      const keys = ['debian-12', 'debian-13'].flatMap((os) =>
        ['1.37.1', '1.37.2'].map((version) => `${os}-amd64-${version}`),
      )
      const made = Object.keys(JSON.parse(main.outputs['ami-ids'] ?? '{}'))
      const failed = keys.filter((key) => !made.includes(key))
      expect({ made: made.length, failed: failed.length }).toEqual({ made: 3, failed: 1 })
      const errors = main.log.split('\n').filter((line) => line.startsWith('::error'))
      expect(keys.filter((key) => errors.some((line) => line.includes(key)))).toEqual(failed)
      // Each AMI has the tags of its own image, and nothing else is left.
      const inventory = (await local.inventory()).filter(({ id }) => !before.includes(id))
      const kept = inventory.filter(({ type }) => type === 'image')
      const labels = kept.map(({ tags }) => `${tags['k8s-image:image']} ${tags['k8s-image:kubernetes']}`)
      expect(labels.sort()).toEqual(made.sort().map((key) => `${key} ${key.slice(-6)}`))
      expect(leftovers(inventory, ...kept.flatMap(({ id, snapshot = '' }) => [id, snapshot]))).toEqual([])
    } finally {
      job.dispose()
      await server.stop()
    }
  },
  1_800_000,
)
