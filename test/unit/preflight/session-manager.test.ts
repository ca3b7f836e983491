import { UserError } from '../../../src/lib/errors.js'
import type { Exec } from '../../../src/lib/exec.js'
import { exec } from '../../../src/lib/exec.js'
import { checkSessionManager } from '../../../src/preflight/session-manager.js'

const bySession = { sshInterface: 'session_manager', rehearse: 'false' } as const
const byAddress = { sshInterface: 'private_ip', rehearse: 'true' } as const
const commands: string[] = []
const answers =
  (code: number): Exec =>
  async (command, args) => {
    commands.push([command, ...args].join(' '))
    return { code, stdout: '', stderr: '' }
  }
beforeEach(() => {
  commands.length = 0
})

test('the program is looked for where a session is wanted, and only there', async () => {
  await checkSessionManager([byAddress], answers(127))
  expect(commands).toEqual([])
  await checkSessionManager([byAddress, bySession], answers(0))
  expect(commands).toEqual(['session-manager-plugin --version'])
})

test('without it, one line says so', async () => {
  await expect(checkSessionManager([bySession], answers(127))).rejects.toThrow(UserError)
  await expect(checkSessionManager([bySession], answers(127))).rejects.toThrow(
    'ssh-interface: session_manager needs the program session-manager-plugin on the runner',
  )
})

test('a program that is not there has a code that says so', async () => {
  const missing: Exec = (_, args) => exec('/nonexistent/session-manager-plugin', args)
  await expect(checkSessionManager([bySession], missing)).rejects.toThrow('cannot be started')
})

test('a rehearsal has no sessions', async () => {
  await expect(checkSessionManager([{ ...bySession, rehearse: 'keep' }], answers(0))).rejects.toThrow(
    'a rehearsal does not support Session Manager',
  )
})
