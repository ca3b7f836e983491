/** Facts in docs/inputs.md about each input, beside action.yml's description and default. A test compares all of them with the code. */

import type { inputDefaults } from '../../src/inputs/names.ts'
import { rebootWords, testWords } from '../../src/inputs/tests.ts'

/** Valid values: one of these words, a whole number within these bounds, or a text that the description explains. */
export type Takes = { readonly words: readonly string[] } | { readonly from: number; readonly to: number } | 'text'

/** The page's topics. */
export const topics = {
  what: 'Which images',
  content: 'What is in them',
  build: 'How they are built',
  test: 'How they are tested',
  publish: 'Where AMIs go, and who may use them',
  network: 'Without internet or account',
} as const

/**
 * Topic; the page that explains the input, as a link from docs/inputs.md; whether another value changes the image's digest (a text: only
 * indirectly); valid values; an example, which is not the default.
 */
type Row = readonly [
  topic: keyof typeof topics,
  page: string,
  digest: 'yes' | `yes, ${string}` | 'no' | `by ${string}`,
  takes: Takes,
  example: string,
]

const yesOrNo = { words: ['true', 'false'] }
const minutes = { from: 1, to: 1440 }
const ssh = { words: ['public_ip', 'private_ip', 'ipv6', 'public_dns', 'private_dns', 'session_manager'] }
const organization = 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5'
const unit = 'arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6'
const versions = 'versions-and-lock.md'
const instance = '#the-build-instance'

// biome-ignore format: one line per input, as a table
export const inputs: Readonly<Record<keyof typeof inputDefaults, Row>> = {
  config: ['what', 'config-file.md', 'by its settings', 'text', '.github/k8s-image.yml'],
  'kubernetes-version': ['what', versions, 'yes', 'text', '1.37, 1.36.3'],
  os: ['what', 'operating-systems.md#choosing', 'yes', 'text', 'debian-13, ubuntu-24.04'],
  arch: ['what', 'operating-systems.md#choosing', 'yes', 'text', 'amd64, arm64'],
  catalog: ['what', 'operating-systems.md#your-own', 'yes', 'text', 'image/systems.json'],
  'containerd-version': ['what', versions, 'yes', 'text', '2.3.6'],
  'kubernetes-source': ['what', versions, 'yes', { words: ['package', 'binary'] }, 'binary'],
  lock: ['what', `${versions}#the-lock`, 'by what it names', { words: ['off', 'write', 'use', 'check'] }, 'use'],
  'lock-file': ['what', `${versions}#the-lock`, 'by what it names', 'text', 'image/k8s-image.lock.json'],

  'extra-packages': ['content', 'image-options.md', 'yes', 'text', 'jq, tcpdump'],
  'pre-pull-images': ['content', 'image-options.md', 'yes', 'text', 'node'],
  'cluster-api': ['content', 'cluster-api.md', 'yes', 'text', 'aws'],
  'ansible-extra-vars': ['content', 'image-options.md', 'yes', 'text', 'base_journal_limit: 1G'],
  'ansible-hooks': ['content', 'image-options.md#hooks', 'yes', 'text', 'image/hooks'],
  'var-file': ['content', 'image-options.md#template-variables', 'yes, except `ssh_port`', 'text', 'image/vars.json'],
  vars: ['content', 'image-options.md#template-variables', 'yes, except `ssh_port`', 'text', 'root_volume_size=30'],

  region: ['build', instance, 'by the base AMI there', 'text', 'eu-central-1'],
  'instance-type': ['build', instance, 'no', 'text', 'm7i.large'],
  'subnet-id': ['build', instance, 'no', 'text', 'subnet-0123456789abcdef0'],
  'associate-public-ip-address': ['build', instance, 'no', yesOrNo, 'true'],
  'ssh-interface': ['build', instance, 'no', ssh, 'private_ip'],
  'ssh-source-cidr': ['build', instance, 'no', 'text', '203.0.113.0/24'],
  'packer-version': ['build', '#limits-and-tools', 'no', 'text', '1.15.3'],
  'parallel-builds': ['build', '#limits-and-tools', 'no', { from: 1, to: 64 }, '4'],
  timeout: ['build', '#limits-and-tools', 'no', minutes, '90'],
  'if-exists': ['build', 'publishing.md#what-is-skipped', 'no', { words: ['skip', 'rebuild'] }, 'rebuild'],
  preflight: ['build', 'iam.md', 'no', yesOrNo, 'false'],

  test: ['test', 'testing-images.md', 'no', { words: testWords }, 'cluster'],
  'test-focus': ['test', 'testing-images.md', 'no', 'text', String.raw`\[sig-node\]`],
  'test-skip': ['test', 'testing-images.md', 'no', 'text', String.raw`\[Flaky\]|\[Slow\]`],
  'test-reboot': ['test', 'testing-images.md', 'no', { words: rebootWords }, 'true'],
  'test-timeout': ['test', 'testing-images.md', 'no', minutes, '30'],
  'keep-failed': ['test', 'testing-images.md', 'no', yesOrNo, 'true'],

  'ami-regions': ['publish', 'publishing.md', 'no', 'text', 'us-east-1, eu-central-1'],
  'ami-name': ['publish', '#names-and-tags', 'no', 'text', 'node-{kubernetes}-{run}'],
  tags: ['publish', '#names-and-tags', 'no', 'text', 'team=platform'],
  'kms-key-ids': ['publish', 'publishing.md#encryption', 'yes, by the key of the build region', 'text', 'us-east-1=alias/node-images'],
  'share-with-accounts': ['publish', 'publishing.md#sharing', 'no', 'text', '123456789012'],
  'share-with-organizations': ['publish', 'publishing.md#sharing', 'no', 'text', organization],
  'share-with-ous': ['publish', 'publishing.md#sharing', 'no', 'text', unit],
  'share-publicly': ['publish', 'publishing.md#sharing', 'no', yesOrNo, 'true'],
  'deprecate-after': ['publish', 'publishing.md#deprecation-and-protection', 'no', { from: 1, to: 3650 }, '90'],
  'deregistration-protection': ['publish', 'publishing.md#deprecation-and-protection', 'no', { words: ['true', 'false', 'with-cooldown'] }, 'true'],
  'ssm-parameters': ['publish', 'publishing.md#ssm-parameters', 'no', 'text', '/k8s-image/{os}/{arch}/{minor}/latest'],
  'copy-before-test': ['publish', 'publishing.md#copies-and-tests', 'no', yesOrNo, 'false'],
  'name-at': ['publish', 'publishing.md#names', 'no', { words: ['test', 'build'] }, 'build'],
  'max-concurrent-copies': ['publish', 'publishing.md#when-a-region-fails', 'no', { from: 1, to: 500 }, '20'],

  mirror: ['network', 'air-gap.md', 'by what it offers', 'text', 'https://mirror.example.com/k8s'],
  'mirror-trust': ['network', 'air-gap.md#trust', 'no', 'text', 'image/mirror-keys.txt'],
  'build-proxy': ['network', 'air-gap.md#a-proxy', 'no', 'text', 'http://proxy.example.com:3128 .example.com'],
  rehearse: ['network', 'rehearsal.md', 'by the base AMI there', { words: ['false', 'true', 'keep'] }, 'true'],
}

/** Inputs that most workflows set, for the README's block. */
export const common: readonly (keyof typeof inputDefaults)[] = [
  'kubernetes-version',
  'os',
  'region',
  'ami-regions',
  'test',
  'extra-packages',
  'ansible-extra-vars',
  'share-with-accounts',
  'ssm-parameters',
  'lock',
]
