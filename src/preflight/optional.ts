import { UserError } from '../lib/errors.js'

/** The answer to a call that the role need not be allowed; undefined without one. */
export async function orUndefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return undefined
  }
}
