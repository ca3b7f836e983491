/** How child processes end. After a death by a signal, `exitCode` stays null, and `exit` comes only once. */
import type { ChildProcess } from 'node:child_process'

/** Resolves when the process has ended, or could not be started, and says how. Call it at once after spawn, before any wait. */
export const endOf = (child: ChildProcess) =>
  new Promise<string>((resolve) => {
    child.on('error', ({ message }) => resolve(message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })

export const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null
