/** Short commands, with @actions/exec. Only Packer is started without it, because its process must be held (src/packer/process.ts). */
import { existsSync } from 'node:fs'
import { getExecOutput } from '@actions/exec'
import type { Environment } from './environment.js'

export interface ExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a short command to its end; never throws on a non-zero exit code. */
export type Exec = (
  command: string,
  args: readonly string[],
  options?: {
    cwd?: string
    env?: Environment
    /** Time limit in seconds; 300 by default. */
    limit?: number
    signal?: AbortSignal
  },
) => Promise<ExecResult>

/** The command's path if possible: for a name, the library prints a line for each unreadable directory of PATH. */
const TIMEOUT = ['/usr/bin/timeout', '/bin/timeout'].find((path) => existsSync(path)) ?? 'timeout'

/** Exit code of `timeout` (coreutils) for a command that it had to end by SIGKILL. */
const KILLED = 137
/** Its exit codes for a command that it ended. */
export const TIMED_OUT: readonly number[] = [124, KILLED]

/**
 * Runs a short command to its end. Code 127 means that it could not be started, and a code in `TIMED_OUT` that it exceeded its limit.
 * An aborted `signal` rejects with its reason; the command itself ends at its limit at the latest.
 */
export const exec: Exec = async (command, args, { cwd, env = process.env, limit = 300, signal } = {}) => {
  signal?.throwIfAborted()
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const start = performance.now()
  // The library cannot end a command; `timeout` ends it with all its children.
  const running = getExecOutput(TIMEOUT, ['-k', '5', String(limit), command, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: Object.fromEntries(given),
    silent: true,
    ignoreReturnCode: true,
  }).then(({ exitCode, stdout, stderr }): ExecResult => {
    // Null, whatever the library's type says: `timeout` ends itself by the signal that ended the command.
    if ((exitCode as number | null) !== null) return { code: exitCode, stdout, stderr }
    return performance.now() < start + limit * 1000
      ? { code: 1, stdout, stderr: `${stderr}\nthe command was ended by a signal, perhaps because memory ran out` }
      : { code: KILLED, stdout, stderr }
  })
  return signal === undefined ? running : Promise.race([running, aborted(signal)])
}

/** Rejects with the signal's reason. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}
