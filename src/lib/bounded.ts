import { UserError } from './errors.js'
import type { Exec, ExecResult } from './exec.js'

/** A command with a time limit, in seconds; the signal ends it too. */
export interface Bounds {
  readonly exec: Exec
  readonly signal?: AbortSignal
  readonly limit: number
  /** For people: what the command is for. */
  readonly label: string
}

/** @throws UserError when the command takes longer than it may */
export async function runBounded(
  { exec, signal, limit, label }: Bounds,
  command: string,
  args: readonly string[],
  options: Pick<NonNullable<Parameters<Exec>[2]>, 'env' | 'input'> = {},
): Promise<ExecResult> {
  const late = AbortSignal.timeout(limit * 1000)
  try {
    return await exec(command, args, { ...options, signal: signal ? AbortSignal.any([signal, late]) : late })
  } catch (error) {
    signal?.throwIfAborted()
    if (!late.aborted) throw error
    throw new UserError(`${label}: ${command} was ended after ${limit} s`, 'run again; the runner may be overloaded', {
      cause: error,
    })
  }
}
