import { checkRehearsal, rehearsalEnv } from '../../../../src/actions/build/rehearsal.js'
import { UserError } from '../../../../src/lib/errors.js'
import type { Exec } from '../../../../src/lib/exec.js'
import type { Arch } from '../../../../src/model/system.js'

const answers =
  (code: number): Exec =>
  async () => ({ code, stdout: '', stderr: '' })
const check = (arch: Arch, machine: string, uid: number, sudo = 1) =>
  checkRehearsal({ arch: [arch] }, { platform: 'linux', arch: machine, uid }, answers(sudo), '/action')

test.each<[Arch, string, number, number]>([
  ['amd64', 'x64', 0, 1],
  ['arm64', 'arm64', 0, 1],
  ['amd64', 'x64', 1000, 0],
])('%s on %s as %d', async (arch, machine, uid, sudo) => {
  await expect(check(arch, machine, uid, sudo)).resolves.toBeUndefined()
})

test('an unsupported architecture is an error', async () => {
  await expect(check('arm64', 'x64', 0)).rejects.toThrow(
    new UserError('aws-failed', 'an arm64 image cannot be rehearsed on an amd64 runner'),
  )
})

test('without root and sudo, the error names what is missing', async () => {
  await expect(check('amd64', 'x64', 1000)).rejects.toThrow(
    /root, or sudo without a password for \/action\/rehearsal\/root-helper/,
  )
})

test('a rehearsal gets no inputs, no tokens and no account', () => {
  const env = {
    PATH: '/bin',
    INPUT_VARS: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    ACTIONS_RUNTIME_TOKEN: 'x',
    GITHUB_TOKEN: 'x',
    HTTP_PROXY: 'p',
  }
  expect(rehearsalEnv(env)).toEqual({ PATH: '/bin', HTTP_PROXY: 'p' })
})
