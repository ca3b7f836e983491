import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Clock } from '../lib/clock.js'
import { identify, type ProcessId, reap } from './processes.js'

/** A long-running process, and how it ends. */
export interface Detached {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /**
   * File (0600) for its output. With a pipe, Packer would die of SIGPIPE if this process is killed, and could not clean up.
   */
  readonly output: string
  /** Seconds until it gets SIGTERM. */
  readonly timeout: number
  /** Seconds to clean up after SIGTERM; then it is killed. */
  readonly grace: number
  /** `NAME=value` in the environment of its descendants. */
  readonly markers: readonly string[]
}

export interface Ending {
  /** Exit code; 128 if a signal ended it, 127 if it could not be started. */
  readonly code: number
  /** `ended` by itself, or by SIGTERM after its time limit or a cancel. */
  readonly cause: 'ended' | 'timeout' | 'cancelled'
  /** Why it could not be started. */
  readonly error?: string
}

/**
 * Runs Packer to its end, in its own process group.
 *
 * To cancel, SIGTERM goes to its pid only: the wrapper passes it on, and plugins must live to clean up. SIGINT to the pid does nothing, and
 * SIGTERM to the group would end the plugins. Waits for `exit`, not `close`, because an orphaned provisioner keeps the output open.
 * Afterwards, remaining processes are ended by group and by markers.
 *
 * @param onStart called first, with the process's identity
 */
export async function runDetached(
  task: Detached,
  clock: Clock,
  abort: AbortSignal,
  onStart: (id: ProcessId) => void,
): Promise<Ending> {
  if (abort.aborted) return { code: 128, cause: 'cancelled' }
  const output = openSync(task.output, 'a', 0o600)
  let child: ChildProcess
  try {
    child = spawn(task.command, [...task.args], {
      cwd: task.cwd,
      env: task.env,
      detached: true,
      stdio: ['ignore', output, output],
    })
  } finally {
    closeSync(output)
  }
  const { pid } = child
  const exited = new Promise<Pick<Ending, 'code' | 'error'>>((resolve) => {
    child.once('error', (error) => resolve({ code: 127, error: error.message }))
    child.once('exit', (code) => resolve({ code: code ?? 128 }))
  })
  let cause: Ending['cause'] = 'ended'
  let killer: NodeJS.Timeout | undefined
  const end = (why: 'timeout' | 'cancelled') => {
    if (cause !== 'ended') return
    cause = why
    child.kill('SIGTERM')
    killer = setTimeout(() => child.kill('SIGKILL'), task.grace * 1000)
  }
  const timer = setTimeout(() => end('timeout'), task.timeout * 1000)
  const cancel = () => end('cancelled')
  abort.addEventListener('abort', cancel, { once: true })
  try {
    try {
      if (pid !== undefined) onStart(identify(pid))
    } catch (error) {
      // The process could not be found again, so it must not continue.
      child.kill('SIGKILL')
      throw error
    }
    const ending = await exited
    return { ...ending, cause }
  } finally {
    clearTimeout(timer)
    clearTimeout(killer)
    abort.removeEventListener('abort', cancel)
    await reap(task.markers, pid === undefined ? [] : [pid], clock)
  }
}
