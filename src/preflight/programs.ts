import { UserError } from '../lib/errors.js'
import type { Exec } from '../lib/exec.js'

/** Programs that builds and tests start, with a call that shows whether they are installed. */
const PROGRAMS = { bash: '--version', ssh: '-V' } as const

/**
 * Rejects a runner without these programs before anything is launched: slim containers often lack an SSH client.
 *
 * @throws UserError that names the missing programs
 */
export async function checkPrograms(exec: Exec): Promise<void> {
  const found = await Promise.all(
    Object.entries(PROGRAMS).map(async ([name, call]) => ({ name, code: (await exec(name, [call])).code })),
  )
  const missing = found.filter(({ code }) => code !== 0).map(({ name }) => name)
  if (missing.length > 0)
    throw new UserError(
      'runner',
      `the runner lacks ${missing.join(' and ')}`,
      'install openssh-client and bash on the runner, or in the container',
    )
}
