import { markers, packerArgs, packerEnv } from '../../../src/packer/args.js'

const call = {
  runId: 'abc',
  image: 'debian-13-amd64',
  template: '/action/packer/image',
  varFile: '/run/images.pkrvars.json',
  pluginDirectory: '/plugins',
  configDirectory: '/run/x/config',
  temporary: '/run/x/tmp',
  events: '/run/x/tasks.jsonl',
}

test('the arguments name one image', () => {
  expect(packerArgs(call)).toEqual([
    'build',
    '-machine-readable',
    '-only=*.debian-13-amd64',
    '-var-file=/run/images.pkrvars.json',
    '/action/packer/image',
  ])
})

describe('packerEnv', () => {
  test.each([
    ['PATH', true],
    ['HOME', true],
    ['LD_LIBRARY_PATH', true],
    ['LC_ALL', true],
    ['HTTPS_PROXY', true],
    ['no_proxy', true],
    ['AWS_PROFILE', true],
    ['AWS_SESSION_TOKEN', true],
    ['RUNNER_TRACKING_ID', true],
    ['GITHUB_TOKEN', false],
    ['ACTIONS_RUNTIME_TOKEN', false],
    ['INPUT_VARS', false],
    ['PKR_VAR_region', false],
    ['ANSIBLE_CONFIG', false],
    // The amazon plugin would use it as the number of polls.
    ['AWS_MAX_ATTEMPTS', false],
    ['AWS_POLL_DELAY_SECONDS', false],
  ])('%s is passed on: %s', (name, passed) => {
    expect(name in packerEnv(call, { [name]: 'x' }, {})).toBe(passed)
  })

  test('its own settings and the account override the environment', () => {
    const env = { TMPDIR: '/tmp', AWS_ACCESS_KEY_ID: 'real', PATH: '/bin', UNSET: undefined }
    expect(packerEnv(call, env, { AWS_ACCESS_KEY_ID: 'other', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toEqual({
      PATH: '/bin',
      AWS_ACCESS_KEY_ID: 'other',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      PACKER_PLUGIN_PATH: '/plugins',
      PACKER_CONFIG_DIR: '/run/x/config',
      PACKER_NO_COLOR: '1',
      CHECKPOINT_DISABLE: '1',
      TMPDIR: '/run/x/tmp',
      K8S_IMAGE_EVENTS: '/run/x/tasks.jsonl',
      K8S_IMAGE_RUN: 'abc',
      K8S_IMAGE_KEY: 'debian-13-amd64',
      K8S_IMAGE_TEMPLATE: 'image',
    })
  })
})

test("a build and the test of its image have different markers, so a build's end does not end the test", () => {
  const build = markers(call)
  const gate = packerEnv({ ...call, template: '/action/packer/gate' }, {}, {})
  expect(build.map((entry) => entry.split('=')).every(([name = '', value]) => gate[name] === value)).toBe(false)
  expect(markers({ ...call, template: '/action/packer/gate' })).not.toEqual(build)
})
