/** The levels cluster and conformance: one whole job, whose AMI is made a cluster of and then passes some of the release's own tests. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runJob, type StepResult } from '../../script/runner.ts'
import { GOALS, MINUTE, ratio } from './gates.ts'
import { type Mirror, processesWith, root, startMirror } from './local.ts'

/** Quick ones, of those that busybox is enough for. */
const focus = [
  'Variable Expansion should allow substituting values in a container',
  'Security Context When creating a pod with readOnlyRootFilesystem should run the container with writable rootfs',
].join('|')

interface Test {
  readonly level: string
  readonly passed: boolean
  readonly reached: Readonly<Record<string, number>>
  readonly checks: readonly { level: string; name: string; passed: boolean; message: string; seconds: number }[]
}

let mirror: Mirror
let directory: string
let main: StepResult
let result: Test

beforeAll(async () => {
  mirror = await startMirror()
  directory = mkdtempSync(join(tmpdir(), 'k8s-gate-'))
  const inputs = { rehearse: 'true', test: 'conformance', 'test-focus': focus, 'test-timeout': '40', ...mirror.inputs }
  main = (await runJob({ action: root, directory, inputs })).main
  result = JSON.parse(main.outputs.images ?? '[{}]')[0]?.test
}, 60 * MINUTE)

afterAll(async () => {
  await mirror?.stop()
  rmSync(directory, { recursive: true, force: true })
}, 60_000)

const of = (level: string) => result.checks.filter((check) => check.level === level)

test('the AMI passes, and is handed out', () => {
  expect({ code: main.code, log: main.code ? main.log.slice(-6000) : '' }).toEqual({ code: 0, log: '' })
  expect(result).toMatchObject({ level: 'conformance', passed: true })
  expect(main.outputs['ami-id']).toMatch(/^ami-/)
})

test('cluster: kubeadm made a cluster of it, a pod was scheduled, and nothing of it is left', () => {
  expect(of('cluster').map(({ name }) => name)).toEqual(['images', 'init', 'node-ready', 'pod-ready', 'reset'])
  const [images, , node, pod] = of('cluster')
  expect(images?.message).toBe('4 images; the mirror lacks those of addon/kube-proxy and addon/coredns')
  expect(node?.message).toMatch(/, v1\.37\.2$/)
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
  for (const { name } of specs)
    expect(junit).toContain(`<testcase classname="debian-13-amd64.conformance" name="${name}"`)
})

test('the way to the verdict of cluster is at most four times the way to SSH', () => {
  const phases = of('cluster').map(({ name, seconds }) => `${name} ${seconds} s`)
  process.stderr.write(`${phases.join(', ')}\n`)
  expect(ratio('debian-13', result.reached, 'cluster')).toBeLessThanOrEqual(GOALS.cluster)
})

test('no process is left', () => {
  expect(processesWith(directory)).toEqual([])
})
