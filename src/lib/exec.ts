import { spawn } from 'node:child_process'
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
    input?: string | Uint8Array
    signal?: AbortSignal
  },
) => Promise<ExecResult>

/** Output beyond this is cut off: short commands print little, and memory is bounded. */
const MAX_OUTPUT = 8 * 1024 * 1024

/**
 * Runs a short command to its end. A command that cannot be started has code 127 and the cause in `stderr`;
 * one that a signal ended has 128. An aborted `signal` ends it and rejects with the signal's reason.
 */
export const exec: Exec = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    if (options.signal?.aborted) {
      reject(options.signal.reason)
      return
    }
    const child = spawn(command, [...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own, so that giving up takes what the command started along.
      detached: true,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.env === undefined ? {} : { env: options.env }),
    })
    const give = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // Gone already.
      }
      done(() => reject(options.signal?.reason))
    }
    const done = (settle: () => void) => {
      options.signal?.removeEventListener('abort', give)
      settle()
    }
    options.signal?.addEventListener('abort', give, { once: true })
    const stdout = collect(child.stdout)
    const stderr = collect(child.stderr)
    child.on('error', (error) => done(() => resolve({ code: 127, stdout: stdout(), stderr: error.message })))
    child.on('close', (code) => done(() => resolve({ code: code ?? 128, stdout: stdout(), stderr: stderr() })))
    child.stdin.on('error', () => undefined) // a command that does not read its input is no failure
    child.stdin.end(options.input)
  })

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = []
  let size = 0
  stream.on('data', (chunk: Buffer) => {
    if (size < MAX_OUTPUT) chunks.push(chunk)
    size += chunk.length
  })
  return () => Buffer.concat(chunks).subarray(0, MAX_OUTPUT).toString('utf8')
}
