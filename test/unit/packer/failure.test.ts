import { known } from '../../../src/lib/hints.js'
import type { TaskRecord } from '../../../src/model/result.js'
import { causes, type Evidence, isUnknownYet } from '../../../src/packer/failure.js'

const evidence = (changes: Partial<Evidence> = {}): Evidence => ({
  image: 'debian-13-amd64',
  root: '/action',
  ending: { code: 1, cause: 'ended' },
  timeout: 60,
  last: 'debian-13-amd64: containerd : Install for 5.0 s',
  tasks: [],
  errors: [],
  complaints: [],
  ...changes,
})

const task = (status: TaskRecord['status'], message?: string): TaskRecord => ({
  task: 'kubernetes : Install packages',
  path: 'ansible/roles/kubernetes/tasks/main.yml:12',
  seconds: 1,
  status,
  ...(message === undefined ? {} : { message }),
})

describe('causes', () => {
  test('a failed task is the only cause, with its place; the failed script is a consequence', () => {
    const errors = ['Script exited with non-zero exit status: 2. Allowed exit codes are: [0]']
    expect(causes(evidence({ tasks: [task('ok'), task('failed', 'No package\nkubelet')], errors }))).toEqual([
      {
        code: 'build-failed',
        message: 'debian-13-amd64: kubernetes : Install packages: No package kubelet',
        hint: 'see packer.log for the full output of the task',
        file: 'ansible/roles/kubernetes/tasks/main.yml',
        line: 12,
      },
    ])
  })

  test('the last failed task counts, since an earlier one was rescued', () => {
    const tasks = [
      { ...task('failed', 'first'), path: 'a.yml:1' },
      task('ok'),
      { ...task('failed', 'last'), path: 'b.yml:2' },
    ]
    expect(causes(evidence({ tasks }))).toMatchObject([{ file: 'b.yml', line: 2 }])
  })

  test.each([
    'Error creating AMI: operation error EC2: CreateImage, api error ResourceLimitExceeded: too many',
    'Unknown error waiting for AMI; too slow',
    'Error waiting for instance to stop: too slow',
    'Error stopping instance: too slow',
    'Error modify AMI attributes: too slow',
    'Error adding tags to Resources: too slow',
  ])('a rescued task is not the cause of a later step: %s', (error) => {
    const [cause, ...more] = causes(evidence({ tasks: [task('failed', 'rescued'), task('ok')], errors: [error] }))
    expect(more).toEqual([])
    expect(cause?.message).not.toContain('rescued')
    expect(cause?.message).toMatch(/too (many|slow)/)
  })

  test.each([
    ['a hook of the workspace', '/work/repo/hooks/before-packages.yml:3', 'hooks/before-packages.yml'],
    ['a file of the action', '/action/ansible/node.yml:3', 'ansible/node.yml'],
    ['a file elsewhere', '/opt/hooks/before-packages.yml:3', '/opt/hooks/before-packages.yml'],
  ])('%s is named by its path in an annotation', (_, path, file) => {
    const tasks = [{ ...task('failed', 'no'), path }]
    expect(causes(evidence({ tasks, workspace: '/work/repo' }))).toMatchObject([{ file, line: 3 }])
    const unreadable = { message: "couldn't resolve module/action 'comand'", path }
    expect(causes(evidence({ unreadable, workspace: '/work/repo', errors: ['Script exited with 4'] }))).toEqual([
      {
        code: 'input',
        message: "debian-13-amd64: couldn't resolve module/action 'comand'",
        hint: 'correct the file',
        file,
        line: 3,
      },
    ])
  })

  test('an unreachable instance', () => {
    expect(causes(evidence({ tasks: [task('unreachable')] }))[0]?.message).toContain('the instance was not reachable')
  })

  test('the time limit', () => {
    const [failure, ...more] = causes(evidence({ ending: { code: 1, cause: 'timeout' }, tasks: [task('failed', 'x')] }))
    expect(more).toEqual([])
    expect(failure?.message).toBe(
      'debian-13-amd64: gave up after 60 minutes (debian-13-amd64: containerd : Install for 5.0 s)',
    )
  })

  test("an API error is shortened to its message; Packer's repetition of it is dropped", () => {
    const error =
      'Error launching source instance: operation error EC2: RunInstances, https response error StatusCode: 400, RequestID: 1, api error VcpuLimitExceeded: You have requested more vCPU'
    expect(causes(evidence({ errors: [error, error] }))).toEqual([
      {
        code: 'aws-capacity',
        message: 'debian-13-amd64: Error launching source instance: You have requested more vCPU (VcpuLimitExceeded)',
        hint: expect.stringContaining('quota'),
      },
    ])
  })

  test("EC2's reason why an instance did not start is added", () => {
    const errors = ['Error waiting for instance (i-1) to become ready: waiter state transitioned to Failure']
    const complaints = ['Instance state change details: Server.InsufficientInstanceCapacity: none left']
    expect(causes(evidence({ errors, complaints }))).toEqual([
      {
        code: 'aws-capacity',
        message:
          'debian-13-amd64: Error waiting for instance (i-1) to become ready: waiter state transitioned to Failure: Server.InsufficientInstanceCapacity: none left',
        hint: expect.stringContaining('later'),
      },
    ])
  })

  test('an encoded authorization message is left out', () => {
    const error =
      'operation error EC2: RunInstances, api error UnauthorizedOperation: You are not authorized. Encoded authorization failure message: abcDEF'
    expect(causes(evidence({ errors: [error] }))[0]?.message).not.toContain('abcDEF')
  })

  test("Packer's failure is the cause, not that of its clean-up", () => {
    const snapshot = 'Error deleting existing snapshot: snap-1 is in use (InvalidSnapshot.InUse)'
    const complaints = ['Error modify AMI attributes: you are not authorized (UnauthorizedOperation)', snapshot]
    const messages = (more: Partial<Evidence>) =>
      causes(evidence({ complaints, ...more })).map(({ message }) => message)
    expect(messages({ errors: [snapshot] })).toEqual([`debian-13-amd64: ${complaints[0]}`])
    expect(messages({ errors: [snapshot], complaints: [snapshot] })).toEqual([`debian-13-amd64: ${snapshot}`])
    expect(messages({ errors: ['Error x', snapshot] })).toHaveLength(2)
  })

  test('an error in the template is reported with its place', () => {
    const complaints = [
      'Error: Unsupported argument\n\n  on /action/packer/image/build.pkr.hcl line 7:\n  (source code not available)\n\nAn argument named "x" is not expected here.',
    ]
    expect(causes(evidence({ complaints }))).toEqual([
      {
        code: 'build-failed',
        message: expect.stringContaining('Unsupported argument on packer/image/build.pkr.hcl line 7'),
        file: 'packer/image/build.pkr.hcl',
        line: 7,
      },
    ])
  })

  test("a place outside of the action's directory is left out", () => {
    const complaints = ['Error: Bad value\n\n  on /run/images.pkrvars.json line 2:\n']
    expect(causes(evidence({ complaints }))[0]).not.toHaveProperty('file')
  })

  test.each([
    [{ code: 127, cause: 'ended', error: 'spawn ENOENT' } as const, 'Packer could not be started: spawn ENOENT'],
    [{ code: 1, cause: 'ended' } as const, 'Packer ended with exit code 1: panic: x'],
    [{ code: 128, cause: 'ended' } as const, 'Packer was ended by a signal: panic: x'],
    [{ code: 0, cause: 'ended' } as const, 'Packer ended without naming an AMI'],
  ])('%j', (ending, message) => {
    expect(causes(evidence({ ending, complaints: ['panic: x'] }))[0]?.message).toBe(`debian-13-amd64: ${message}`)
  })
})

test.each([
  ['api error ExpiredToken: x', /role-duration-seconds/],
  ['api error UnauthorizedOperation: x', /grant that call/],
  ['Timeout waiting for SSH.', /ssh-interface/],
  ['AMI Name: "x" is used by an existing AMI: ami-1', /ami-name/],
  ['unexpected EOF', /plugin crashed/],
  ['api error InvalidBlockDeviceMapping: Volume of size 20GB is smaller than snapshot', /root_volume_size/],
  ['No default VPC for this user', /subnet-id/],
  ['write /tmp/x: no space left on device'.replace('no', 'No'), /free space/],
])('hint for %s', (message, hint) => {
  expect(known(message)?.hint).toMatch(hint)
})

const LATE =
  'Unknown error waiting for AMI; operation error EC2: DescribeImages, https response error StatusCode: 400, RequestID: 8657, api error InvalidAMIID.NotFound: it does not exist'
test.each<[string, readonly string[], boolean]>([
  ['its new AMI, not listed yet', [LATE], true],
  [
    'its new AMI, listed at the second describe',
    [LATE.replace('Unknown error waiting for AMI;', 'Error waiting for AMI:')],
    true,
  ],
  ['its new AMI, twice', [LATE, `${LATE} (yet)`], true],
  ['its new AMI, and something else', [LATE, 'Error stopping instance'], false],
  ['another error while waiting', ['Unknown error waiting for AMI; api error RequestLimitExceeded: x'], false],
  ['the base AMI', ['Error querying AMI: api error InvalidAMIID.NotFound: x'], false],
  ['nothing', [], false],
])('Packer gave up on %s: not listed yet %#', (_, errors, expected) => {
  expect(isUnknownYet(errors)).toBe(expected)
})

test('an unknown message has no hint', () => {
  expect(known('something new')).toBeUndefined()
})
