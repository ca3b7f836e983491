/** Runs parts two at a time, since one often waits for a simulated delay. */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { endOf } from '../child.ts'
import { fileName, needsMirror, type Part } from './parts.ts'

/** A part and how to run it. */
export interface Task {
  readonly part: Part
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const running = new Map<ChildProcess, string>()
let ended: number | undefined
/** Ends running parts with what they started, and starts no more. A part is a process group: a linter would outlive its script. */
export function endAll(signal: NodeJS.Signals = 'SIGTERM'): void {
  // Ctrl-C arrives twice, from the terminal and from script/test. A second one would disturb a part that cleans up.
  if (ended !== undefined && performance.now() - ended < 1000) return
  ended = performance.now()
  for (const { pid } of running.keys()) {
    try {
      if (pid !== undefined) process.kill(-pid, signal)
    } catch {
      // It has just ended.
    }
  }
}
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) process.on(signal, endAll)

/** The mirror of a run, for all tests except those that change a mirror of their own. */
export interface RunMirror {
  /** Resolves when it serves, with the variables by which tests find it (test/rehearsal/local.ts). */
  readonly ready: Promise<Readonly<Record<string, string>>>
  stop(): void
}

/** Starts the mirror that is built from source, for tests up to `level`. The first build compiles for minutes. */
export function startMirror(level: string): RunMirror {
  const file = join(mkdtempSync(join(tmpdir(), 'mirror-')), 'ready.json')
  const child = spawn(
    'script/mirror',
    ['--from', 'source', '--for', level, '--ready-file', file, '--until-stdin-closes'],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
      detached: true,
    },
  )
  // It reports every eight seconds what it compiles; once a minute is enough.
  createInterface(child.stderr).on('line', (line) => {
    const [, seconds = '0'] = /: (\d+) s$/.exec(line) ?? []
    if (Number(seconds) % 56 === 0) process.stdout.write(`${line}\n`)
  })
  running.set(child, 'the mirror is built')
  const ready = new Promise<Readonly<Record<string, string>>>((resolve, reject) => {
    const poll = setInterval(() => {
      try {
        const { url, trust } = JSON.parse(readFileSync(file, 'utf8')) as { url: string; trust: string }
        resolve({ K8S_IMAGE_TEST_MIRROR: url, K8S_IMAGE_TEST_MIRROR_TRUST: trust })
        clearInterval(poll)
        running.delete(child)
      } catch {
        // Not written yet.
      }
    }, 200)
    void endOf(child).then((how) => {
      clearInterval(poll)
      running.delete(child)
      reject(new Error(`script/mirror ended (${how})`))
    })
  })
  return { ready, stop: () => child.stdin?.end() }
}

/** @param log file for its output; undefined: this process's own output */
function run(
  { part, command: [program = '', ...args], env }: Task,
  more: Readonly<Record<string, string>>,
  log?: string,
): Promise<number> {
  const out = log === undefined ? 'inherit' : openSync(log, 'w')
  const child = spawn(program, args, {
    env: { ...process.env, ...more, ...env },
    stdio: ['ignore', out, out],
    detached: true,
  })
  if (typeof out === 'number') closeSync(out)
  running.set(child, part.name)
  return new Promise((resolve) => {
    child.on('error', () => resolve(127))
    child.on('close', (code) => {
      running.delete(child)
      resolve(code ?? 1)
    })
  })
}

export interface Pool {
  readonly places: number
  /** Directory with one log per part; undefined: output is shown as it comes. */
  readonly logs?: string
  readonly mirror?: RunMirror
  /** Called before each part; if it returns false, the part is left out. */
  mayBegin?(part: Part): boolean
  onEnd(part: Part, result: { readonly code: number; readonly seconds: number; readonly log?: string }): void
}

/**
 * Runs tasks in order. Tasks that need the mirror let others pass until it serves; until then, the mirror's own work takes one place.
 *
 * @returns parts that did not begin
 * @throws Error if the mirror does not start
 */
export async function runAll(tasks: readonly Task[], pool: Pool): Promise<Part[]> {
  const queue = [...tasks]
  const left: Part[] = []
  const { mirror } = pool
  let env: Readonly<Record<string, string>> | undefined
  const serving = mirror?.ready.then((found) => {
    env = found
  })
  const next = () => {
    const at = queue.findIndex(({ part }) => mirror === undefined || env !== undefined || !needsMirror(part))
    return at < 0 ? undefined : queue.splice(at, 1)[0]
  }
  const worker = async () => {
    while (queue.length > 0 && ended === undefined) {
      const task = next()
      if (task === undefined) await serving
      else if (pool.mayBegin?.(task.part) === false) left.push(task.part)
      else {
        const { part } = task
        const log = pool.logs === undefined ? undefined : join(pool.logs, `${fileName(part)}.log`)
        const start = performance.now()
        const code = await run(task, env ?? {}, log)
        pool.onEnd(part, { code, seconds: (performance.now() - start) / 1000, ...(log === undefined ? {} : { log }) })
      }
    }
  }
  const rest = Array.from({ length: pool.places - 1 }, async () => {
    await serving
    await worker()
  })
  // Waits for all running parts, even if there is no mirror for the rest.
  for (const end of await Promise.allSettled([worker(), ...rest])) if (end.status === 'rejected') throw end.reason
  return [...left, ...queue.map(({ part }) => part)]
}

/** The running parts, for a status line. */
export const runningParts = () => [...running.values()]
