import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { runBuild, runDirectory } from '../../../../src/actions/build/run.js'
import type { State } from '../../../../src/actions/build/state.js'
import type { Effects } from '../../../../src/actions/effects.js'
import { readCatalog } from '../../../../src/catalog/catalog.js'
import { type Clock, systemClock } from '../../../../src/lib/clock.js'
import { UserError, UserErrors } from '../../../../src/lib/errors.js'
import { exec } from '../../../../src/lib/exec.js'
import type { Inputs, Wanted } from '../../../../src/model/inputs.js'
import type { Plan } from '../../../../src/model/plan.js'
import { marked, reap } from '../../../../src/packer/processes.js'
import { actionsOf } from '../../../../src/preflight/actions.js'
import { FEATURES, type FeatureName } from '../../../../src/preflight/features.js'
import { publishedHash } from '../../../../src/publish/settings.js'
import {
  image,
  type MemoryEc2,
  type MemoryLog,
  type MemoryServices,
  memoryEc2,
  memoryLog,
  memoryServices,
  publishSettings,
  type Thing,
} from '../../fakes.js'
import { type Answer, fakeAws } from '../prune/fake-aws.js'

/** Full runs, with EC2 in memory and a fake Packer (test/dist/fixtures/fake-packer) as a real process. */

const root = resolve(import.meta.dirname, '../../../..')
const fakePacker = join(root, 'test/dist/fixtures/fake-packer')
const inputs: Inputs = {
  kubernetesVersions: ['1.37'],
  os: ['debian-13'],
  operatingSystems: readCatalog(root).operatingSystems,
  arch: ['amd64'],
  region: 'us-east-1',
  amiRegions: ['us-east-1'],
  containerdVersion: undefined,
  kubernetesSource: 'package',
  lock: { mode: 'off', file: 'k8s-image.lock.json', path: '/nowhere/k8s-image.lock.json' },
  instanceType: undefined,
  subnetId: undefined,
  associatePublicIp: undefined,
  sshInterface: undefined,
  sshSourceCidrs: [],
  amiName: 'x',
  packerVersion: '1.16.0',
  mirror: undefined,
  mirrorTrust: [],
  buildProxy: undefined,
  varFile: {},
  vars: {},
  ansibleExtraVars: {},
  ansibleHooks: undefined,
  tags: {},
  ifExists: 'skip',
  publish: publishSettings,
  rehearse: 'false',
  test: 'none',
  testFocus: '',
  testSkip: '',
  testReboot: 'auto',
  testTimeout: 20,
  keepFailed: false,
  parallelBuilds: 2,
  timeout: 60,
  preflight: false,
}

let temporary: string
let log: MemoryLog
let ec2: MemoryEc2
let services: MemoryServices
let outputs: Record<string, string>
let states: State[]
let summary: string
/** EC2's answers to dry-run calls. */
let dry: Record<string, Answer>
const aws = () => fakeAws(dry)

beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'k8s-image-test-'))
  log = memoryLog()
  ec2 = memoryEc2()
  services = memoryServices()
  outputs = {}
  states = []
  summary = ''
  dry = {}
})

afterEach(() => rmSync(temporary, { recursive: true, force: true }))

const ami = (id: string, region = 'us-east-1'): Thing => ({
  region,
  kind: 'image',
  id,
  state: 'available',
  name: 'k8s-x',
  tags: { 'k8s-image:state': 'untested' },
  snapshots: [],
})

/** @param modes image key -> what the fake Packer does */
function effects(
  modes: Record<string, string>,
  changes: Partial<Effects> & { inputs?: Partial<Inputs>; copyRegions?: string[] } = {},
): Effects {
  for (const mode of Object.values(modes)) if (/:ami/.test(mode)) ec2.things.push(ami(mode.split(':')[1] ?? ''))
  const { inputs: changed, copyRegions = [], ...rest } = changes
  return {
    env: {
      PATH: process.env.PATH,
      RUNNER_TEMP: temporary,
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
      AWS_FAKE_PACKER: Object.entries(modes)
        .map(([key, mode]) => `${key}=${mode}`)
        .join(' '),
    },
    root,
    machine: { platform: 'linux', arch: 'x64', uid: 0 },
    log,
    clock: systemClock,
    exec,
    started: systemClock.now(),
    readWanted: async () => [{ name: undefined, required: true, inputs: { ...inputs, ...changed }, texts: {} }],
    makePlan: async (_, runId): Promise<Plan> => ({
      runId,
      region: 'us-east-1',
      copyRegions,
      images: Object.keys(modes).map((key) => image(key)),
    }),
    prepareTools: async () => ({
      packer: fakePacker,
      pluginDirectory: '/p',
      ansiblePlaybook: '/a',
      bytesFetched: 5,
      seconds: 1,
    }),
    ec2: () => ec2.byRegion,
    tally: { calls: {}, throttled: 0 },
    services: () => services.services,
    aws: () => aws().aws,
    saveState: (_, value) => states.push(JSON.parse(value)),
    setOutput: (name, value) => {
      outputs[name] = value
    },
    writeSummary: async (text) => {
      summary = text
    },
    crashed: new Promise(() => undefined),
    ...rest,
  }
}

const never = new AbortController().signal
const ownDirectory = () => join(temporary, readdirSync(temporary)[0] ?? '')
const report = (name: string) => readFileSync(join(outputs['report-directory'] ?? '', name), 'utf8')

test('one image with a copy: outputs, tags, report, and no secret left', async () => {
  const code = await runBuild(effects({ a: 'success:ami-01' }, { copyRegions: ['us-west-2'] }), never)
  expect({ code, errors: log.errors }).toEqual({ code: 0, errors: [] })
  const copy = ec2.things.find(({ region }) => region === 'us-west-2')?.id
  expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({ a: { 'us-east-1': 'ami-01', 'us-west-2': copy } })
  expect(outputs['ami-id']).toBe('ami-01')
  expect(ec2.things.map(({ tags }) => tags['k8s-image:state'])).toEqual(['built', 'built'])
  expect(states.at(-1)).toMatchObject({
    regions: ['us-east-1', 'us-west-2'],
    handedOut: ['ami-01', copy],
    finished: true,
  })
  expect(JSON.parse(readFileSync(outputs.manifest ?? '', 'utf8'))).toEqual(JSON.parse(outputs.images ?? ''))
  expect(report('packer.log')).toMatch(/^== a\n\d\d:\d\d:\d\d Prevalidating AMI Name: k8s-x\n/)
  expect(
    report('tasks.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ image: 'a', task: 'base : Set up' }])
  expect(JSON.parse(report('timings.json'))).toMatchObject({
    bytesFetched: 5,
    phases: {
      inputs: expect.any(Number),
      plan: expect.any(Number),
      tools: expect.any(Number),
      packer: expect.any(Number),
      copy: expect.any(Number),
      report: expect.any(Number),
    },
  })
  expect(summary).toContain('`ami-01`')
  expect(log.lines.filter((line) => line.startsWith('>'))).toEqual(['> Prepare', '> Build a'])
  expect(existsSync(join(ownDirectory(), '1/tmp'))).toBe(false)
  expect(existsSync(join(ownDirectory(), '1/packer.raw'))).toBe(false)
  expect(statSync(join(ownDirectory(), 'images.pkrvars.json')).mode & 0o777).toBe(0o600)
})

test('AMIs with a provisional name get their names after the test and before they are outputs, and nothing else is left', async () => {
  const seen: string[] = []
  const made = effects(
    { a: 'success:ami-01' },
    {
      inputs: { test: 'node' as const },
      makePlan: async (_, runId): Promise<Plan> => {
        const own = { ...image('a'), amiName: 'k8s-a', buildName: 'provisional-a' }
        const tags = { 'k8s-image:run': runId, 'k8s-image:digest': own.digest, 'k8s-image:state': 'untested' }
        // Like Packer's.
        ec2.things[0] = { ...ami('ami-01'), name: own.buildName, tags: { ...tags, 'k8s-image:name': 'k8s-a' } }
        return { runId, region: 'us-east-1', copyRegions: ['us-west-2'], images: [own] }
      },
      setOutput: (name, value) => {
        outputs[name] = value
        if (name === 'ami-ids')
          seen.push(...ec2.things.map((thing) => `${thing.name} ${thing.tags['k8s-image:state']}`))
      },
    },
  )
  ec2.before = () => {
    for (const { name, tags } of ec2.things)
      if (name === 'k8s-a') expect(['tested', 'built']).toContain(tags['k8s-image:state'])
  }
  expect({ code: await runBuild(made, never), errors: log.errors }).toEqual({ code: 0, errors: [] })
  expect(seen).toEqual(['k8s-a built', 'k8s-a built'])
  const ids = ec2.things.map(({ region, id }) => [region, id])
  expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({ a: Object.fromEntries(ids) })
  expect(states.at(-1)?.handedOut).toEqual(expect.arrayContaining(ids.map(([, id]) => id)))
})

test('groups with their own settings have a var-file each, distinct keys, and a common limit', async () => {
  const group = (name: string | undefined, changes: Partial<Inputs>): Wanted => ({
    name,
    required: true,
    inputs: { ...inputs, parallelBuilds: 1, ...changes },
    texts: {},
  })
  const groups = [group(undefined, { tags: { team: 'a' } }), group('old', { tags: { team: 'b' } })]
  const modes = { 'debian-13-amd64': 'success:ami-01', 'old-debian-13-amd64': 'success:ami-02' }
  const code = await runBuild(
    effects(modes, {
      readWanted: async () => groups,
      makePlan: async ({ region, tags }, runId): Promise<Plan> => ({
        runId,
        region,
        copyRegions: [],
        images: [{ ...image(), amiName: `k8s-${tags.team}`, buildName: `k8s-${tags.team}` }],
      }),
    }),
    never,
  )
  expect({ code, errors: log.errors }).toEqual({ code: 0, errors: [] })
  expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({
    'debian-13-amd64': { 'us-east-1': 'ami-01' },
    'old-debian-13-amd64': { 'us-east-1': 'ami-02' },
  })
  expect(JSON.parse(outputs.images ?? '').map((each: { image: string }) => each.image)).toEqual(Object.keys(modes))
  expect(states.at(-1)).toMatchObject({ regions: ['us-east-1'], handedOut: ['ami-01', 'ami-02'] })
  const varFiles = ['images.pkrvars.json', 'images-2.pkrvars.json'].map((name) =>
    JSON.parse(readFileSync(join(ownDirectory(), name), 'utf8')),
  )
  expect(varFiles.map(({ tags, images }) => ({ tags, images: Object.keys(images) }))).toEqual([
    { tags: { team: 'a' }, images: ['debian-13-amd64'] },
    { tags: { team: 'b' }, images: ['old-debian-13-amd64'] },
  ])
  const { images } = JSON.parse(report('timings.json'))
  const [first, second] = Object.keys(modes).map((key) => images[key])
  expect(second[0].start).toBeGreaterThanOrEqual(first.at(-1).start + first.at(-1).seconds - 0.01)
})

test('the regions are recorded before the process, and the process before it can do anything', async () => {
  await runBuild(effects({ a: 'success:ami-01' }), never)
  const [first, second, third] = states
  expect(first).toMatchObject({ regions: ['us-east-1'], packers: [], handedOut: [] })
  expect(second?.packers).toEqual([])
  expect(third?.packers).toEqual([{ pid: expect.any(Number), startTime: expect.any(Number) }])
})

test('AMIs are recorded as handed out before they are an output', async () => {
  let recorded: readonly string[] | undefined
  const setOutput = (name: string) => {
    if (name === 'ami-ids') recorded = states.at(-1)?.handedOut
  }
  await runBuild(effects({ a: 'success:ami-01' }, { setOutput }), never)
  expect(recorded).toEqual(['ami-01'])
})

test('a cancel after the AMIs were handed out is too late: they are outputs, and the step passes', async () => {
  const cancel = new AbortController()
  const setOutput = (name: string, value: string) => {
    outputs[name] = value
    if (name === 'ami-id') cancel.abort(new Error('the run was cancelled'))
  }
  expect(await runBuild(effects({ a: 'success:ami-01' }, { setOutput }), cancel.signal)).toBe(0)
  expect(outputs['ami-id']).toBe('ami-01')
  expect(states.at(-1)).toMatchObject({ handedOut: ['ami-01'], finished: true })
})

test('without artifact rows, the AMI comes from the manifest', async () => {
  expect(await runBuild(effects({ a: 'manifest:ami-01' }), never)).toBe(0)
  expect(outputs['ami-id']).toBe('ami-01')
})

test('if one image fails, the other is handed out, and each failure is one annotation', async () => {
  const code = await runBuild(effects({ a: 'success:ami-01', b: 'task', c: 'error' }), never)
  expect(code).toBe(1)
  expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({ a: { 'us-east-1': 'ami-01' } })
  expect(outputs).toMatchObject({ 'ami-id': '', 'images-built': '1', 'images-failed': '2' })
  expect(log.errors).toEqual([
    {
      title: 'build-failed',
      message: 'b: containerd : Unpack: the sum of the file is wrong — see packer.log for the full output of the task',
      file: 'ansible/roles/containerd/tasks/main.yml',
      line: 12,
    },
    {
      title: 'aws-capacity',
      message: expect.stringMatching(
        /^c: Error launching source instance: You have requested more vCPU capacity \(VcpuLimitExceeded\)/,
      ),
    },
  ])
  expect(log.lines).toEqual(
    expect.arrayContaining(['a:     1.5 s  base : Set up', 'b:     1.0 s  containerd : Unpack — failed']),
  )
  expect(states.at(-1)).toMatchObject({ finished: false, handedOut: ['ami-01'] })
})

test('an AMI whose response was lost is handed out', async () => {
  const code = await runBuild(
    effects(
      { a: 'lost-ami' },
      {
        makePlan: async (_, runId): Promise<Plan> => {
          const own = image('a')
          const tags = { 'k8s-image:run': runId, 'k8s-image:digest': own.digest, 'k8s-image:state': 'untested' }
          const made = { ...ami('ami-01'), name: own.amiName, state: 'pending', tags }
          // The name must be free during the plan.
          ec2.before = (call) => {
            if (call.startsWith('amisByDigest') && states.at(-1)?.packers.length) ec2.things.push(made)
            if (ec2.things.length > 0) ec2.before = () => undefined
          }
          return { runId, region: 'us-east-1', copyRegions: ['us-west-2'], images: [own] }
        },
      },
    ),
    never,
  )
  expect({ code, errors: log.errors }).toEqual({ code: 0, errors: [] })
  expect(outputs['ami-id']).toBe('ami-01')
  expect(ec2.things.map(({ region, tags }) => [region, tags['k8s-image:state']])).toEqual([
    ['us-east-1', 'built'],
    ['us-west-2', 'built'],
  ])
  expect(log.lines).toContain(
    'a: EC2 made ami-01, but Packer never got the response; the action continues without Packer',
  )
})

test('Packer starts again if a response was lost before there was an instance; both are recorded and logged', async () => {
  const code = await runBuild(effects({ a: 'lost-key:ami-01' }), never)
  expect({ code, errors: log.errors, id: outputs['ami-id'] }).toEqual({ code: 0, errors: [], id: 'ami-01' })
  expect(states.at(-1)?.packers).toHaveLength(2)
  expect(report('packer.log').match(/Creating temporary keypair/g)).toHaveLength(2)
})

test('Packer starts again only once', async () => {
  expect(await runBuild(effects({ a: 'lost-keys' }), never)).toBe(1)
  expect(log.errors).toEqual([
    { title: 'build-failed', message: expect.stringMatching(/^a: Error creating temporary keypair: .*already exists/) },
  ])
  expect(states.at(-1)?.packers).toHaveLength(2)
})

test('at most parallel-builds images build at once', async () => {
  const starts: number[] = []
  const modes = { a: 'success:ami-01', b: 'success:ami-02', c: 'success:ami-03' }
  await runBuild(effects(modes, { inputs: { parallelBuilds: 1 } }), never)
  for (const { images } of [JSON.parse(report('timings.json'))]) {
    for (const key of ['a', 'b', 'c']) starts.push(images[key][0].start)
    expect(images.b[0].start).toBeGreaterThanOrEqual(images.a.at(-1).start + images.a.at(-1).seconds - 0.01)
    expect(images.c[0].start).toBeGreaterThanOrEqual(images.b.at(-1).start + images.b.at(-1).seconds - 0.01)
  }
  expect(starts).toHaveLength(3)
})

test('a failed copy fails its image, and its AMIs are not handed out', async () => {
  ec2.before = (call) => {
    if (call === 'copy ami-02') throw new UserError('aws-failed', 'no quota in us-west-2')
  }
  const modes = { a: 'success:ami-01', b: 'success:ami-02' }
  expect(await runBuild(effects(modes, { copyRegions: ['us-west-2'] }), never)).toBe(1)
  expect(Object.keys(JSON.parse(outputs['ami-ids'] ?? ''))).toEqual(['a'])
  expect(log.errors).toEqual([{ title: 'aws-failed', message: 'b: no quota in us-west-2' }])
  expect(ec2.things.find(({ id }) => id === 'ami-02')?.tags['k8s-image:state']).toBe('untested')
})

test('one image reaches the time limit', async () => {
  const code = await runBuild(effects({ a: 'slow', b: 'success:ami-01' }, { inputs: { timeout: 0.03 } }), never)
  expect(code).toBe(1)
  expect(log.errors).toEqual([
    { title: 'build-failed', message: expect.stringMatching(/^a: gave up after 0.03 minutes \(a: base : Set up for/) },
  ])
  expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({ b: { 'us-east-1': 'ami-01' } })
}, 20_000)

test('no log contains a secret', async () => {
  await runBuild(effects({ a: 'leak:ami-01' }), never)
  const seen = [report('packer.log'), report('a.packer.log'), log.lines.join('\n'), summary].join('\n')
  expect(seen).toContain('secret is ***')
  expect(seen).not.toContain('wJalrXUtnFEMI')
  expect(seen).not.toContain('b3BlbnNzaC1rZXk')
  expect(log.masked).toEqual(['wJalrXUtnFEMI'])
})

test('a cancel ends Packer, hands nothing out, and says that post continues', async () => {
  const cancel = new AbortController()
  const running = runBuild(effects({ a: 'slow', b: 'stubborn' }, { inputs: { timeout: 0.2 } }), cancel.signal)
  while (states.at(-1)?.packers.length !== 2) await systemClock.sleep(0.05)
  await systemClock.sleep(1)
  cancel.abort(new Error('cancelled'))
  // The grace period of three minutes is too long here, so post ends the stubborn process.
  await systemClock.sleep(1)
  const id = states.at(-1)?.runId
  expect(marked([`K8S_IMAGE_RUN=${id}`, 'K8S_IMAGE_KEY=a'])).toEqual([])
  expect(await reap([`K8S_IMAGE_RUN=${id}`, 'K8S_IMAGE_KEY=b'], [], systemClock)).toBeGreaterThan(0)
  expect(await running).toBe(1)
  expect(outputs['ami-ids']).toBeUndefined()
  expect(log.errors).toEqual([])
  expect(log.lines.at(-1)).toMatch(/cancelled: .*post/)
}, 20_000)

describe('before anything is built', () => {
  test('every wrong input is an annotation; nothing else happens', async () => {
    const mistakes = new UserErrors([
      new UserError('aws-failed', 'os: x', 'did you mean y?'),
      new UserError('aws-failed', 'region: z'),
    ])
    const code = await runBuild(
      effects({ a: 'success:ami-01' }, { readWanted: async () => Promise.reject(mistakes) }),
      never,
    )
    expect(code).toBe(1)
    expect(log.errors).toEqual([
      { title: 'aws-failed', message: 'os: x — did you mean y?' },
      { title: 'aws-failed', message: 'region: z' },
    ])
    expect(states).toEqual([])
    expect(summary).toContain('did you mean y?')
  })

  test('an unsupported platform is an error of one line', async () => {
    const machine = { platform: 'darwin', arch: 'arm64', uid: 501 }
    expect(await runBuild(effects({}, { machine }), never)).toBe(1)
    expect(log.errors).toEqual([
      {
        title: 'runner',
        message:
          'this action runs on Linux x64 and arm64; this runner is darwin arm64 — choose another runs-on, such as ubuntu-latest',
      },
    ])
  })

  test('if the tools fail, the plan stops, and the cause is the only annotation', async () => {
    let planAborted = false
    const makePlan: Effects['makePlan'] = async (_inputs, _runId, _account, { signal }) => {
      await systemClock.sleep(30, signal).catch(() => {
        planAborted = true
      })
      signal.throwIfAborted()
      throw new Error('not reached')
    }
    const prepareTools = async () => {
      throw new UserError('aws-failed', 'packer: wrong signature', 'check the mirror')
    }
    expect(await runBuild(effects({}, { makePlan, prepareTools }), never)).toBe(1)
    expect(planAborted).toBe(true)
    expect(log.errors).toEqual([{ title: 'aws-failed', message: 'packer: wrong signature — check the mirror' }])
  })

  test('a full disk is not reported as a bug', async () => {
    const makePlan = async () => {
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
    expect(await runBuild(effects({}, { makePlan }), never)).toBe(1)
    expect(log.errors).toEqual([
      { title: 'disk-full', message: 'ENOSPC: no space left on device, write — free space on the full disk' },
    ])
  })

  test('a bug is reported with its stack', async () => {
    const makePlan = async () => {
      throw new TypeError('x is undefined')
    }
    expect(await runBuild(effects({}, { makePlan }), never)).toBe(1)
    expect(log.errors[0]?.message).toMatch(/internal error: x is undefined/)
    expect(log.errors[0]?.message).toMatch(/\n +at /)
  })
})

test.each([
  ['/home/runner/work/_temp', '/home/runner/work/_temp/k8s-0123abcd'],
  [`/${'x'.repeat(62)}`, `/${'x'.repeat(62)}/k8s-0123abcd`],
  [`/${'x'.repeat(63)}`, join(tmpdir(), 'k8s-0123abcd')],
  ['/home/the runner/_temp', join(tmpdir(), 'k8s-0123abcd')],
  ["/home/o'brien/_temp", join(tmpdir(), 'k8s-0123abcd')],
  ['/home/jürgen/_temp', join(tmpdir(), 'k8s-0123abcd')],
  ['/home/$USER/_temp', join(tmpdir(), 'k8s-0123abcd')],
  ['', join(tmpdir(), 'k8s-0123abcd')],
  [undefined, join(tmpdir(), 'k8s-0123abcd')],
])("with %s as temporary directory, the run's is %s", (temporary, directory) => {
  expect(runDirectory(temporary, '0123abcd4567')).toBe(directory)
  expect(join(directory, '50/tmp/packer-plugin1234567890').length).toBeLessThanOrEqual(107)
})

describe('the gate', () => {
  const tested = { inputs: { test: 'node' as const }, copyRegions: ['us-west-2'] }
  const tagsOf = (id: string) => ec2.things.find((thing) => thing.id === id)?.tags

  test('an AMI that passed and its copies are tagged with the level, and reported', async () => {
    expect(await runBuild(effects({ a: 'success:ami-01' }, tested), never)).toBe(0)
    expect(tagsOf('ami-01')).toMatchObject({ 'k8s-image:tested': 'node', 'k8s-image:state': 'built' })
    expect(tagsOf('ami-01')?.['k8s-image:tested-at']).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z$/)
    const copy = ec2.things.find(({ region }) => region === 'us-west-2')
    expect(copy?.tags['k8s-image:tested']).toBe('node')
    expect(JSON.parse(outputs.images ?? '')[0].test).toMatchObject({ level: 'node', passed: true })
    expect(readFileSync(outputs.junit ?? '', 'utf8')).toContain('<testcase classname="a.boot" name="swap"')
    expect(summary).toMatch(/boot\/swap \| passed/)
    expect(Object.keys(JSON.parse(report('timings.json')).phases)).toContain('gate')
    expect(log.lines).toContain('a: passed boot/swap: off (0.5 s)')
    expect(existsSync(join(ownDirectory(), '1t/tmp'))).toBe(false)
  })

  test('the test begins once EC2 has the AMI, while Packer still waits for it', async () => {
    expect(await runBuild(effects({ a: 'waiting:ami-01' }, tested), never)).toBe(0)
    expect(tagsOf('ami-01')).toMatchObject({ 'k8s-image:tested': 'node', 'k8s-image:state': 'built' })
  })

  test.each([
    [true, ['us-west-2 copy ami-01', 'us-west-2 copy ami-02']],
    [false, ['us-west-2 copy ami-02']],
  ])(
    'one that fails is taken away with its snapshots, never handed out; the others go on (copy-before-test: %s)',
    async (copyBeforeTest, copies) => {
      const modes = { a: 'success:ami-01', b: 'success:ami-02' }
      const made = effects(modes, {
        ...tested,
        inputs: { ...tested.inputs, publish: { ...publishSettings, copyBeforeTest } },
      })
      ec2.things.push({ ...ami('snap-1'), kind: 'snapshot' })
      const at = ec2.things.findIndex(({ id }) => id === 'ami-01')
      ec2.things[at] = { ...ami('ami-01'), snapshots: ['snap-1'] }
      const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=fail` }
      expect(await runBuild({ ...made, env }, never)).toBe(1)
      expect(Object.keys(JSON.parse(outputs['ami-ids'] ?? ''))).toEqual(['b'])
      expect(ec2.calls).toEqual(
        expect.arrayContaining(['us-east-1 remove image ami-01', 'us-east-1 remove snapshot snap-1']),
      )
      expect(ec2.calls.filter((call) => call.includes(' copy ')).sort()).toEqual(copies)
      // The sweep removes copies of the failed AMI, which are untested and not shared.
      const left = ec2.things.filter(
        ({ region, tags }) => region === 'us-west-2' && tags['k8s-image:state'] === 'untested',
      )
      expect(left).toHaveLength(copies.length - 1)
      expect(ec2.calls.filter((call) => call.includes('share'))).toEqual([])
      expect(log.errors).toEqual([
        {
          title: 'test-failed',
          message:
            'a: ami-01 failed the test boot/units: failed at boot: broken.service\nsystemd: broken.service: code=exited',
        },
      ])
      expect(report('a.journal.log')).toBe('the whole journal')
      expect(summary).toMatch(/boot\/units \| \*\*failed\*\*/)
      expect(readFileSync(outputs.junit ?? '', 'utf8')).toContain('<failure message="failed at boot: broken.service">')
    },
  )

  test('with keep-failed it stays, tagged as failed', async () => {
    const made = effects({ a: 'success:ami-01' }, { inputs: { test: 'boot', keepFailed: true } })
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=fail` }
    expect(await runBuild({ ...made, env }, never)).toBe(1)
    expect(tagsOf('ami-01')).toMatchObject({ 'k8s-image:state': 'failed' })
    expect(tagsOf('ami-01')).not.toHaveProperty('k8s-image:tested')
    expect(outputs['ami-ids']).toBe('{}')
  })

  test.each([
    [
      'silent',
      /^a: ami-01 could not be tested: the instance did not answer SSH in time — read the console: it shows how far the boot came/,
    ],
    ['early', /^a: the tests of ami-01 ended early: Script exited with non-zero exit status: 255/],
  ])('an image whose gate is %s fails', async (mode, says) => {
    const made = effects({ a: 'success:ami-01' }, { inputs: { test: 'boot' } })
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=${mode}` }
    expect(await runBuild({ ...made, env }, never)).toBe(1)
    expect(log.errors.map(({ message }) => message)).toEqual([expect.stringMatching(says)])
    expect(ec2.things).toEqual([])
  })

  test('an AMI whose test got no instance is tested again', async () => {
    const made = effects({ a: 'success:ami-01' }, { inputs: { test: 'boot' } })
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=capacity` }
    const clock: Clock = { ...systemClock, sleep: (seconds, signal) => systemClock.sleep(Math.min(seconds, 1), signal) }
    expect(await runBuild({ ...made, env, clock }, never)).toBe(0)
    expect(log.warnings).toContainEqual(
      expect.stringMatching(
        /^a: ami-01 could not be tested: .*InsufficientInstanceCapacity.*; the test starts once more in 20 s$/,
      ),
    )
    expect(tagsOf('ami-01')).toMatchObject({ 'k8s-image:tested': 'boot' })
  })

  test('results that exist before the gate do not count', async () => {
    const made = effects({ a: 'success:ami-01' }, { inputs: { test: 'boot' } })
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=silent` }
    const makePlan: Effects['makePlan'] = (wanted, runId, ...rest) => {
      for (const place of ['0t', '1t'].map((name) => join(runDirectory(made.env.RUNNER_TEMP, runId), name))) {
        mkdirSync(place, { recursive: true })
        const lines = ['{"level":"boot","check":"x","passed":true}', '{"end":true,"passed":true}', '']
        writeFileSync(join(place, 'results.jsonl'), lines.join('\n'))
      }
      return made.makePlan(wanted, runId, ...rest)
    }
    expect(await runBuild({ ...made, env, makePlan }, never)).toBe(1)
    expect(log.errors.map(({ message }) => message)).toEqual([expect.stringMatching(/could not be tested/)])
  })

  test('a cancel ends the gate, and nothing is handed out', async () => {
    const abort = new AbortController()
    const made = effects({ a: 'success:ami-01' }, { inputs: { test: 'boot' } })
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=slow` }
    const running = runBuild({ ...made, env }, abort.signal)
    const deadline = Date.now() + 20_000
    while (states.at(-1)?.packers.length !== 2 && Date.now() < deadline) await new Promise((go) => setTimeout(go, 50))
    abort.abort()
    expect(await running).toBe(1)
    expect(outputs).not.toHaveProperty('ami-ids')
    expect(marked([`K8S_IMAGE_RUN=${states.at(-1)?.runId}`])).toEqual([])
  }, 30_000)
})

describe("earlier runs' AMIs", () => {
  const regions = { copyRegions: ['us-west-2'] }
  const settings = { inputs: { test: 'node' as const }, ...regions }
  const published = publishedHash(publishSettings, {})
  const left = (region: string, id: string, state: string, tags: Record<string, string> = {}): Thing => ({
    ...ami(id, region),
    createdAt: '2026-11-01T00:00:00.000Z',
    needsImdsV2: true,
    snapshots: [id.replace('ami-', 'snap-')],
    tags: {
      'k8s-image:run': 'before',
      'k8s-image:digest': image().digest,
      'k8s-image:state': state,
      'k8s-image:tested': 'node',
      'k8s-image:tested-at': '2026-11-01T00:30:00Z',
      ...(state === 'built' ? { 'k8s-image:published': published } : {}),
      ...tags,
    },
  })
  const untested = (region: string, id: string) => {
    const { 'k8s-image:tested': _, ...tags } = left(region, id, 'untested').tags
    return { ...left(region, id, 'untested'), tags }
  }
  const stateTags = () => ec2.things.map(({ id, tags }) => `${id} ${tags['k8s-image:state']}`).sort()
  const started = () => states.at(-1)?.packers.length

  test('all complete: one call a region, no Packer, no tools; their IDs are the outputs', async () => {
    ec2.things.push(left('us-east-1', 'ami-e', 'built'), left('us-west-2', 'ami-w', 'built'))
    expect(await runBuild(effects({ a: 'never' }, settings), never)).toBe(0)
    expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({ a: { 'us-east-1': 'ami-e', 'us-west-2': 'ami-w' } })
    expect(outputs).toMatchObject({
      'ami-id': 'ami-e',
      'images-built': '0',
      'images-existing': '1',
      'images-failed': '0',
    })
    expect(JSON.parse(outputs.images ?? '')[0]).toMatchObject({
      status: 'existing',
      test: { level: 'node', passed: true },
    })
    expect(ec2.calls).toEqual(['us-east-1 amisByDigest 1', 'us-west-2 amisByDigest 1'])
    expect(started()).toBe(0)
    expect(outputs.junit).toBe('')
    expect(summary).toMatch(/\| existed.*`ami-e`/)
    expect(summary).toContain('0 of 1 built, 1 existed')
  })

  test('if-exists: rebuild does not look for them', async () => {
    ec2.things.push(left('us-east-1', 'ami-e', 'built'), left('us-west-2', 'ami-w', 'built'))
    const rebuild = { ...settings, inputs: { test: 'none' as const, ifExists: 'rebuild' as const } }
    expect(await runBuild(effects({ a: 'success:ami-01' }, rebuild), never)).toBe(0)
    expect(outputs['ami-id']).toBe('ami-01')
    expect(ec2.calls.some((call) => call.includes('amisByDigest'))).toBe(false)
  })

  test('tested, but not copied: only copied, and the run counts as skipped', async () => {
    ec2.things.push(left('us-east-1', 'ami-e', 'tested'))
    expect(await runBuild(effects({ a: 'never' }, settings), never)).toBe(0)
    expect(started()).toBe(0)
    expect(ec2.calls.filter((call) => call.includes(' copy '))).toEqual(['us-west-2 copy ami-e'])
    expect(stateTags()).toEqual(['ami-copy1 built', 'ami-e built'])
    ec2.calls.length = 0
    expect(await runBuild(effects({ a: 'never' }, settings), never)).toBe(0)
    expect(ec2.calls).toEqual(['us-east-1 amisByDigest 1', 'us-west-2 amisByDigest 1'])
  })

  test('built, but not tested: adopted and tested, not built', async () => {
    ec2.things.push(untested('us-east-1', 'ami-e'))
    expect(await runBuild(effects({ a: 'never' }, settings), never)).toBe(0)
    expect(started()).toBe(1) // the gate's
    expect(ec2.things[0]?.tags).toMatchObject({ 'k8s-image:run': states.at(-1)?.runId, 'k8s-image:tested': 'node' })
    expect(Date.parse(ec2.things[0]?.tags['k8s-image:started'] ?? '')).toBeGreaterThan(0)
    expect(outputs).toMatchObject({ 'ami-id': 'ami-e', 'images-built': '0', 'images-existing': '1' })
    expect(JSON.parse(outputs.images ?? '')[0].test.checks.length).toBeGreaterThan(0)
  })

  test('built and copied, but not tested: if it fails, no region is ready, and nothing keeps the sweep from the copy', async () => {
    ec2.things.push(untested('us-east-1', 'ami-e'), untested('us-west-2', 'ami-w'))
    const made = effects({ a: 'never' }, settings)
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=fail` }
    expect(await runBuild({ ...made, env }, never)).toBe(1)
    expect(JSON.parse(outputs['region-results'] ?? '')).toEqual({ a: {} })
    expect(states.at(-1)?.handedOut).toEqual([])
    expect(stateTags()).toEqual(['ami-w untested'])
    expect(summary).not.toContain('ami-w')
  })

  test('adopted, and then listed as before: its copies belong to this run, whose sweep takes them along', async () => {
    const old = untested('us-east-1', 'ami-e')
    ec2.things.push(old)
    ec2.before = (call) => {
      const at = ec2.things.findIndex(({ id }) => id === 'ami-e')
      if (call.startsWith('amis ') && at >= 0) ec2.things[at] = old
    }
    const made = effects(
      { a: 'never' },
      { ...settings, inputs: { ...settings.inputs, publish: { ...publishSettings, copyBeforeTest: true } } },
    )
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=fail` }
    expect(await runBuild({ ...made, env }, never)).toBe(1)
    const copy = ec2.things.find(({ id }) => id === 'ami-copy1')
    expect(copy?.tags).toMatchObject({ 'k8s-image:run': states.at(-1)?.runId })
  })

  const refuseTags = (name: string) => {
    ec2.before = (call) => {
      if (call.startsWith('tag ami-e')) throw new UserError('aws-failed', 'no tag', 'x', { cause: { name } })
    }
  }

  test('an AMI that cannot be adopted fails its image, and no other', async () => {
    ec2.things.push(untested('us-east-1', 'ami-e'))
    refuseTags('InternalError')
    const b = { ...image('b'), digest: 'sha256:other' }
    const both = effects(
      { a: 'never', b: 'success:ami-02' },
      {
        inputs: { test: 'node' as const },
        makePlan: async (_, runId): Promise<Plan> => ({
          runId,
          region: 'us-east-1',
          copyRegions: [],
          images: [image('a'), b],
        }),
      },
    )
    expect(await runBuild(both, never)).toBe(1)
    expect(Object.keys(JSON.parse(outputs['ami-ids'] ?? ''))).toEqual(['b'])
    expect(outputs).toMatchObject({ 'images-failed': '1' })
  })

  test('another run named the AMI before it could be adopted: the named one is tested', async () => {
    // The name has that run's date and ID.
    const old = untested('us-east-1', 'ami-e')
    ec2.things.push({ ...old, tags: { ...old.tags, 'k8s-image:name': 'k8s-a-of-another-run' } })
    ec2.before = (call) => {
      const at = ec2.things.findIndex(({ id }) => id === 'ami-e')
      if (!call.startsWith('tag ami-e') || at < 0) return
      ec2.things[at] = { ...left('us-east-1', 'ami-n', 'tested'), name: 'k8s-a-of-another-run' }
      throw new UserError('aws-failed', 'gone', 'x', { cause: { name: 'InvalidAMIID.NotFound' } })
    }
    // Ten times as fast.
    const clock: Clock = {
      now: () => systemClock.now() * 10,
      sleep: (seconds, signal) => systemClock.sleep(seconds / 10, signal),
    }
    const code = await runBuild(effects({ a: 'never' }, { ...settings, clock }), never)
    expect({ code, errors: log.errors }).toEqual({ code: 0, errors: [] })
    expect(outputs).toMatchObject({ 'ami-id': 'ami-n' })
  })

  test('passed a lower level: tested again; if it fails, it stays, since others may use it', async () => {
    ec2.things.push(left('us-east-1', 'ami-e', 'built', { 'k8s-image:tested': 'boot' }))
    const made = effects({ a: 'never' }, { inputs: { test: 'node' } })
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=fail` }
    expect(await runBuild({ ...made, env }, never)).toBe(1)
    expect(stateTags()).toEqual(['ami-e built'])
    expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({})
    expect(log.lines).toContain(
      'a: ami-e stays, because an earlier run published it; set if-exists: rebuild for a new one',
    )
    expect(await runBuild(effects({ a: 'never' }, { inputs: { test: 'node' } }), never)).toBe(0)
    expect(ec2.things[0]?.tags).toMatchObject({ 'k8s-image:tested': 'node', 'k8s-image:state': 'built' })
  })

  test('passed a lower level, and lacks a region: the copy begins when it has passed, since it would count as tested', async () => {
    ec2.things.push(left('us-east-1', 'ami-e', 'built', { 'k8s-image:tested': 'boot' }))
    const copying = {
      inputs: { test: 'node' as const, publish: { ...publishSettings, copyBeforeTest: true } },
      ...regions,
    }
    const made = effects({ a: 'never' }, copying)
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=fail` }
    expect(await runBuild({ ...made, env }, never)).toBe(1)
    expect(stateTags()).toEqual(['ami-e built'])
    expect(await runBuild(effects({ a: 'never' }, copying), never)).toBe(0)
    expect(stateTags().toSorted()).toEqual(['ami-copy1 built', 'ami-e built'])
  })

  test('passed a lower level, not handed out yet: if it fails, it stays as failed, since a parameter may name it', async () => {
    ec2.things.push(left('us-east-1', 'ami-e', 'tested', { 'k8s-image:tested': 'boot' }))
    const made = effects({ a: 'never' }, { inputs: { test: 'node' } })
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=fail` }
    expect(await runBuild({ ...made, env }, never)).toBe(1)
    expect(stateTags()).toEqual(['ami-e failed'])
  })

  test('passed a lower level: it keeps its state if its test gets no instance', async () => {
    ec2.things.push(left('us-east-1', 'ami-e', 'tested', { 'k8s-image:tested': 'boot' }))
    const made = effects({ a: 'never' }, { inputs: { test: 'node' } })
    const env = { ...made.env, AWS_FAKE_PACKER: `${made.env.AWS_FAKE_PACKER} a.gate=no-capacity` }
    const clock: Clock = { ...systemClock, sleep: (seconds, signal) => systemClock.sleep(Math.min(seconds, 1), signal) }
    expect(await runBuild({ ...made, env, clock }, never)).toBe(1)
    expect(stateTags()).toEqual(['ami-e tested'])
    expect(log.lines).toContain(
      'a: ami-e stays, because it passed a lower test, and the test of this run had no instance',
    )
  })

  test('one region fails: the others are reported and stay, the step fails, and the next run does the rest', async () => {
    const three = { inputs: { test: 'node' as const }, copyRegions: ['eu-west-1', 'us-west-2'] }
    ec2.before = (call, region) => {
      if (call.startsWith('copy') && region === 'eu-west-1') throw new UserError('aws-failed', 'no quota')
    }
    expect(await runBuild(effects({ a: 'success:ami-01' }, three), never)).toBe(1)
    expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({})
    const results = JSON.parse(outputs['region-results'] ?? '')
    expect(results).toEqual({
      a: {
        'us-east-1': { status: 'ready', ami: 'ami-01' },
        'us-west-2': { status: 'ready', ami: 'ami-copy1' },
        'eu-west-1': { status: 'failed', message: 'no quota' },
      },
    })
    expect(stateTags()).toEqual(['ami-01 tested', 'ami-copy1 tested'])
    expect(summary).toContain('ami-copy1')
    // The tags that Packer would have set.
    const at = ec2.things.findIndex(({ id }) => id === 'ami-01')
    const home = ec2.things[at]
    const own = { 'k8s-image:digest': image().digest, 'k8s-image:run': 'r' }
    for (const [index, thing] of ec2.things.entries()) ec2.things[index] = { ...thing, tags: { ...thing.tags, ...own } }
    expect(home).toBeDefined()
    ec2.before = () => undefined
    ec2.calls.length = 0
    expect(await runBuild(effects({ a: 'never' }, three), never)).toBe(0)
    expect(ec2.calls.filter((call) => call.includes(' copy '))).toEqual(['eu-west-1 copy ami-01'])
    expect(stateTags()).toEqual(['ami-01 built', 'ami-copy1 built', 'ami-copy2 built'])
  })

  test('SSM parameters come last, only for complete images, and a parameter with another value is set again', async () => {
    const parameters = { ...publishSettings, parameters: ['/k8s/{os}/{minor}/latest'] }
    const named = { inputs: { test: 'node' as const, publish: parameters }, ...regions }
    const order: string[] = []
    ec2.before = (call, region) => {
      if (call.startsWith('copy') || / built /.test(call)) order.push(`${region} ${call.split(' ')[0]}`)
    }
    services.before = (call, region) => {
      if (call.startsWith('put')) order.push(`${region} put`)
    }
    ec2.things.push(left('us-east-1', 'ami-e', 'tested'))
    expect(await runBuild(effects({ a: 'never' }, named), never)).toBe(0)
    expect(order.slice(0, 3)).toEqual(['us-west-2 copy', 'us-east-1 put', 'us-west-2 put'])
    expect([...services.values]).toEqual([
      ['us-east-1 /k8s/debian-13/1.37/latest', 'ami-e'],
      ['us-west-2 /k8s/debian-13/1.37/latest', 'ami-copy1'],
    ])
    // Without work, a run makes one request to EC2 and one to SSM in each region.
    ec2.calls.length = 0
    services.calls.length = 0
    expect(await runBuild(effects({ a: 'never' }, named), never)).toBe(0)
    expect([ec2.calls.length, services.calls.length]).toEqual([2, 2])
    // Another image overwrote the parameter.
    services.values.set('us-east-1 /k8s/debian-13/1.37/latest', 'ami-other')
    expect(await runBuild(effects({ a: 'never' }, named), never)).toBe(0)
    expect(services.values.get('us-east-1 /k8s/debian-13/1.37/latest')).toBe('ami-e')
    // If the parameter cannot be written, the image is not handed out, and stays for the next run.
    services.values.clear()
    services.before = (call) => {
      if (call.startsWith('put')) throw new UserError('aws-failed', 'not allowed')
    }
    expect(await runBuild(effects({ a: 'never' }, named), never)).toBe(1)
    expect(JSON.parse(outputs['ami-ids'] ?? '')).toEqual({})
  })
})

describe('the preflight', () => {
  const answers = (name: string) => () => {
    throw new UserError('aws-failed', name, undefined, { cause: Object.assign(new Error(name), { name }) })
  }
  const allowed = () =>
    Object.fromEntries(
      actionsOf(Object.keys(FEATURES) as FeatureName[]).map((action) => [action, answers('DryRunOperation')]),
    )
  const checked = (modes: Record<string, string>, changes: Parameters<typeof effects>[1] = {}) =>
    runBuild(effects(modes, { ...changes, inputs: { preflight: true } }), new AbortController().signal)

  test('lets a build with all permissions continue', async () => {
    dry = allowed()
    expect(await checked({ a: 'success:ami-01' })).toBe(0)
    expect(log.lines).toContainEqual(expect.stringMatching(/^preflight: \d+ actions are allowed$/))
    const report = outputs['report-directory'] ?? ''
    expect(JSON.parse(readFileSync(join(report, 'iam-policy.json'), 'utf8')).Version).toBe('2012-10-17')
  })

  test('knows the base AMIs: one is encrypted, and needs a copy for the name', async () => {
    dry = allowed()
    const makePlan = async (_: unknown, runId: string): Promise<Plan> => {
      const plain = image('a')
      const system = { ...plain.system, encrypted: true, needsCopy: true }
      return { runId, region: 'us-east-1', copyRegions: [], images: [{ ...plain, system }] }
    }
    expect(await checked({ a: 'success:ami-01' }, { makePlan })).toBe(0)
    const policy = readFileSync(join(outputs['report-directory'] ?? '', 'iam-policy.json'), 'utf8')
    expect(policy).toMatch(/"ec2:CopyImage"[\s\S]*"kms:CreateGrant"/)
    const publish = { ...publishSettings, everybody: true }
    expect(await runBuild(effects({ a: 'success:ami-02' }, { makePlan, inputs: { publish } }), never)).toBe(1)
    expect(log.errors.map(({ message }) => message)).toContainEqual(expect.stringContaining('base AMI is encrypted'))
  })

  test('ends the run before anything is launched, with all missing permissions and a policy', async () => {
    dry = {
      ...allowed(),
      'ec2:CreateKeyPair': answers('UnauthorizedOperation'),
      'ec2:RunInstances': answers('UnauthorizedOperation'),
    }
    expect(await checked({ a: 'success:ami-01' })).toBe(1)
    expect(log.errors).toHaveLength(1)
    expect(log.errors[0]?.message).toContain('2 permissions that this job needs: ec2:CreateKeyPair, ec2:RunInstances')
    expect(summary).toContain('<summary>An IAM policy with everything this job needs</summary>')
    expect(summary).toContain('"ec2:RunInstances"')
    expect(states.at(-1)?.packers).toEqual([])
  })

  test('reports what else is missing if the plan itself was denied', async () => {
    dry = {
      ...allowed(),
      'ec2:DescribeImages': answers('UnauthorizedOperation'),
      'ec2:CreateKeyPair': answers('UnauthorizedOperation'),
    }
    const makePlan = async () => answers('UnauthorizedOperation')()
    expect(await checked({ a: 'success:ami-01' }, { makePlan })).toBe(1)
    expect(log.errors).toHaveLength(1)
    expect(log.errors[0]?.message).toContain('ec2:CreateKeyPair, ec2:DescribeImages')
  })

  test('is left out if the plan failed for another reason', async () => {
    dry = { ...allowed(), 'ec2:CreateImage': answers('UnauthorizedOperation') }
    const makePlan = async () => {
      throw new UserError('aws-failed', 'no base AMI')
    }
    expect(await checked({ a: 'success:ami-01' }, { makePlan })).toBe(1)
    expect(log.errors.map(({ message }) => message)).toEqual(['no base AMI'])
  })
})

test('the summary has an estimate of the cost', async () => {
  expect(await runBuild(effects({ a: 'success:ami-01' }), new AbortController().signal)).toBe(0)
  expect(summary).toContain('<summary>Cost, estimated: ')
})
