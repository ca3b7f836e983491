import { hasEnded } from '../../script/child.ts'
import { cancelStep, type Step, startStep } from '../../script/runner.ts'
import {
  handedOut,
  inLanes,
  killAfter,
  killPackers,
  type Lane,
  leftAfterPost,
  packersOf,
  slice,
  startLanes,
  testedJobIn,
} from './lanes.ts'
import { type Mirror, startMirror } from './local.ts'

const all = Boolean(process.env.K8S_IMAGE_TEST_ALL)
/** Without --all, one moment for each of the two most different signals. */
const MOMENTS = all ? 30 : 1
const WAYS: readonly How[] = all ? ['SIGTERM', 'SIGINT', 'SIGKILL', 'SIGKILL of Packer'] : ['SIGTERM', 'SIGKILL']
let lanes: Lane[] = []
let mirror: Mirror
/** Duration of an undisturbed job, and start and duration of its Packer, in seconds. */
let jobSeconds = 0
let packer: { start: number; seconds: number }

beforeAll(async () => {
  mirror = await startMirror()
  lanes = await startLanes(all ? 2 : 1, mirror)
  const [lane] = lanes
  if (lane === undefined) return
  // Twice, since the first run also prepares the tools.
  for (let time = 0; time < 2; time++) {
    const job = testedJobIn(lane)
    const step = startStep(job, 'main')
    const start = performance.now()
    const seen: number[] = []
    const watch = setInterval(() => packersOf(job.directory).length > 0 && seen.push(performance.now() - start), 100)
    const main = await step.done
    clearInterval(watch)
    const left = await leftAfterPost(lane, job, main.outputs)
    // The watch sees exactly the published AMIs, and only after they passed.
    const { sightings } = await job.names.stop()
    job.dispose()
    expect(sightings.filter(({ passed }) => !passed)).toEqual([])
    expect(new Set(sightings.map(({ id }) => id))).toEqual(new Set(handedOut(main.outputs).map(({ id }) => id)))
    expect({ code: main.code, left }).toEqual({ code: 0, left: [] })
    jobSeconds = main.seconds
    packer = { start: (seen[0] ?? 0) / 1000, seconds: ((seen.at(-1) ?? 0) - (seen[0] ?? 0)) / 1000 }
  }
  process.stderr.write(`a job takes ${jobSeconds.toFixed(1)} s, Packer ${packer.seconds.toFixed(1)} s of it\n`)
}, 1_800_000)

afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.stop()))
  await mirror?.stop()
}, 300_000)

type How = 'SIGTERM' | 'SIGINT' | 'SIGKILL' | 'SIGKILL of Packer'

/** Returns whether there was a process to end. Waits for Packer to start. */
async function end(step: Step, how: How, directory: string): Promise<boolean> {
  if (hasEnded(step.child)) return false
  if (how === 'SIGINT') await cancelStep(step)
  else if (how !== 'SIGKILL of Packer') step.child.kill(how)
  else
    while (killPackers(directory) === 0) {
      if (hasEnded(step.child)) return false
      await new Promise((later) => setTimeout(later, 100))
    }
  return true
}

/** Kills a job after some seconds, or earlier if it has ended by then; returns leftovers after post. */
async function killed(lane: Lane, row: { how: How; seconds: number }): Promise<string[]> {
  for (let seconds = row.seconds; seconds > row.seconds / 2; seconds *= 0.9) {
    const { wasHit, left } = await killedAfter(lane, row.how, seconds)
    if (wasHit || left.length > 0) return left
  }
  return ['each of its jobs had ended before']
}

async function killedAfter(lane: Lane, how: How, seconds: number): Promise<{ wasHit: boolean; left: string[] }> {
  const job = testedJobIn(lane)
  const step = startStep(job, 'main')
  try {
    await Promise.race([step.done, new Promise((later) => setTimeout(later, seconds * 1000))])
    const wasHit = await end(step, how, job.directory)
    const main = await step.done
    const hasAmis = Object.keys(JSON.parse(main.outputs['ami-ids'] ?? '{}')).length > 0
    const wrong = hasAmis && main.code !== 0 && main.signal === null ? ['it failed, but its outputs have AMIs'] : []
    return { wasHit, left: [...wrong, ...(await leftAfterPost(lane, job, main.outputs))] }
  } finally {
    job.dispose()
  }
}

/** Calls that copy and name AMIs. */
const steps = [
  { action: 'CopyImage', region: 'us-west-2' },
  { action: 'RegisterImage', region: 'us-east-1' },
  { action: 'RegisterImage', region: 'us-west-2' },
  { action: 'DeregisterImage', region: 'us-east-1' },
  { action: 'DeregisterImage', region: 'us-west-2' },
] as const

/** Kills a job after a call; returns leftovers after post. */
async function killedAt(lane: Lane, call: (typeof steps)[number]): Promise<string[]> {
  const job = testedJobIn(lane)
  try {
    const main = await killAfter(lane, job, call)
    return await leftAfterPost(lane, job, main.outputs)
  } finally {
    job.dispose()
  }
}

describe('a killed run leaves nothing', () => {
  if (all)
    test('by SIGKILL after each call that copies or names an AMI', async () => {
      expect(await inLanes(lanes, slice(steps), killedAt)).toEqual([])
    }, 1_200_000)

  test.each<How>(WAYS)(
    'by %s',
    async (how) => {
      const [start, seconds] = how === 'SIGKILL of Packer' ? [packer.start, packer.seconds] : [0.2, jobSeconds]
      const moments = Array.from({ length: MOMENTS }, (_, at) => ({
        how,
        seconds: Math.round((start + ((at + 0.5) * seconds) / MOMENTS) * 100) / 100,
      }))
      const rows = slice(moments)
      const began = performance.now()
      const complaints = await inLanes(lanes, rows, killed)
      process.stderr.write(
        `${rows.length} jobs ended by ${how} in ${Math.round((performance.now() - began) / 1000)} s\n`,
      )
      expect(complaints).toEqual([])
    },
    2_400_000,
  )
})
