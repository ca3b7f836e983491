import { writeFileSync } from 'node:fs'
import { firstLine, UserError } from '../lib/errors.js'
import type { Log } from '../lib/log.js'
import type { LockInput } from '../model/inputs.js'
import type { Planned } from '../model/plan.js'
import { mergeLocks, renderLock } from './lock.js'

/**
 * Writes the locks of all plans of a run.
 *
 * @throws UserError if a lock cannot hold all of them, or the file cannot be written
 */
export function writeLock({ file, path }: LockInput, plans: readonly Planned[], log: Log): void {
  const text = renderLock(mergeLocks(plans.flatMap(({ plan }) => plan.lock ?? [])))
  try {
    writeFileSync(path, text)
  } catch (error) {
    throw new UserError(
      'lock',
      `lock-file: ${file} cannot be written: ${firstLine(error)}`,
      'write its path from the workspace, into an existing directory',
    )
  }
  log.info(`${file} was written: commit it, and build from it with lock: use or lock: check`)
}
