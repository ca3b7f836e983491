import { UserError } from './errors.js'
import { type Exec, type ExecResult, TIMED_OUT } from './exec.js'

/** A command with a time limit in seconds. The signal also ends the wait. */
export interface Bounds {
  readonly exec: Exec
  readonly signal?: AbortSignal
  readonly limit: number
  /** The command's purpose, for people. */
  readonly label: string
}

/** @throws UserError if the command exceeds its limit */
export async function runBounded(
  { exec, signal, limit, label }: Bounds,
  command: string,
  args: readonly string[],
  options: Pick<NonNullable<Parameters<Exec>[2]>, 'env'> = {},
): Promise<ExecResult> {
  const result = await exec(command, args, { ...options, limit, ...(signal ? { signal } : {}) })
  if (TIMED_OUT.includes(result.code))
    throw new UserError(
      'tool',
      `${label}: ${command} was ended after ${limit} s`,
      'run the job again; the runner may be overloaded',
    )
  return result
}
