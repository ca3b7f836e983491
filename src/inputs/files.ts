/** The user's files in inputs, with paths relative to the workspace. */
import { firstLine } from '../lib/errors.js'

/** The hint for an unreadable file. */
export const FILE_HINT = 'write its path from the workspace, and check that the job has a checkout step'

/** Why a file could not be read, as the end of a sentence that begins with its path. */
export function unreadable(error: unknown, causes: Readonly<Record<string, string>> = {}): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return { ENOENT: 'does not exist', ...causes }[code] ?? `cannot be read: ${firstLine(error)}`
}
