import { type StepResult, startStep } from '../../script/runner.ts'
import { inLanes, killPackers, type Lane, leftAfterPost, slice, startLanes, testedJobIn } from './lanes.ts'
import { type Call, type Fault, type Mirror, startMirror } from './local.ts'

const all = Boolean(process.env.K8S_IMAGE_TEST_ALL)
const exhaustive = all ? test : undefined
let lanes: Lane[] = []
let mirror: Mirror
/** Calls of main in a job without faults. */
let calls: Numbered[] = []

/** A call, numbered among the calls of its kind and region. */
interface Numbered {
  readonly service: string
  readonly action: string
  readonly region: string
  readonly nth: number
}

beforeAll(async () => {
  mirror = await startMirror()
  lanes = await startLanes(all ? 2 : 1, mirror)
  const [lane] = lanes
  if (lane === undefined) return
  const start = (await lane.local.calls()).length
  const job = testedJobIn(lane)
  const main = await startStep(job, 'main').done
  const between = (await lane.local.calls()).length
  const left = await leftAfterPost(lane, job, main.outputs)
  job.dispose()
  expect({ code: main.code, left, log: main.code === 0 ? '' : main.log.slice(-2000) }).toEqual({
    code: 0,
    left: [],
    log: '',
  })
  calls = numbered((await lane.local.calls()).slice(start, between))
}, 1_800_000)

afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.stop()))
  await mirror?.stop()
}, 300_000)

/** The first three calls of each kind; later ones only poll the same resource. */
function numbered(list: readonly Call[]): Numbered[] {
  const count = new Map<string, number>()
  return list
    .map(({ service, action, region }) => {
      const kind = `${service}:${action} ${region}`
      count.set(kind, (count.get(kind) ?? 0) + 1)
      return { service, action, region, nth: count.get(kind) ?? 1 }
    })
    .filter(({ nth }) => nth <= 3)
}

const ONCE: Readonly<Record<string, Partial<Fault>>> = {
  throttle: { code: 'RequestLimitExceeded', status: 503 },
  'server error': { code: 'InternalError', status: 500 },
  'no answer': { kind: 'timeout', seconds: 2 },
  'reset before it acted': { kind: 'reset-before' },
  'late answer': { kind: 'slow', seconds: 4 },
  'reset after it acted': { kind: 'reset-after' },
}

/** Packer's clean-up calls. If one fails, Packer reports it and continues. */
const CLEANING = /^(Delete|Terminate|DescribeVolumes|DescribeInstances|DeregisterImage)/
const READING = /^(Describe|Get|List)/

interface Row extends Numbered {
  readonly fault: string
}

function rowsOnce(): Row[] {
  const kinds = Object.keys(ONCE).filter((kind) => !kind.endsWith('after it acted'))
  return calls.flatMap((call, at) => [
    { ...call, fault: kinds[at % kinds.length] ?? '' },
    ...(READING.test(call.action) ? [] : [{ ...call, fault: 'reset after it acted' }]),
  ])
}

/** Runs a job with a fault on one call of main. Returns the problems from `judge` and from the count after post. */
async function faulty(
  lane: Lane,
  rule: Fault,
  judge: (main: StepResult, made: readonly Call[]) => readonly string[],
  inputs: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const from = (await lane.local.calls()).length
  await lane.local.faults([rule])
  const job = testedJobIn(lane, inputs)
  try {
    const main = await startStep(job, 'main').done
    await lane.local.faults([])
    const made = (await lane.local.calls()).slice(from)
    const never = made.some((one) => one.fault) ? [] : ['the call was never made']
    return [...never, ...judge(main, made), ...(await leftAfterPost(lane, job, main.outputs))]
  } finally {
    job.dispose()
  }
}

const errorsOf = (main: StepResult) => main.log.split('\n').filter((line) => line.startsWith('::error'))

/** One call of main fails once: the job succeeds, and leaves only its published AMIs. */
function once(lane: Lane, { fault, ...call }: Row): Promise<string[]> {
  return faulty(lane, { ...call, ...ONCE[fault] }, (main, made) => {
    if (main.code === 0) return []
    const calls = made.map((one) => `${one.action} ${one.region} ${one.status}`).join(', ')
    return [`main ended with ${main.code}: ${main.log.slice(-1500)}`, calls]
  })
}

/** One call keeps failing while main runs: the job fails with that cause, and leaves at most AMIs that passed. */
function always(lane: Lane, { fault, ...call }: Row): Promise<string[]> {
  return faulty(lane, { ...call, times: null, ...ALWAYS[fault] }, (main) => {
    if (main.code === 0) return CLEANING.test(call.action) ? [] : ['main succeeded']
    const errors = errorsOf(main)
    const cause = errors.some(
      (line) => line.includes(call.action) || /injected|do not allow|not authorized/i.test(line),
    )
    return cause ? [] : [`no error names the cause: ${errors.join('\n') || main.log.slice(-1500)}`]
  })
}

/** One call has no effect and returns 200 with an empty body. The job succeeds or fails with a reason, and leaves at most AMIs that passed. */
function emptyOnce(lane: Lane, { fault: _, ...call }: Row): Promise<string[]> {
  const judge = (main: StepResult) => {
    const errors = errorsOf(main)
    process.stderr.write(
      `nothing from ${call.action} ${call.region} ${call.nth}: ${main.code} after ${main.seconds.toFixed(0)} s ${errors.join(' ').slice(0, 300)}\n`,
    )
    const reported = errors.length > 0 && !/^\s+at \S+ \(/m.test(main.log)
    return main.code === 0 || reported ? [] : [`no error names the cause: ${main.log.slice(-1500)}`]
  }
  // Packer may wait for something that never started, until the action's time limit.
  return faulty(lane, { ...call, kind: 'empty' }, judge, { timeout: '2', 'test-timeout': '2' })
}

/** Retried errors cost minutes, so only every sixth row has one. */
const ALWAYS: Readonly<Record<string, Partial<Fault>>> = {
  'not allowed': { code: 'UnauthorizedOperation', status: 403 },
  'server error': { code: 'InternalError', status: 500 },
}

function rowsAlways(): Row[] {
  return calls
    .filter(({ nth }) => nth === 1)
    .map((call, at) => ({ ...call, fault: at % 6 === 5 ? 'server error' : 'not allowed' }))
}

const rowsEmpty = (): Row[] => calls.filter(({ nth }) => nth <= 2).map((call) => ({ ...call, fault: 'empty' }))

/** Kills main and Packer after their first call of `moment`. Returns the calls of post, of which one may fail, and what post left. */
async function afterKill(
  lane: Lane,
  moment: Moment,
  fault?: Fault,
): Promise<{ post: readonly Call[]; left: string[] }> {
  const job = testedJobIn(lane)
  const step = startStep(job, 'main')
  try {
    const from = (await lane.local.calls()).length
    await Promise.race([step.done, began(lane, from, moment)])
    step.child.kill('SIGKILL')
    // Otherwise post lets it clean up, and the sweep has nothing to delete.
    killPackers(job.directory)
    const main = await step.done
    const between = (await lane.local.calls()).length
    await lane.local.faults(fault === undefined ? [] : [fault])
    let post: readonly Call[] = []
    const left = await leftAfterPost(lane, job, main.outputs, async () => {
      await lane.local.faults([])
      post = (await lane.local.calls()).slice(between)
    })
    return { post, left }
  } finally {
    job.dispose()
  }
}

/** First the instance of the build is there, then its AMI and a copy. */
const moments = ['RunInstances', 'CopyImage'] as const
type Moment = (typeof moments)[number]

interface RowInPost extends Row {
  readonly moment: Moment
}

async function rowsInPost(): Promise<RowInPost[]> {
  const [lane] = lanes
  if (lane === undefined) return []
  const rows: RowInPost[] = []
  for (const moment of moments) {
    const { post, left } = await afterKill(lane, moment)
    expect(left).toEqual([])
    const kinds = ['throttle', 'server error', 'reset before it acted']
    // Packer may have removed its key pair by the second moment, so the first has the rows of both.
    const isKnown = (call: Numbered) =>
      rows.some(({ action, region }) => action === call.action && region === call.region)
    const first = numbered(post).filter((call) => call.nth === 1 && !isKnown(call))
    rows.push(...first.map((call, at) => ({ ...call, fault: kinds[at % kinds.length] ?? '', moment })))
  }
  return rows
}

/** One call of post fails once, after main was killed. */
async function inPost(lane: Lane, { fault, moment, ...call }: RowInPost): Promise<string[]> {
  const { post, left } = await afterKill(lane, moment, { ...call, ...ONCE[fault] })
  return post.some((one) => one.fault) ? left : ['the call was never made', ...left]
}

async function began(lane: Lane, from: number, moment: Moment): Promise<void> {
  while (!(await lane.local.calls()).slice(from).some(({ action }) => action === moment))
    await new Promise((later) => setTimeout(later, 100))
}

/** All rows with --all; otherwise the first row of each kind. */
const few = <T>(rows: readonly T[], ...kinds: readonly ((row: T) => boolean)[]): readonly T[] =>
  all ? slice(rows) : kinds.flatMap((is) => rows.filter(is).slice(0, 1))

async function check<R extends Row>(
  title: string,
  rows: readonly R[],
  work: (lane: Lane, row: R) => Promise<string[]>,
) {
  const began = performance.now()
  const complaints = await inLanes(lanes, rows, work)
  const seconds = Math.round((performance.now() - began) / 1000)
  process.stderr.write(`${title}: ${rows.length} jobs, ${calls.length} calls of main known, in ${seconds} s\n`)
  expect(rows.length).toBeGreaterThan(0)
  expect(complaints).toEqual([])
}

describe('one call fails', () => {
  test('once: the job succeeds', () => check('once', few(rowsOnce(), isCopy, isLostImage, isLostName), once), 2_400_000)

  exhaustive?.(
    'every time: the job fails, says why and leaves at most AMIs that passed',
    () => check('for ever', slice(rowsAlways()), always),
    2_400_000,
  )

  exhaustive?.(
    'with an empty answer of status 200: the job succeeds, or says why, and leaves at most AMIs that passed',
    () => check('empty', slice(rowsEmpty()), emptyOnce),
    2_400_000,
  )

  exhaustive?.(
    'once in post: nothing is left',
    async () => {
      const rows = await rowsInPost()
      const deleting = rows.map(({ action, region }) => `${action} ${region}`).filter((call) => !READING.test(call))
      expect(deleting).toEqual(
        expect.arrayContaining([
          ...['TerminateInstances us-east-1', 'DeleteKeyPair us-east-1', 'DeleteSecurityGroup us-east-1'],
          ...['DeregisterImage us-east-1', 'DeregisterImage us-west-2'],
        ]),
      )
      await check('in post', slice(rows), inPost)
    },
    2_400_000,
  )
})

/** EC2 registers the name, but the action does not get the answer. */
const isLostName = ({ action, fault }: Row) => action === 'RegisterImage' && fault === 'reset after it acted'
const isCopy = ({ action }: Row) => action === 'CopyImage'
/** EC2 creates the AMI, but Packer does not get the answer. */
const isLostImage = ({ action, fault }: Row) => action === 'CreateImage' && fault === 'reset after it acted'
