/** A slow EC2: describe calls lag behind writes, and states change late. */
import { startStep } from '../../script/runner.ts'
import { inLanes, killPackers, type Lane, leftAfterPost, slice, startLanes, testedJobIn } from './lanes.ts'
import { type Mirror, prune, startMirror } from './local.ts'

const all = Boolean(process.env.K8S_IMAGE_TEST_ALL)
let lanes: Lane[] = []
let mirror: Mirror

beforeAll(async () => {
  mirror = await startMirror()
  lanes = await startLanes(all ? 2 : 1, mirror)
}, 1_800_000)

afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.stop()))
  await mirror?.stop()
}, 300_000)

/** Delays in seconds, by setting of the local EC2 (rehearsal/README.md). */
type Late = Readonly<Record<string, number>>

const PROMPT: Late = { lagSeconds: 0, imageSeconds: 0, copySeconds: 1, launchSeconds: 0, terminateSeconds: 0 }
/** All delays at once, each as long as on a slow EC2. */
const LATEST: Late = { lagSeconds: 20, imageSeconds: 20, copySeconds: 20, launchSeconds: 10, terminateSeconds: 20 }

/** One job on a slow EC2: it succeeds, and leaves only its published AMIs. */
async function slowJob(lane: Lane, late: Late): Promise<string[]> {
  const job = testedJobIn(lane)
  try {
    await lane.local.settings({ ...PROMPT, ...late })
    const main = await startStep(job, 'main').done
    process.stderr.write(`${JSON.stringify(late)}: ended with ${main.code} after ${main.seconds.toFixed(0)} s\n`)
    const wrong = main.code === 0 ? [] : [`main ended with ${main.code}: ${main.log.slice(-2500)}`]
    // The count needs EC2's current state, without lag.
    const prompt = () => lane.local.settings(PROMPT)
    return [...wrong, ...(await leftAfterPost(lane, job, main.outputs, prompt))]
  } finally {
    await lane.local.settings(PROMPT)
    job.dispose()
  }
}

/** Kills a job's action and Packer after some seconds on a slow EC2; returns leftovers after post and the next run's sweep. */
async function killed(lane: Lane, { seconds, late }: { seconds: number; late: Late }): Promise<string[]> {
  const job = testedJobIn(lane)
  try {
    await lane.local.settings({ ...PROMPT, ...late })
    const step = startStep(job, 'main')
    await Promise.race([step.done, new Promise((later) => setTimeout(later, seconds * 1000))])
    step.child.kill('SIGKILL')
    killPackers(job.directory)
    const main = await step.done
    return await leftAfterPost(lane, job, main.outputs, async () => {
      const left = await lane.local.inventory()
      process.stderr.write(
        `killed after ${seconds} s: post left ${left.map(({ type }) => type).join(', ') || 'nothing'}\n`,
      )
      if (left.length > 0) await sweepOfNextRun(lane)
    })
  } finally {
    await lane.local.settings(PROMPT)
    job.dispose()
  }
}

/** Waits until the leftovers are a minute old, the lowest limit, and sweeps them by age. */
async function sweepOfNextRun(lane: Lane): Promise<void> {
  await new Promise((later) => setTimeout(later, 61_000))
  const inputs = { regions: 'us-east-1,us-west-2', keep: '1000', 'sweep-older-than': '1m', 'dry-run': 'false' }
  const { code, log } = await prune(lane.local, inputs)
  expect({ code, log: code === 0 ? '' : log }).toEqual({ code: 0, log: '' })
}

test('the job succeeds although describes lag and states change late', async () => {
  const rows: readonly Late[] = [
    LATEST,
    ...[1, 3, 5, 10, 15, 20].map((lagSeconds) => ({ lagSeconds })),
    { imageSeconds: 60 },
    { copySeconds: 60 },
    { launchSeconds: 30 },
    { terminateSeconds: 60 },
  ]
  expect(await inLanes(lanes, all ? slice(rows) : [{ ...LATEST, lagSeconds: 3 }], slowJob)).toEqual([])
}, 2_400_000)

test("a job that is killed while EC2 is late leaves nothing after post and the next run's sweep", async () => {
  const moments = all ? Array.from({ length: 12 }, (_, at) => 6 + 4 * at) : [14]
  const rows = moments.map((seconds) => ({ seconds, late: LATEST }))
  expect(await inLanes(lanes, slice(rows), killed)).toEqual([])
}, 2_400_000)
