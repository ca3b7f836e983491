/**
 * The levels cluster and conformance, on an AMI that has passed only boot. The second job makes a cluster of it and runs some of the
 * release's own conformance tests.
 */
import { readFileSync } from 'node:fs'
import { runJob, type StepResult } from '../../script/runner.ts'
import { MINUTE, printTimes } from './gates.ts'
import { jobOn, type Local, type Mirror, processesWith, startLocal, startMirror } from './local.ts'

/** Quick specs of the default selection that need only busybox. */
const names = [
  'Variable Expansion should allow substituting values in a container',
  'Security Context When creating a pod with readOnlyRootFilesystem should run the container with writable rootfs',
]
const focus = String.raw`(${names.join('|')}).*\[Conformance\]`
const skip = String.raw`\[Flaky\]|\[Serial\]|\[sig-network\]|Container Lifecycle Hook`

interface Test {
  readonly level: string
  readonly passed: boolean
  readonly reached: Readonly<Record<string, number>>
  readonly checks: readonly { level: string; name: string; passed: boolean; message: string; seconds: number }[]
}

let local: Local
let mirror: Mirror
let boot: Gated
let main: Gated
let result: Test

interface Gated extends StepResult {
  readonly directory: string
  readonly calls: readonly string[]
}

/** Runs a job that tests its AMI at this level; returns the result of main. */
async function gated(level: string, inputs: Readonly<Record<string, string>> = {}): Promise<Gated> {
  const before = (await local.calls()).length
  const job = jobOn(local, mirror, { test: level, ...inputs })
  jobs.push(job)
  const done = (await runJob(job)).main
  return { ...done, directory: job.directory, calls: (await local.calls()).slice(before).map(({ action }) => action) }
}
const jobs: { dispose(): void }[] = []
const LONG = { 'test-timeout': '40' }
const testOf = (job: StepResult): Test => JSON.parse(job.outputs.images ?? '[{}]')[0]?.test

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  // Tested AMIs boot their own kernel; build instances need not.
  await local.settings({ ownKind: 'machine' })
  boot = await gated('boot')
  main = await gated('conformance', { 'test-focus': focus, 'test-skip': skip, ...LONG })
  result = testOf(main)
}, 60 * MINUTE)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
  for (const job of jobs) job.dispose()
}, 60_000)

test('an AMI that passed boot is tested for a higher level, but not built again', () => {
  expect({ code: boot.code, log: boot.code ? boot.log.slice(-6000) : '' }).toEqual({ code: 0, log: '' })
  expect(JSON.parse(boot.outputs.images ?? '[]')[0]?.test).toMatchObject({ level: 'boot', passed: true })
  expect(main.log).toMatch(/to test \(conformance\): ami-\w+ \(same digest, passed boot\)/)
  expect(main.outputs).toMatchObject({ 'images-built': '0', 'images-existing': '1', 'ami-id': boot.outputs['ami-id'] })
  expect(main.calls).not.toContain('CreateImage')
  expect(main.calls.filter((action) => action === 'RunInstances')).toHaveLength(1)
})

const of = (level: string, test = result) => test.checks.filter((check) => check.level === level)

/** Prints the seconds of each check of cluster. */
function printChecks(test: Test): void {
  const checks = of('cluster', test).map(({ name, seconds }) => `${name} ${seconds} s`)
  process.stderr.write(`${checks.join(', ')}\n`)
  printTimes('debian-13', test.reached)
}

test('the AMI passes, and is handed out', () => {
  expect({ code: main.code, log: main.code ? main.log.slice(-6000) : '' }).toEqual({ code: 0, log: '' })
  expect(result).toMatchObject({ level: 'conformance', passed: true })
  expect(main.outputs['ami-id']).toMatch(/^ami-/)
  printChecks(result)
})

test('cluster: kubeadm made it a cluster, scheduled a pod, and reset it completely', () => {
  expect(of('cluster').map(({ name }) => name)).toEqual(['images', 'init', 'node-ready', 'pod-ready', 'reset'])
  const [images, , node, pod] = of('cluster')
  expect(images?.message).toBe('4 images; the mirror lacks those of addon/kube-proxy and addon/coredns')
  expect(of('cluster')[1]?.message).toBe(
    'by the user data, with its sentinel, without addon/kube-proxy, without addon/coredns',
  )
  expect(node?.message).toMatch(/^ip-[\d-]+\.ec2\.internal, v1\.37\.2$/)
  expect(pod?.message).toMatch(/^10\.254\.254\.\d+, scheduled on /)
})

test('conformance: each spec is a check, and a case of the JUnit file', () => {
  const specs = of('conformance').filter(({ name }) => name.startsWith('[sig-'))
  expect(specs.length).toBeGreaterThanOrEqual(3)
  expect(of('conformance').at(-1)).toMatchObject({
    name: 'suite',
    message: expect.stringMatching(/^(\d+) of \1 specs/),
  })
  const junit = readFileSync(main.outputs.junit ?? '', 'utf8')
  expect(specs.map(({ message }) => message)).toEqual(specs.map((_, at) => `passed (${at + 1} of ${specs.length})`))
  for (const { name } of specs)
    expect(junit).toContain(`<testcase classname="debian-13-amd64.conformance" name="${name}"`)
})

test('no process is left', () => {
  for (const { directory } of [boot, main]) expect(processesWith(directory)).toEqual([])
})
