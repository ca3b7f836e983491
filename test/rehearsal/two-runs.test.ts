/** Two runs that build the same image at the same time: neither removes the AMIs that the other publishes. */
import { type StepResult, startStep } from '../../script/runner.ts'
import { handedOut, jobIn, type Lane, startLanes } from './lanes.ts'
import { type Mirror, startMirror } from './local.ts'

let mirror: Mirror
let lane: Lane

beforeAll(async () => {
  mirror = await startMirror()
  const [first] = await startLanes(1, mirror)
  if (first === undefined) throw new Error('no lane')
  lane = first
}, 1_800_000)

afterAll(async () => {
  await lane?.stop()
  await mirror?.stop()
}, 300_000)

const ready = ({ code, log }: StepResult) => ({ code, log: code === 0 ? '' : log.slice(-3000) })
const done = { code: 0, log: '' }
const images = async () => (await lane.local.inventory()).filter(({ type }) => type === 'image')

/**
 * Runs two full jobs; the second starts when `begin` resolves. Returns their published AMIs with the states, and the other resources that
 * they left.
 */
async function both(begin: () => Promise<void>) {
  const before = new Set((await lane.local.inventory()).map(({ id }) => id))
  const jobs = [jobIn(lane), jobIn(lane)] as const
  try {
    const first = startStep(jobs[0], 'main').done
    await Promise.race([begin(), first])
    const ended = await Promise.all([first, startStep(jobs[1], 'main').done])
    expect(ended.map(ready)).toEqual([done, done])
    for (const job of jobs) expect((await startStep(job, 'post').done).code).toBe(0)
    const amis = ended.map(({ outputs }) => handedOut(outputs).map(({ id }) => id))
    const inventory = (await lane.local.inventory()).filter(({ id }) => !before.has(id))
    const snapshots = inventory.flatMap(({ id, snapshot }) => (amis.flat().includes(id) ? (snapshot ?? []) : []))
    const known = new Set([...amis.flat(), ...snapshots])
    const left = inventory.filter(({ id }) => !known.has(id)).map(({ type, id }) => `${type} ${id}`)
    const states = inventory.filter(({ type }) => type === 'image').map(({ tags }) => tags['k8s-image:state'])
    return { amis, left, states }
  } finally {
    for (const job of jobs) job.dispose()
  }
}

test('started together, each run has its own AMI in both regions', async () => {
  const { amis, left, states } = await both(async () => {})
  expect(new Set(amis.flat()).size).toBe(4)
  expect({ left, states }).toEqual({ left: [], states: ['built', 'built', 'built', 'built'] })
}, 600_000)

test("started while the first run's AMI is pending, the second run hands out the same AMI", async () => {
  const before = (await images()).length
  await lane.local.settings({ imageSeconds: 20 })
  try {
    const { amis, left, states } = await both(async () => {
      while ((await images()).length === before) await new Promise((later) => setTimeout(later, 100))
    })
    expect(amis[0]).toHaveLength(2)
    expect(amis[1]).toEqual(amis[0])
    expect({ left, states }).toEqual({ left: [], states: ['built', 'built'] })
  } finally {
    await lane.local.settings({ imageSeconds: 0 })
  }
}, 600_000)
