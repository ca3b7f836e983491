import { UserError } from '../../lib/errors.js'

/** A place in a file; line and column count from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** The same mistake with its place. */
export function placed({ message, hint }: UserError, file: string, { line, column }: Position): UserError {
  return new UserError('config-file', `${file}:${line}:${column}: ${message}`, hint, { place: { file, line } })
}
