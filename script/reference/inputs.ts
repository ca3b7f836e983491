/** What docs/inputs.md says of each input of action.yml beside its description and default. A test holds every word of it against the code. */

import type { inputDefaults } from '../../src/inputs/names.ts'
import { rebootWords, testWords } from '../../src/inputs/tests.ts'

/** What a value may be: one of these words, a whole number within these bounds, or what this text says. */
export type Takes = { readonly words: readonly string[] } | { readonly from: number; readonly to: number } | string

/** The parts of the page. */
export const topics = {
  what: 'Which images',
  content: 'What is in them',
  build: 'How they are built',
  test: 'How they are tested',
  publish: 'Where AMIs go, and who may use them',
  network: 'Without internet, and without an account',
} as const

/** The steps of a build, as docs/internals/design.md names them. */
type Step = 'config' | 'plan' | 'look-up' | 'preflight' | 'tools' | 'build' | 'gate' | 'publish' | 'rehearsal'

/**
 * Topic; step; the page that explains it, from docs/inputs.md; whether another value is another image, by its digest (a text: not the value
 * itself, but what follows from it); what it takes; an example, which is not the default.
 */
type Row = readonly [
  topic: keyof typeof topics,
  step: Step,
  page: string,
  digest: 'yes' | `yes, ${string}` | 'no' | `by ${string}`,
  takes: Takes,
  example: string,
]

const yesOrNo = { words: ['true', 'false'] }
const minutes = { from: 1, to: 1440 }
const ssh = { words: ['public_ip', 'private_ip', 'public_dns', 'private_dns', 'session_manager'] }
const organization = 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5'
const unit = 'arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6'
const versions = 'versions-and-lock.md'
const instance = '#the-instance-that-is-built-on'

// biome-ignore format: one line an input, as a table
export const inputs: Readonly<Record<keyof typeof inputDefaults, Row>> = {
  config: ['what', 'config', 'config-file.md', 'by its settings', 'a path, or YAML', '.github/k8s-image.yml'],
  'kubernetes-version': ['what', 'plan', versions, 'yes', 'a list of versions', '1.37, 1.36.3'],
  os: ['what', 'plan', 'operating-systems.md#choosing', 'yes', 'a list of systems', 'debian-13, ubuntu-24.04'],
  arch: ['what', 'plan', 'operating-systems.md#choosing', 'yes', 'a list of `amd64`, `arm64`', 'amd64, arm64'],
  catalog: ['what', 'plan', 'operating-systems.md#your-own', 'yes', 'a path', 'image/systems.json'],
  'containerd-version': ['what', 'plan', versions, 'yes', 'a version', '2.3.6'],
  'kubernetes-source': ['what', 'plan', versions, 'yes', { words: ['package', 'binary'] }, 'binary'],
  lock: ['what', 'plan', `${versions}#the-lock`, 'by what it names', { words: ['off', 'write', 'use', 'check'] }, 'use'],
  'lock-file': ['what', 'plan', `${versions}#the-lock`, 'by what it names', 'a path', 'image/k8s-image.lock.json'],

  'extra-packages': ['content', 'build', 'image-options.md', 'yes', 'a list of packages', 'jq, tcpdump'],
  'pre-pull-images': ['content', 'build', 'image-options.md', 'yes', '`none`, `node`, `control-plane`, or a list of images', 'node'],
  'cluster-api': ['content', 'build', 'cluster-api.md', 'yes', '`off`, `aws`', 'aws'],
  'ansible-extra-vars': ['content', 'build', 'image-options.md', 'yes', 'JSON, or YAML', 'base_journal_limit: 1G'],
  'ansible-hooks': ['content', 'build', 'image-options.md#hooks', 'yes', 'a directory', 'image/hooks'],
  'var-file': ['content', 'build', 'image-options.md#template-variables', 'yes, but for `ssh_port`', 'a path', 'image/vars.json'],
  vars: ['content', 'build', 'image-options.md#template-variables', 'yes, but for `ssh_port`', '`name=value` lines', 'root_volume_size=30'],

  region: ['build', 'build', instance, 'by the base AMI there', 'a region', 'eu-central-1'],
  'instance-type': ['build', 'build', instance, 'no', 'an instance type', 'm7i.large'],
  'subnet-id': ['build', 'build', instance, 'no', 'a subnet ID', 'subnet-0123456789abcdef0'],
  'associate-public-ip-address': ['build', 'build', instance, 'no', yesOrNo, 'true'],
  'ssh-interface': ['build', 'build', instance, 'no', ssh, 'private_ip'],
  'ssh-source-cidr': ['build', 'build', instance, 'no', 'a list of address ranges', '203.0.113.0/24'],
  'packer-version': ['build', 'tools', '#limits-and-tools', 'no', 'a version', '1.15.3'],
  'parallel-builds': ['build', 'build', '#limits-and-tools', 'no', { from: 1, to: 64 }, '4'],
  timeout: ['build', 'build', '#limits-and-tools', 'no', minutes, '90'],
  'if-exists': ['build', 'look-up', 'publishing.md#what-is-skipped', 'no', { words: ['skip', 'rebuild'] }, 'rebuild'],
  preflight: ['build', 'preflight', 'iam.md', 'no', yesOrNo, 'false'],

  test: ['test', 'gate', 'testing-images.md', 'no', { words: testWords }, 'cluster'],
  'test-focus': ['test', 'gate', 'testing-images.md', 'no', 'a regular expression', String.raw`\[sig-node\]`],
  'test-skip': ['test', 'gate', 'testing-images.md', 'no', 'a regular expression', String.raw`\[Flaky\]|\[Slow\]`],
  'test-reboot': ['test', 'gate', 'testing-images.md', 'no', { words: rebootWords }, 'true'],
  'test-timeout': ['test', 'gate', 'testing-images.md', 'no', minutes, '30'],
  'keep-failed': ['test', 'gate', 'testing-images.md', 'no', yesOrNo, 'true'],

  'ami-regions': ['publish', 'publish', 'publishing.md', 'no', 'a list of regions, or `all`', 'us-east-1, eu-central-1'],
  'ami-name': ['publish', 'build', '#names-and-tags', 'no', 'a name', 'node-{kubernetes}-{run}'],
  tags: ['publish', 'build', '#names-and-tags', 'no', '`key=value` lines', 'team=platform'],
  'kms-key-ids': ['publish', 'publish', 'publishing.md#encryption', 'yes, by the key of the build region', '`region=key` lines', 'us-east-1=alias/node-images'],
  'share-with-accounts': ['publish', 'publish', 'publishing.md#sharing', 'no', 'a list of accounts', '123456789012'],
  'share-with-organizations': ['publish', 'publish', 'publishing.md#sharing', 'no', 'a list of ARNs', organization],
  'share-with-ous': ['publish', 'publish', 'publishing.md#sharing', 'no', 'a list of ARNs', unit],
  'share-publicly': ['publish', 'publish', 'publishing.md#sharing', 'no', yesOrNo, 'true'],
  'deprecate-after': ['publish', 'publish', 'publishing.md#deprecation-and-protection', 'no', { from: 1, to: 3650 }, '90'],
  'deregistration-protection': ['publish', 'publish', 'publishing.md#deprecation-and-protection', 'no', { words: ['true', 'false', 'with-cooldown'] }, 'true'],
  'ssm-parameters': ['publish', 'publish', 'publishing.md#ssm-parameters', 'no', 'a list of names', '/k8s-image/{os}/{arch}/{minor}/latest'],
  'copy-before-test': ['publish', 'publish', 'publishing.md#copies-and-tests', 'no', yesOrNo, 'false'],
  'max-concurrent-copies': ['publish', 'publish', 'publishing.md#when-a-region-fails', 'no', { from: 1, to: 500 }, '20'],

  mirror: ['network', 'tools', 'air-gap.md', 'by what it offers', 'an address', 'https://mirror.example.com/k8s'],
  'mirror-trust': ['network', 'tools', 'air-gap.md#trust', 'no', 'a path', 'image/mirror-keys.txt'],
  rehearse: ['network', 'rehearsal', 'rehearsal.md', 'by the base AMI there', { words: ['false', 'true', 'keep'] }, 'true'],
}

/** What most workflows set: the README's table. */
export const common: readonly (keyof typeof inputDefaults)[] = [
  'config',
  'kubernetes-version',
  'os',
  'arch',
  'lock',
  'region',
  'ami-regions',
  'extra-packages',
  'ansible-extra-vars',
  'tags',
  'kms-key-ids',
  'share-with-accounts',
  'ssm-parameters',
  'rehearse',
  'test',
]
