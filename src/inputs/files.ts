/** Files of the user's that inputs name, by a path from the workspace. */
import { firstLine } from '../lib/errors.js'

/** What to do about a file that cannot be read. */
export const FILE_HINT = 'write its path from the workspace, and check that the job has a checkout step'

/** Why something could not be read, as the end of a sentence that begins with its path. */
export function unreadable(error: unknown, causes: Readonly<Record<string, string>> = {}): string {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return { ENOENT: 'does not exist', ...causes }[code] ?? `cannot be read: ${firstLine(error)}`
}
