/** The inputs of action.yml by name. */
import { publishingDefaults } from './publishing.js'

/** All inputs with their defaults, as in action.yml; a test compares the two. */
export const inputDefaults = {
  config: '',
  'kubernetes-version': '1.37',
  os: 'debian-13',
  arch: 'amd64',
  catalog: '',
  'containerd-version': '',
  'kubernetes-source': 'package',
  lock: 'off',
  'lock-file': 'k8s-image.lock.json',
  region: '',
  'ami-regions': '',
  'ami-name': 'k8s-{kubernetes}-{os}-{arch}-{date}-{run}',
  'instance-type': '',
  'subnet-id': '',
  'associate-public-ip-address': '',
  'ssh-interface': '',
  'ssh-source-cidr': '',
  'packer-version': '1.16.0',
  mirror: '',
  'mirror-trust': '',
  'build-proxy': '',
  'var-file': '',
  vars: '',
  'ansible-extra-vars': '',
  'ansible-hooks': '',
  'extra-packages': '',
  'pre-pull-images': 'none',
  'cluster-api': 'off',
  tags: '',
  'if-exists': 'skip',
  ...publishingDefaults,
  rehearse: 'false',
  test: 'node',
  'test-focus': String.raw`\[Conformance\]`,
  'test-skip': '',
  'test-reboot': 'auto',
  'test-timeout': '',
  'keep-failed': 'false',
  'parallel-builds': '2',
  timeout: '60',
  preflight: 'true',
} as const satisfies Readonly<Record<string, string>>

export type InputName = keyof typeof inputDefaults

export const inputNames = Object.keys(inputDefaults) as readonly InputName[]

/** Inputs that are not allowed in config files and matrices, since a proxy's address may have a password. */
export const outsideConfig: readonly string[] = ['config', 'build-proxy'] satisfies readonly InputName[]

/** Inputs that apply to the whole job; in a config file they go below `defaults`. */
export const jobInputNames = [
  'rehearse',
  'parallel-builds',
  'packer-version',
  'mirror',
  'mirror-trust',
  'lock',
  'lock-file',
] as const
