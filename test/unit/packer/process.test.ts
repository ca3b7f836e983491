import { spawn } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../../src/lib/clock.js'
import { exec } from '../../../src/lib/exec.js'
import { runDetached } from '../../../src/packer/process.js'
import { identify, isRunning, marked, type ProcessId, reap, signal, waitForEnd } from '../../../src/packer/processes.js'
import { tail } from '../../../src/packer/tail.js'

let directory: string
let marker: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-'))
  marker = `K8S_IMAGE_TEST=${directory}`
})

afterEach(async () => {
  await reap([marker], [], systemClock)
  rmSync(directory, { recursive: true, force: true })
})

const script = (text: string, changes: { timeout?: number; grace?: number } = {}) => ({
  command: 'bash',
  args: ['-c', text],
  cwd: directory,
  env: { PATH: process.env.PATH ?? '', K8S_IMAGE_TEST: directory },
  output: join(directory, 'raw'),
  timeout: changes.timeout ?? 20,
  grace: changes.grace ?? 5,
  markers: [marker],
})

const never = new AbortController().signal
const output = () => readFileSync(join(directory, 'raw'), 'utf8')

/** Resolves when the script has printed the word. */
async function printed(word: string): Promise<void> {
  for (let tick = 0; tick < 500; tick++) {
    try {
      if (output().includes(word)) return
    } catch {
      // The file does not exist yet.
    }
    await delay(10)
  }
  throw new Error(`${word} was not printed`)
}

describe('runDetached', () => {
  test('gives the exit code and its identity, and writes both streams to a private file', async () => {
    let id: ProcessId | undefined
    const ending = await runDetached(script('echo out; echo err >&2; exit 3'), systemClock, never, (started) => {
      id = started
    })
    expect(ending).toEqual({ code: 3, cause: 'ended' })
    expect(output()).toBe('out\nerr\n')
    expect(statSync(join(directory, 'raw')).mode & 0o777).toBe(0o600)
    expect(id?.startTime).toBeGreaterThan(0)
  })

  test('a command that is not there', async () => {
    const ending = await runDetached({ ...script(''), command: '/no/such' }, systemClock, never, () => undefined)
    expect(ending).toMatchObject({ code: 127, cause: 'ended', error: expect.stringContaining('ENOENT') })
  })

  test('a cancel sends SIGTERM to its pid only, and waits for its clean-up', async () => {
    const abort = new AbortController()
    // The child reports whether the signal reached it, which must not happen while its parent cleans up.
    const text = `bash -c 'trap "echo child got it" TERM; echo ready; while :; do sleep 0.1; done' &
      trap 'sleep 0.5; echo cleaned; exit 1' TERM; wait; wait`
    const running = runDetached(script(text), systemClock, abort.signal, () => undefined)
    await printed('ready')
    abort.abort(new Error('cancelled'))
    expect(await running).toEqual({ code: 1, cause: 'cancelled' })
    // Leftovers get the signal, too, but only after Packer itself has ended.
    expect(output().split('child got it')[0]).toContain('cleaned')
    expect(marked([marker])).toEqual([])
  })

  test('processes that it leaves are ended, in its group or not', async () => {
    const text = `setsid sleep 60 </dev/null >/dev/null 2>&1 & sleep 60 & (trap '' TERM; sleep 60) & echo ready; exit 0`
    expect(await runDetached(script(text), systemClock, never, () => undefined)).toEqual({ code: 0, cause: 'ended' })
    expect(marked([marker])).toEqual([])
  })

  test('a process that ignores SIGTERM is killed after the time limit and the grace', async () => {
    const text = `trap '' TERM; echo ready; while :; do sleep 0.1; done`
    const ending = await runDetached(script(text, { timeout: 0.5, grace: 0.5 }), systemClock, never, () => undefined)
    expect(ending).toEqual({ code: 128, cause: 'timeout' })
    expect(marked([marker])).toEqual([])
  })

  test('a process that cannot be recorded is ended', async () => {
    const start = () => {
      throw new Error('no space left')
    }
    await expect(runDetached(script('sleep 60'), systemClock, never, start)).rejects.toThrow('no space left')
    expect(marked([marker])).toEqual([])
  })

  test('nothing is started after a cancel', async () => {
    const ending = await runDetached(script('echo x'), systemClock, AbortSignal.abort(), () => {
      throw new Error('started')
    })
    expect(ending.cause).toBe('cancelled')
  })
})

describe('processes', () => {
  test('a pid with another start time is another process', async () => {
    const child = spawn('sleep', ['60'])
    const id = identify(child.pid ?? 0)
    const reused = { ...id, startTime: (id.startTime ?? 0) + 1 }
    expect([isRunning(id), isRunning(reused)]).toEqual([true, false])
    expect(signal(reused, 'SIGKILL')).toBe(false)
    expect(await waitForEnd(id, 0.1, systemClock)).toBe(false)
    expect(signal(id, 'SIGKILL')).toBe(true)
    expect(await waitForEnd(id, 10, systemClock)).toBe(true)
  })

  test('a process must have all markers', async () => {
    const child = spawn('sleep', ['60'], { env: { K8S_IMAGE_TEST: directory, OTHER: 'x' } })
    for (let tick = 0; tick < 100 && marked([marker]).length === 0; tick++) await delay(10)
    const pids = (...markers: string[]) => marked(markers).map(({ pid }) => pid)
    expect(pids(marker, 'OTHER=x')).toEqual([child.pid])
    expect(pids(marker, 'OTHER=y')).toEqual([])
    child.kill('SIGKILL')
  })
})

describe('tail', () => {
  test('reads lines as they come, a late file, and a last line without a newline', async () => {
    const path = join(directory, 'grows')
    const lines: string[] = []
    const done = new AbortController()
    const reading = tail(path, (line) => lines.push(line), systemClock, done.signal)
    await delay(50)
    writeFileSync(path, 'one\ntw')
    for (let tick = 0; tick < 100 && lines.length === 0; tick++) await delay(20)
    expect(lines).toEqual(['one'])
    appendFileSync(path, 'o ü\nthree')
    done.abort()
    await reading
    expect(lines).toEqual(['one', 'two ü', 'three'])
  })

  test('ends if the file never appears', async () => {
    await expect(
      tail(join(directory, 'no'), () => undefined, systemClock, AbortSignal.abort()),
    ).resolves.toBeUndefined()
  })

  test('a line without a newline does not fill the memory', async () => {
    const path = join(directory, 'long')
    writeFileSync(path, 'x'.repeat(1_000_000))
    const lengths: number[] = []
    await tail(path, (line) => lengths.push(line.length), systemClock, AbortSignal.abort())
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(1_000_000)
    expect(Math.max(...lengths)).toBeLessThan(400_000)
  })
})

describe('exec', () => {
  test('gives the exit code and both streams', async () => {
    expect(await exec('bash', ['-c', 'printf in; echo err >&2; exit 4'])).toEqual({
      code: 4,
      stdout: 'in',
      stderr: 'err\n',
    })
  })

  test('a command that is not there', async () => {
    expect(await exec('/no/such', [])).toMatchObject({ code: 127 })
  })

  test("the time limit also ends the command's children", async () => {
    const env = { PATH: process.env.PATH, K8S_IMAGE_TEST: directory }
    const running = exec('sh', ['-c', 'sleep 60 & sleep 60; true'], { env, limit: 2 })
    for (let tick = 0; tick < 200 && marked([marker]).length < 3; tick++) await delay(10)
    expect(marked([marker]).length).toBeGreaterThanOrEqual(3)
    expect((await running).code).toBe(124)
    for (let tick = 0; tick < 200 && marked([marker]).length > 0; tick++) await delay(10)
    expect(marked([marker])).toEqual([])
  })
})
