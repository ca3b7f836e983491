/** Short commands, by @actions/exec. Packer alone is started without it: its process must be held (src/packer/process.ts). */
import { existsSync } from 'node:fs'
import { getExecOutput } from '@actions/exec'
import type { Environment } from './environment.js'

/** What a command that ended left. */
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
    /** Seconds after which the command is ended; 300 unless told. */
    limit?: number
    signal?: AbortSignal
  },
) => Promise<ExecResult>

/** By its path where it can be: for a name, the library prints a line for each directory of PATH that it may not read. */
const TIMEOUT = ['/usr/bin/timeout', '/bin/timeout'].find((path) => existsSync(path)) ?? 'timeout'

/** Exit codes of `timeout` (coreutils) for a command that it ended. */
export const TIMED_OUT: readonly number[] = [124, 137]

/**
 * Runs a short command to its end. One that cannot be started has code 127, one that took longer than its limit a code of `TIMED_OUT`.
 * An aborted `signal` rejects with its reason; the command itself then ends by its limit at the latest.
 */
export const exec: Exec = async (command, args, { cwd, env = process.env, limit = 300, signal } = {}) => {
  signal?.throwIfAborted()
  const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined)
  // The library ends no command; `timeout` ends it with all that it started.
  const running = getExecOutput(TIMEOUT, ['-k', '5', String(limit), command, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env: Object.fromEntries(given),
    silent: true,
    ignoreReturnCode: true,
  }).then(({ exitCode, stdout, stderr }) => ({ code: exitCode, stdout, stderr }))
  return signal === undefined ? running : Promise.race([running, aborted(signal)])
}

/** Rejects with the signal's reason. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
}
