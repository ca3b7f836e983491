/** Failures of a whole step, for people. */
import { UserError, UserErrors } from '../lib/errors.js'
import { known } from '../lib/hints.js'
import type { Log } from '../lib/log.js'
import type { Failure } from '../model/result.js'
import { annotate } from './annotations.js'

/** Annotates an error, a bug with its stack. Returns its failures. */
export function tellError(error: unknown, log: Pick<Log, 'error'>): Failure[] {
  const failures = failuresOf(error)
  const isBug = !(error instanceof UserError) && known(messageOf(error)) === undefined
  const evidence = (isBug && error instanceof Error && error.stack) || ''
  annotate(evidence === '' ? failures : failures.map((failure) => ({ ...failure, evidence })), log)
  return failures
}

/** Splits an error into failures, one per mistake. Bugs are marked as such. */
function failuresOf(error: unknown): Failure[] {
  if (error instanceof UserErrors) return error.errors.flatMap(failuresOf)
  const message = messageOf(error)
  if (error instanceof UserError)
    return [{ code: error.code, message, ...(error.hint === undefined ? {} : { hint: error.hint }), ...error.place }]
  const found = known(message) // such as a full disk, which is not a bug
  if (found !== undefined) return [{ ...found, message }]
  return [{ code: 'defect', message: `internal error: ${message}`, hint: 'report it, with the log' }]
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
