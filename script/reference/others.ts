/** Facts in docs/inputs.md about outputs, and about inputs of the other actions and the reusable workflow, beside their own files. */

import type { planOutputs as outputsOfPlan } from '../../src/actions/plan/outputs.ts'
import type { pruneDefaults } from '../../src/actions/prune/inputs.ts'
import type { outputs as mainOutputs } from '../../src/report/outputs.ts'
import type { Takes } from './inputs.ts'

/** The form of a value, an example, and the page that explains it, as a link from docs/inputs.md. */
export type OutputRow = readonly [
  form: 'text' | 'number' | 'path' | 'JSON' | 'true or false',
  page: string,
  example: string,
]

/** Valid values, and an example, which is not the default. */
export type OtherRow = readonly [takes: Takes, example: string]

/** An action or workflow with its own inputs: its file, and facts about its inputs and outputs. */
export interface Other {
  readonly file: string
  readonly inputs: Readonly<Record<string, OtherRow>>
  readonly outputs: Readonly<Record<string, OutputRow>>
}

const yesOrNo = { words: ['true', 'false'] }
const publishing = 'publishing.md'
const images = '[{"image": "debian-13-amd64", "kubernetes": "1.37.2", …}]'

// biome-ignore format: one line per output, as a table
export const outputs: Readonly<Record<keyof ReturnType<typeof mainOutputs>, OutputRow>> = {
  'ami-id': ['text', publishing, 'ami-0123456789abcdef0'],
  'ami-ids': ['JSON', publishing, '{"debian-13-amd64": {"us-east-1": "ami-0123456789abcdef0"}}'],
  'region-results': ['JSON', 'publishing.md#when-a-region-fails', '{"debian-13-amd64": {"us-east-1": {"status": "ready", "ami": "ami-0…"}}}'],
  images: ['JSON', '#records', '[{"image": "debian-13-amd64", "status": "built", …}]'],
  manifest: ['path', '#records', '/home/runner/work/_temp/…/report/images.json'],
  'images-built': ['number', 'publishing.md#what-is-skipped', '1'],
  'images-existing': ['number', 'publishing.md#what-is-skipped', '0'],
  'images-failed': ['number', 'troubleshooting.md', '0'],
  junit: ['path', 'testing-images.md', '/home/runner/work/_temp/…/report/junit.xml'],
  sbom: ['JSON', 'image-options.md#what-an-image-says-of-itself', '{"debian-13-amd64": "/home/runner/work/_temp/…/report/debian-13-amd64.cdx.json"}'],
  'report-directory': ['path', '#records', '/home/runner/work/_temp/…/report'],
}

// biome-ignore format: as above
export const planOutputs: Readonly<Record<keyof ReturnType<typeof outputsOfPlan>, OutputRow>> = {
  matrix: ['JSON', 'plan.md', '{"include": [{"image": "debian-13-amd64", "arch": "amd64", "required": true, …}]}'],
  'has-work': ['true or false', 'plan.md', 'true'],
  images: ['JSON', 'plan.md', '[{"image": "debian-13-amd64", "action": "build", "digest": "sha256:…", …}]'],
  comment: ['text', 'plan.md', '<!-- k8s-image-action plan -->…'],
}

// biome-ignore format: as above
const prune: Readonly<Record<keyof typeof pruneDefaults, OtherRow>> = {
  regions: ['text', 'us-east-1, eu-central-1'],
  keep: [{ from: 1, to: 1000 }, '5'],
  'keep-younger-than': ['text', '8w'],
  'deregister-after': ['text', '60d'],
  'include-shared': [yesOrNo, 'true'],
  'include-protected': [yesOrNo, 'true'],
  'sweep-older-than': ['text', '24h'],
  'dry-run': [yesOrNo, 'false'],
}

/** By the marker of its tables in docs/inputs.md. */
// biome-ignore format: as above
export const others: Readonly<Record<'prune' | 'release' | 'workflow', Other>> = {
  prune: {
    file: 'prune/action.yml',
    inputs: prune,
    outputs: {
      images: ['JSON', 'pruning.md#the-rules', '[{"region": "us-east-1", "id": "ami-0…", "action": "deprecate", …}]'],
      kept: ['number', 'pruning.md#the-rules', '3'],
      deprecated: ['number', 'pruning.md#the-rules', '1'],
      deregistered: ['number', 'pruning.md#the-rules', '1'],
      leftovers: ['JSON', 'pruning.md#the-sweep', '[{"region": "us-east-1", "id": "sg-0…", …}]'],
      failed: ['number', 'troubleshooting.md', '0'],
    },
  },
  release: {
    file: 'release/action.yml',
    inputs: {
      step: [{ words: ['check', 'prepare', 'publish'] }, 'prepare'],
      images: ['text', images],
      directory: ['text', '/home/runner/work/_temp/k8s-image-release'],
      reports: ['text', '/home/runner/work/_temp/reports'],
      signer: ['text', 'org/k8s-image-action'],
      tag: ['text', 'images-v{kubernetes}-{date}.{run}'],
      token: ['text', 'ghs_…'],
    },
    outputs: {
      tag: ['text', 'releases.md', 'images-v1.37.2-20261123'],
      directory: ['path', 'releases.md#the-step-alone', '/home/runner/work/_temp/k8s-image-release'],
      manifest: ['path', 'releases.md', '/home/runner/work/_temp/k8s-image-release/images.json'],
      url: ['text', 'releases.md', 'https://github.com/OWNER/REPOSITORY/releases/tag/images-v1.37.2-20261123'],
    },
  },
  workflow: {
    file: '.github/workflows/images.yml',
    inputs: {
      config: ['text', 'image/images.yml'],
      role: ['text', 'arn:aws:iam::123456789012:role/node-images'],
      region: ['text', 'eu-central-1'],
      'role-duration-seconds': ['text', '14400'],
      release: [yesOrNo, 'false'],
      tag: ['text', 'images-v{kubernetes}-{date}.{run}'],
      attest: [yesOrNo, 'false'],
    },
    outputs: {
      images: ['JSON', 'plan.md', images],
      'has-work': ['true or false', 'plan.md', 'true'],
      tag: ['text', 'releases.md', 'images-v1.37.2-20261123'],
      url: ['text', 'releases.md', 'https://github.com/OWNER/REPOSITORY/releases/tag/images-v1.37.2-20261123'],
    },
  },
}
