/** Uncaught errors in each of the five bundles, which run as processes. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Job, startStep } from '../../script/runner.ts'
import { type House, printed, root, runPost, startHouse } from './house.js'

const key = 'debian-13-amd64'
let house: House
/** Accepts requests without answering, so that a step waits. */
let silent: Server
let onRequest: () => void
beforeEach(async () => {
  house = await startHouse()
  onRequest = () => undefined
  silent = createServer(() => onRequest())
  await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready))
}, 60_000)
afterEach(async () => {
  silent.closeAllConnections()
  silent.close()
  await house.stop()
})

const NODE_OPTIONS = `--import=${join(root, 'test/dist/fixtures/crash.mjs')}`
const crashing = (job: Job, env = {}): Job => ({ ...job, env: { ...job.env, NODE_OPTIONS, ...env } })
const errors = (log: string) => log.split('\n').filter((line) => line.startsWith('::error'))
const once = [
  expect.stringMatching(/^::error title=defect::internal error: planted by a test — report it.*%0A +at .*crash\.mjs/),
]
const left = () => house.ec2.things.map(({ id }) => id)

test.each(['exception', 'rejection'])(
  'main: one error with the stack, a summary, and post sweeps (%s)',
  async (CRASH) => {
    const job = crashing(house.job({ [key]: 'slow' }), { CRASH })
    const step = startStep(job, 'main')
    await printed(step, 'Connected to SSH!')
    expect(left()).toContain(`i-${key}`)
    step.child.kill('SIGUSR2')
    const main = await step.done
    expect({ code: main.code, errors: errors(main.log) }).toEqual({ code: 1, errors: once })
    expect(main.summary).toContain('planted by a test')
    expect(main.outputs['report-directory']).toBeDefined()
    const post = await runPost({ ...job, env: { ...job.env, NODE_OPTIONS: '' } })
    expect({ code: post.code, errors: errors(post.log), left: left() }).toEqual({ code: 0, errors: [], left: [] })
  },
  90_000,
)

test('post: one error, and it still sweeps', async () => {
  const job = crashing(house.job({ [key]: 'slow' }))
  const step = startStep(job, 'main')
  await printed(step, 'Connected to SSH!')
  step.child.kill('SIGKILL')
  await step.done
  const post = startStep(job, 'post')
  let crashed = false
  house.ec2.fault = () => {
    if (!crashed) crashed = post.child.kill('SIGUSR2')
    return undefined
  }
  const { code, log } = await post.done
  expect({ code, errors: errors(log), left: left() }).toEqual({ code: 0, errors: once, left: [] })
}, 90_000)

test.each([
  ['plan', (url: string) => ({ inputs: { mirror: url } })],
  ['prune', (url: string) => ({ inputs: { regions: 'us-east-1' }, env: { AWS_ENDPOINT_URL: url } })],
  [
    'release',
    (url: string) => ({
      inputs: { step: 'check', images: '[{"image":"a","regions":[],"work":true}]', token: 'ghs_0123456789' },
      env: { GITHUB_API_URL: url },
    }),
  ],
] as const)(
  '%s: one error with the stack',
  async (name, change) => {
    const job = house.job({})
    const { inputs, env = {} }: { inputs: Record<string, string>; env?: Record<string, string> } = change(
      `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    )
    const own = name === 'plan' ? { ...job.inputs, ...inputs } : inputs
    const step = startStep(crashing({ ...job, inputs: own }, env), name)
    onRequest = () => step.child.kill('SIGUSR2')
    const { code, log, summary } = await step.done
    expect({ code, errors: errors(log) }).toEqual({ code: 1, errors: once })
    if (name !== 'prune') expect(summary).toContain('planted by a test')
  },
  60_000,
)
