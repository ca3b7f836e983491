import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cancelStep, type Job, runJob, startStep } from '../../script/runner.ts'
import { marked } from '../../src/packer/processes.js'
import { type House, printed, root, runPost, secrets, startHouse } from './house.js'

const key = 'debian-13-amd64'
let house: House

beforeEach(async () => {
  house = await startHouse()
}, 60_000)

afterEach(() => house.stop())

const left = () => house.ec2.things.map(({ id }) => id).sort()
const errors = (log: string) => log.split('\n').filter((line) => line.startsWith('::error'))

/** Files below a job's directory, without the runner's own. */
const files = (job: Job) =>
  readdirSync(join(job.directory, 'temp'), { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort()

/** Processes of the job's run. */
function processes(job: Job) {
  const state = readFileSync(join(job.directory, 'main.state'), 'utf8')
  return marked([`K8S_IMAGE_RUN=${/"runId":"(\w+)"/.exec(state)?.[1]}`])
}

test('of two images, one copied twice and one failing: the good one is published and stays', async () => {
  const job = house.job(
    { 'debian-12-amd64': 'task', [key]: 'success:ami-01' },
    { os: 'debian-12,debian-13', 'ami-regions': 'us-east-1,us-west-2' },
  )
  const { main, post } = await runJob(job)
  expect({ main: main.code, post: post.code }).toEqual({ main: 1, post: 0 })
  const ids = JSON.parse(main.outputs['ami-ids'] ?? '')
  const named = expect.stringMatching(/^ami-named/)
  expect(ids).toEqual({ [key]: { 'us-east-1': named, 'us-west-2': named } })
  expect(errors(main.log)).toEqual([
    '::error title=build-failed,file=ansible/roles/containerd/tasks/main.yml,line=12::debian-12-amd64: containerd : Unpack: the sum of the file is wrong — see packer.log for the full output of the task',
  ])
  expect(main.log).toContain('debian-12-amd64:     1.0 s  containerd : Unpack — failed')
  expect(main.summary).toContain('1 of 2 built')
  // The provisional AMIs are gone, and the named AMIs use their snapshots.
  expect(left()).toEqual([...Object.values<string>(ids[key]).sort(), 'snap-01', expect.stringMatching(/^snap-copy/)])
  expect(house.ec2.things.map(({ tags }) => tags.get('k8s-image:state'))).toEqual(['built', 'built', 'built', 'built'])
  // Only the report remains of the run's files.
  const names = [
    'debian-12-amd64.packer.log',
    `${key}.gate.log`,
    `${key}.packer.log`,
    'iam-policy.json',
    'images.json',
    'junit.xml',
    'packer.log',
    'preflight.json',
    'tasks.jsonl',
    'timings.json',
  ]
  expect(files(job)).toEqual(names.sort())
  expect(processes(job)).toEqual([])
}, 60_000)

test('a second run prepares nothing again', async () => {
  await runJob(house.job({ [key]: 'success:ami-01' }))
  const { main } = await runJob(house.job({ [key]: 'success:ami-02' }))
  expect(main.code).toBe(0)
  expect(main.outputs['ami-id']).toMatch(/^ami-named/)
  const timings = JSON.parse(readFileSync(join(main.outputs['report-directory'] ?? '', 'timings.json'), 'utf8'))
  expect(timings.bytesFetched).toBe(0)
}, 60_000)

test('wrong inputs: all are reported before any download or call', async () => {
  const job = house.job({}, { os: 'debain-13', arch: 'amd46', timeout: 'soon' })
  const { main, post } = await runJob(job)
  expect({ main: main.code, post: post.code }).toEqual({ main: 1, post: 0 })
  expect(errors(main.log)).toHaveLength(3)
  expect(main.log).toMatch(/debain-13.*debian-13/)
  expect(main.summary).toContain('debain')
  expect(house.ec2.calls).toEqual([])
}, 30_000)

test('no secret in any log, file, output or summary', async () => {
  const job = house.job({ [key]: 'leak:ami-01' })
  const { main, post } = await runJob(job)
  expect(main.code).toBe(0)
  const report = main.outputs['report-directory'] ?? ''
  const seen = [
    main.log,
    post.log,
    main.summary,
    JSON.stringify(main.outputs),
    readFileSync(join(job.directory, 'main.state'), 'utf8'),
    ...readdirSync(report).map((name) => readFileSync(join(report, name), 'utf8')),
  ]
    .join('\n')
    .replaceAll(/^::add-mask::.*$/gm, '')
  expect(seen).toContain('secret is ***')
  for (const secret of [...Object.values(secrets), 'b3BlbnNzaC1rZXk']) expect(seen).not.toContain(secret)
  for (const secret of Object.values(secrets)) expect(main.log).toContain(`::add-mask::${secret}`)
}, 60_000)

describe('a cancel leaves nothing in EC2, no process and no key file', () => {
  /** @returns number of the run's processes after main ended */
  async function cancelled(mode: string, how: 'runner' | NodeJS.Signals = 'runner'): Promise<number> {
    const job = house.job({ [key]: mode }, { 'ami-regions': 'us-east-1,us-west-2' })
    const step = startStep(job, 'main')
    await printed(step, mode.startsWith('pending') ? 'Creating AMI' : 'Connected to SSH!')
    await new Promise((later) => setTimeout(later, 500)) // until the fake Packer has set its trap
    expect(left()).toContain(`i-${key}`)
    if (how !== 'runner') step.child.kill(how)
    const main = how === 'runner' ? await cancelStep(step) : await step.done
    const running = processes(job).length
    expect(main.outputs['ami-ids']).toBeUndefined()
    if (how !== 'SIGKILL') expect({ code: main.code, errors: errors(main.log) }).toEqual({ code: 1, errors: [] })
    const post = await runPost(job)
    expect(post.code).toBe(0)
    expect(post.log).not.toContain('::warning')
    expect(left()).toEqual([])
    expect(processes(job)).toEqual([])
    expect(files(job).filter((name) => !name.endsWith('.packer.log'))).toEqual(['iam-policy.json', 'preflight.json'])
    return running
  }

  test('while the playbook runs', async () => {
    expect(await cancelled('slow')).toBe(0)
  }, 60_000)

  test('by SIGTERM alone', async () => {
    expect(await cancelled('slow', 'SIGTERM')).toBe(0)
  }, 60_000)

  test('while the AMI is pending and Packer does not know it', async () => {
    await cancelled('pending:ami-01')
  }, 60_000)

  test('when Packer takes longer than the runner waits, post waits for it', async () => {
    expect(await cancelled('busy')).toBeGreaterThan(0)
  }, 90_000)

  test('by SIGKILL: Packer continues, and post ends it', async () => {
    expect(await cancelled('slow', 'SIGKILL')).toBeGreaterThan(0)
  }, 60_000)
})

describe('post', () => {
  test('does nothing without an earlier run', async () => {
    const job = house.job({})
    const { post } = await runJob({ ...job, inputs: { ...job.inputs, os: 'none' } })
    expect({ code: post.code, calls: house.ec2.calls }).toEqual({ code: 0, calls: [] })
    expect(post.log.replaceAll(/^::add-mask::.*\n/gm, '')).toBe('')
  }, 30_000)

  test('retries a deletion that fails at first', async () => {
    const job = house.job({ [key]: 'pending:ami-01' })
    const step = startStep(job, 'main')
    await printed(step, 'Creating AMI')
    await cancelStep(step)
    let refused = 0
    house.ec2.fault = (action) =>
      action === 'DeregisterImage' && ++refused === 1 ? { status: 403, code: 'UnauthorizedOperation' } : undefined
    expect((await runPost(job)).code).toBe(0)
    expect(refused).toBe(2)
    expect(left()).toEqual([])
  }, 90_000)
})

test('dist/ holds no path of the machine that built it', () => {
  for (const entry of ['main', 'post']) {
    expect(existsSync(join(root, 'dist', entry, 'index.js'))).toBe(true)
    for (const name of readdirSync(join(root, 'dist', entry))) {
      expect(readFileSync(join(root, 'dist', entry, name), 'utf8').includes(root)).toBe(false)
    }
  }
})
