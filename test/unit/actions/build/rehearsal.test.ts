import { checkPython } from '../../../../src/actions/build/prepare.js'
import { checkRehearsal, rehearsalEnv } from '../../../../src/actions/build/rehearsal.js'
import { withoutAccount } from '../../../../src/actions/build/rehearsal-inputs.js'
import { UserError } from '../../../../src/lib/errors.js'
import type { Exec } from '../../../../src/lib/exec.js'
import type { Inputs, Wanted } from '../../../../src/model/inputs.js'
import type { Arch } from '../../../../src/model/system.js'
import type { ImageTask } from '../../../../src/publish/task.js'
import { image, memoryLog, publishSettings } from '../../fakes.js'

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
  expect(rehearsalEnv(env, 'true')).toEqual({ PATH: '/bin', HTTP_PROXY: 'p' })
})

test('only a rehearsal that is kept outlives the job, whose runner ends all others by this variable', () => {
  const env = { RUNNER_TRACKING_ID: 'github_1' }
  expect(rehearsalEnv(env, 'true')).toEqual(env)
  expect(rehearsalEnv(env, 'keep')).toEqual({})
})

test('a rehearsal leaves out the network, the keys and the roles of the real account, and says so once', () => {
  const inputs = {
    rehearse: 'true',
    ...{ subnetId: 'subnet-1', sshInterface: 'session_manager', sshSourceCidrs: ['10.0.0.0/8'] },
    ...{ vars: { iam_instance_profile: 'p', root_volume_size: '9' }, varFile: { iam_instance_profile: 'q' } },
    publish: { ...publishSettings, keys: { 'us-east-1': 'arn' }, everybody: true, accounts: ['123456789012'] },
  } as unknown as Inputs
  const wanted: Wanted = { name: undefined, required: true, inputs, texts: {} }
  const log = memoryLog()
  const [first] = withoutAccount([wanted, wanted], log)
  expect(first?.inputs).toEqual({
    rehearse: 'true',
    ...{ subnetId: undefined, associatePublicIp: undefined, sshInterface: undefined, sshSourceCidrs: [] },
    ...{ vars: { root_volume_size: '9' }, varFile: {} },
    publish: { ...publishSettings, accounts: ['123456789012'] },
  })
  expect(log.lines).toEqual([
    expect.stringMatching(
      /: subnet-id, ssh-interface, ssh-source-cidr, iam_instance_profile, kms-key-ids, share-publicly$/,
    ),
  ])
  withoutAccount([{ ...wanted, inputs: { ...inputs, ...first?.inputs } }], log)
  expect(log.lines).toHaveLength(1)
})

test.each<[ImageTask['action']['kind'], string, Arch, boolean]>([
  ['build', 'flatcar', 'arm64', true],
  ['gate', 'flatcar', 'arm64', true],
  ['publish', 'flatcar', 'arm64', false],
  ['build', 'flatcar', 'amd64', false],
  ['build', 'debian', 'arm64', false],
])('a %s of %s for %s on amd64 is refused: %s', (kind, family, arch, refused) => {
  const plain = image()
  const task = { action: { kind }, image: { ...plain, arch, system: { ...plain.system, family } } } as ImageTask
  const check = () => checkPython([task], 'amd64')
  if (refused) expect(check).toThrow(/: Flatcar has no Python, and that of an amd64 runner does not run on it/)
  else expect(check).not.toThrow()
})
