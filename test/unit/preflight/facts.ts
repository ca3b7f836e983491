/** Facts for dry-run calls in tests. */
import type { Image } from '../../../src/model/plan.js'
import type { PreflightInputs } from '../../../src/preflight/feature.js'
import type { DryFacts } from '../../../src/preflight/launch.js'
import { publishSettings } from '../fakes.js'

export const image = {
  key: 'debian-13-amd64',
  os: 'debian-13',
  arch: 'amd64',
  baseAmi: { id: 'ami-0123456789abcdef0', name: 'debian-13-amd64-20261115' },
  system: { name: 'Debian 13', family: 'debian', sshUser: 'admin', rootDevice: '/dev/xvda', instanceType: 't3.medium' },
  node: { kubernetesVersion: '1.37.2' },
  digest: 'sha256:0',
} as Image

export const inputs: PreflightInputs = {
  os: ['debian-13'],
  arch: ['amd64'],
  operatingSystems: {},
  region: 'us-east-1',
  amiRegions: ['us-east-1'],
  test: 'none',
  sshInterface: undefined,
  sshSourceCidrs: [],
  subnetId: undefined,
  associatePublicIp: undefined,
  vars: {},
  varFile: {},
  tags: {},
  ansibleExtraVars: {},
  publish: publishSettings,
}

export const dryFacts = (changes: Partial<DryFacts> = {}): DryFacts => ({
  inputs,
  image,
  instanceType: 't3.medium',
  runId: '5f0c9a77',
  home: 'us-east-1',
  region: 'us-east-1',
  vpc: undefined,
  ...changes,
})
