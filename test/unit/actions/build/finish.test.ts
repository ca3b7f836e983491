import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { finish } from '../../../../src/actions/build/finish.js'
import type { State } from '../../../../src/actions/build/state.js'
import { UserError } from '../../../../src/lib/errors.js'
import { identify, isRunning, type ProcessId } from '../../../../src/packer/processes.js'
import { type MemoryEc2, type MemoryLog, manualClock, memoryEc2, memoryLog, type Thing } from '../../fakes.js'
import { temporaryDirectory } from '../../support/temporary.js'

const directory = temporaryDirectory()
let log: MemoryLog
let ec2: MemoryEc2
let children: ChildProcess[]

beforeEach(() => {
  log = memoryLog()
  ec2 = memoryEc2()
  children = []
})

afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
})

const manual = manualClock()
/** Sleeping advances this clock, and really waits 10 ms for the processes. */
const clock = {
  now: manual.now,
  sleep: async (seconds: number, signal?: AbortSignal) => {
    await manual.sleep(seconds, signal)
    await delay(10)
  },
}
const state = (changes: Partial<State> = {}): State => ({
  version: 1,
  runId: 'r',
  directory: directory(),
  regions: ['us-east-1'],
  packers: [{ pid: 1, startTime: -1 }], // one that has ended
  handedOut: [],
  finished: false,
  ...changes,
})
const post = (changes: Partial<State> = {}) => finish(state(changes), { log, clock, ec2: () => ec2.byRegion })
const thing = (kind: Thing['kind'], id: string, changes: Partial<Thing> = {}): Thing => ({
  region: 'us-east-1',
  kind,
  id,
  tags: { 'k8s-image:run': 'r', 'k8s-image:state': 'untested' },
  ...changes,
})

/** A process in its own group, like Packer; resolves once it is ready. */
async function start(script: string): Promise<ProcessId> {
  const child = spawn('bash', ['-c', `${script}; echo ready; while :; do sleep 0.05; done`], { detached: true })
  children.push(child)
  await new Promise((ready) => child.stdout.once('data', ready))
  return identify(child.pid ?? 0)
}

async function ended(process: ProcessId): Promise<boolean> {
  for (let tick = 0; tick < 200 && isRunning(process); tick++) await delay(20)
  return !isRunning(process)
}

describe('the main step', () => {
  test('that still runs, as in a container job, is ended before Packer and the sweep', async () => {
    ec2.things.push(thing('image', 'ami-1'))
    const main = await start('true')
    await post({ main })
    expect(isRunning(main)).toBe(false)
    expect(log.lines[0]).toMatch(/^the main step \(process \d+\) still runs: cancelling it/)
    expect(ec2.things).toEqual([])
  })

  test('that ignores SIGTERM is killed', async () => {
    const main = await start('trap "" TERM')
    await post({ main })
    expect(isRunning(main)).toBe(false)
  })
})

describe('Packer', () => {
  test('that still runs is awaited and ended', async () => {
    const packer = await start('true')
    await post({ packers: [packer] })
    expect(await ended(packer)).toBe(true)
    expect(log.lines[0]).toMatch(/still runs: waiting for it to clean up/)
  })

  test('that does not end is killed', async () => {
    const packer = await start("trap '' TERM")
    await post({ packers: [packer] })
    expect(await ended(packer)).toBe(true)
    expect(log.lines).toContain('Packer did not end within 60 s and is killed')
  })

  test('whose pid another process now has is left alone', async () => {
    const other = await start('true')
    await post({ packers: [{ ...other, startTime: (other.startTime ?? 0) - 1 }] })
    expect(isRunning(other)).toBe(true)
    expect(log.lines.join()).not.toContain('Packer')
  })
})

describe('EC2', () => {
  test('gets no request if Packer never started', async () => {
    await post({ packers: [] })
    expect(ec2.calls).toEqual([])
  })

  test('is swept in every region', async () => {
    ec2.things.push(thing('instance', 'i-1'), thing('image', 'ami-1', { region: 'us-west-2' }))
    await post({ regions: ['us-east-1', 'us-west-2'] })
    expect(ec2.things).toEqual([])
    expect(log.lines.at(-1)).toBe('swept us-east-1, us-west-2: 2 removed, 0 left')
    expect(log.warnings).toEqual([])
  })

  test('whose sweep leaves something gives one warning with the commands, in time, and no exception', async () => {
    ec2.things.push(thing('image', 'ami-1'), thing('key-pair', 'key-1'))
    ec2.before = (call) => {
      if (call.startsWith('remove')) throw new UserError('aws-failed', 'the credentials do not allow it')
    }
    const before = clock.now()
    await post()
    expect(clock.now() - before).toBeLessThan(240)
    expect(log.warnings).toEqual([
      'aws ec2 delete-key-pair --key-pair-id key-1 --region us-east-1    # the credentials do not allow it\n' +
        'aws ec2 deregister-image --image-id ami-1 --region us-east-1    # the credentials do not allow it',
    ])
  })

  test('with a finished AMI that is no output: it is kept and reported', async () => {
    const built = { tags: { 'k8s-image:run': 'r', 'k8s-image:state': 'built' } }
    ec2.things.push(thing('image', 'ami-1', built), thing('image', 'ami-2', built))
    await post({ handedOut: ['ami-1'] })
    expect(ec2.things).toHaveLength(2)
    expect(log.warnings).toEqual([expect.stringMatching(/^the AMI ami-2 in us-east-1 is finished, .*deregister-image/)])
  })
})

describe('the files of the run', () => {
  test('are removed, except the report', async () => {
    mkdirSync(join(directory(), 'report'))
    mkdirSync(join(directory(), 'debian-13-amd64/tmp'), { recursive: true })
    writeFileSync(join(directory(), 'debian-13-amd64/tmp/key'), 'secret')
    writeFileSync(join(directory(), 'images.pkrvars.json'), '{}')
    await post()
    const there = ['report', 'debian-13-amd64', 'images.pkrvars.json'].map((name) =>
      existsSync(join(directory(), name)),
    )
    expect(there).toEqual([true, false, false])
  })

  test('may already be gone', async () => {
    await post({ directory: join(directory(), 'gone') })
    expect(log.warnings).toEqual([])
  })
})

describe('a rehearsal', () => {
  const rehearsal = (process: ProcessId, keep: boolean) => ({
    process,
    keep,
    readyFile: join(directory(), 'rehearsal.ready.json'),
  })

  beforeEach(() => {
    writeFileSync(join(directory(), 'rehearsal.ready.json'), JSON.stringify({ env: { A: 'b' }, sshPort: 22 }))
    mkdirSync(join(directory(), 'rehearsal'))
  })

  test('is swept, then stopped', async () => {
    ec2.things.push(thing('instance', 'i-1'))
    const server = await start('true')
    await post({ rehearsal: rehearsal(server, false) })
    expect(await ended(server)).toBe(true)
    expect(ec2.things).toEqual([])
    expect(existsSync(join(directory(), 'rehearsal'))).toBe(false)
  })

  test('stays up on request, and the log says how to use and stop it', async () => {
    const server = await start('true')
    await post({ rehearsal: rehearsal(server, true) })
    expect(isRunning(server)).toBe(true)
    expect(log.lines.at(-1)).toContain(`kill ${server.pid}`)
    expect(existsSync(join(directory(), 'rehearsal.ready.json'))).toBe(true)
  })

  test('that has ended gets no request, since nothing is left', async () => {
    await post({ rehearsal: rehearsal({ pid: 1, startTime: -1 }, false) })
    expect(ec2.calls).toEqual([])
    expect(log.warnings).toEqual([])
  })
})

test('in China, what Packer made without a tag is swept by name, only in its region', async () => {
  const name = 'packer_1'
  ec2 = memoryEc2(
    thing('key-pair', 'key-1', { region: 'cn-north-1', name, tags: {} }),
    thing('key-pair', 'key-2', { region: 'cn-northwest-1', name, tags: {} }),
  )
  const temporaries = [{ region: 'cn-north-1', kind: 'key-pair', name }] as const
  await post({ regions: ['cn-north-1', 'cn-northwest-1'], temporaries })
  expect(ec2.things.map(({ id }) => id)).toEqual(['key-2'])
})
