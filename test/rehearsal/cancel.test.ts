import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cancelStep, type Step, startStep } from '../../script/runner.ts'
import {
  jobOn,
  type Local,
  leftovers,
  type Mirror,
  mountsWith,
  processesWith,
  startLocal,
  startMirror,
} from './local.ts'

let local: Local
let mirror: Mirror

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
}, 1_800_000)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, 60_000)

/** Resolves once EC2 has answered this action, in the calls from index `from` on. */
async function called(action: string, from: number, region?: string): Promise<void> {
  for (let tick = 0; tick < 1200; tick++) {
    const calls = (await local.calls()).slice(from)
    if (calls.some((call) => call.action === action && (!region || call.region === region))) return
    await new Promise((later) => setTimeout(later, 100))
  }
  throw new Error(`${action} was not called within 120 s`)
}

/** Resolves once the step prints a matching line. */
function printed(step: Step, pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    step.child.stdout?.on('data', (chunk) => {
      seen += chunk
      if (pattern.test(seen)) resolve()
    })
    step.child.on('exit', (code) =>
      reject(new Error(`main ended with ${code} before it printed ${pattern}:\n${seen.slice(-2000)}`)),
    )
  })
}

type Moment = (step: Step, from: number) => Promise<void>
/** Cancels as the runner does, or with one signal. */
type How = 'cancel' | 'SIGTERM' | 'SIGKILL'

/** Starts a build, ends it at this moment, runs post, and checks for leftovers. */
async function cancelAt(moment: Moment, how: How): Promise<void> {
  const from = (await local.calls()).length
  const job = jobOn(local, mirror, { 'ami-regions': 'us-east-1,us-west-2' })
  const step = startStep(job, 'main')
  try {
    await moment(step, from)
    if (how !== 'cancel') step.child.kill(how)
    const main = how === 'cancel' ? await cancelStep(step) : await step.done
    expect(main.outputs['ami-ids'] ?? '{}').toBe('{}')
    if (how !== 'SIGKILL') expect(main.code).toBe(1)
    const post = await startStep(job, 'post').done
    expect(post.code).toBe(0)
    expect(leftovers(await local.inventory())).toEqual([])
    expect(processesWith(job.directory)).toEqual([])
    expect(mountsWith(job.directory)).toEqual([])
    expect(keyFiles(job.directory)).toEqual([])
  } finally {
    // main still runs here only if the test has failed.
    if (step.child.exitCode === null && step.child.signalCode === null) {
      step.child.kill('SIGKILL')
      await step.done
      await startStep(job, 'post').done
    }
    job.dispose()
  }
}

/** Files whose names suggest a private key. */
function keyFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /key|\.pem$|id_ed25519/i.test(name))
    .map((name) => join(directory, name))
}

const moments: [string, How, Moment][] = [
  ['while the instance is launched', 'cancel', (_, from) => called('RunInstances', from)],
  ['while the playbook runs', 'cancel', (step) => printed(step, /\d s {2}\w+ : /)],
  ['while the AMI is made', 'cancel', (_, from) => called('CreateImage', from)],
  ['while a copy is made', 'cancel', (_, from) => called('CopyImage', from, 'us-west-2')],
  ['by SIGTERM', 'SIGTERM', (_, from) => called('CreateSecurityGroup', from)],
  ['by SIGKILL, with no process of main left', 'SIGKILL', (_, from) => called('RunInstances', from)],
]

describe('a cancelled build leaves nothing', () => {
  test.each(moments)('%s', (_, how, moment) => cancelAt(moment, how), 420_000)
})
