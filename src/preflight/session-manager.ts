import { UserError } from '../lib/errors.js'
import type { Exec } from '../lib/exec.js'
import type { Inputs } from '../model/inputs.js'

/** Packer starts it by this name to open a session (the Amazon plugin's `session_manager`). */
const PROGRAM = 'session-manager-plugin'

/**
 * Rejects a runner without the program before anything is launched. Packer would launch an instance anyway, and its wait for SSH would time out.
 *
 * @param exec with the PATH of Packer's environment
 */
export async function checkSessionManager(
  all: readonly Pick<Inputs, 'sshInterface' | 'rehearse'>[],
  exec: Exec,
): Promise<void> {
  const wanted = all.filter(({ sshInterface }) => sshInterface === 'session_manager')
  if (wanted.length === 0) return
  if (wanted.some(({ rehearse }) => rehearse !== 'false'))
    throw new UserError(
      'network',
      'ssh-interface: a rehearsal does not support Session Manager',
      'leave `ssh-interface` out where `rehearse` is set',
    )
  if ((await exec(PROGRAM, ['--version'])).code !== 0)
    throw new UserError(
      'network',
      `ssh-interface: session_manager needs the program ${PROGRAM} on the runner, but it cannot be started`,
      'install it on the runner (AWS Systems Manager, "Install the Session Manager plugin"), or use `private_ip`',
    )
}
