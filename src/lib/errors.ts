import type { ErrorCode } from '../model/error-code.js'
import type { Failure } from '../model/result.js'

/**
 * A failure that people can act on, shown as one line and a hint, without a stack. Any other error is a bug and keeps its stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly place: Place | undefined

  /**
   * @param code the kind of failure
   * @param message what happened, to which image or file
   * @param hint what to do next
   * @param options.place the place in the user's own file, if any; lines count from 1
   */
  constructor(code: ErrorCode, message: string, hint?: string, options?: ErrorOptions & { readonly place?: Place }) {
    super(message, options)
    this.code = code
    this.hint = hint
    this.place = options?.place
  }
}

/** A line of a file in the user's workspace. */
export interface Place {
  readonly file: string
  readonly line: number
}

/** A failure of an image, for its report. */
export function failureOf(
  image: string,
  { code, message, hint }: Pick<UserError, 'code' | 'message' | 'hint'>,
): Failure {
  return { code, message: `${image}: ${message}`, ...(hint === undefined ? {} : { hint }) }
}

/** Several mistakes that are reported together, with the code of the first. */
export class UserErrors extends UserError {
  readonly errors: readonly UserError[]

  constructor(errors: readonly UserError[]) {
    super(
      errors[0]?.code ?? 'input',
      errors.map((error) => (error.hint ? `${error.message} (${error.hint})` : error.message)).join('\n'),
    )
    this.errors = errors
  }
}

/** The first line of an error's message. */
export function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0] ?? ''
}
