import { UserError } from '../lib/errors.js'
import type { Exec } from '../lib/exec.js'
import type { Inputs } from '../model/inputs.js'

/** Packer starts it by this name to open a session (the Amazon plugin's `session_manager`). */
const PROGRAM = 'session-manager-plugin'

/**
 * Refuses in one line, before anything is launched, what cannot reach an instance by Session Manager: without the program Packer launches one all
 * the same, and waits for SSH in vain.
 *
 * @param exec as the environment of Packer's has the PATH
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
