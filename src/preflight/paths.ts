import type { Environment } from '../lib/environment.js'
import { UserError, UserErrors } from '../lib/errors.js'

/**
 * Rejects directories that Ansible would not find: in paths, it replaces `$NAME` and `${NAME}` by the variable of that name
 * (ansible/utils/path.py, unfrackpath). Other unusual characters are harmless.
 *
 * @param directories by description, such as `the action's own directory`
 * @throws UserErrors with one for each of them
 */
export function checkPaths(directories: Readonly<Record<string, string | undefined>>, env: Environment): void {
  const mistakes = Object.entries(directories).flatMap(([what, path = '']) => {
    const words = [...path.matchAll(/\$(?:(\w+)|\{(\w+)\})/g)]
    const replaced = words.find(([, plain, braced]) => env[plain ?? braced ?? ''] !== undefined)
    if (replaced === undefined) return []
    const hint = 'rename the directory, or move the runner'
    return [new UserError('runner', `${what} is at ${path}, where Ansible replaces ${replaced[0]} by a variable`, hint)]
  })
  if (mistakes.length > 0) throw new UserErrors(mistakes)
}
