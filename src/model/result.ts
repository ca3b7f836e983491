import type { ErrorCode } from './error-code.js'
import type { Level } from './level.js'
import type { Image } from './plan.js'

/** One line of the Ansible callback's `task_end`. */
export interface TaskRecord {
  readonly task: string
  /** `ansible/roles/x/tasks/main.yml:12` */
  readonly path: string
  readonly seconds: number
  readonly status: 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable'
  readonly message?: string
}

/** Why an image did not come to be. */
export interface Failure {
  readonly code: ErrorCode
  /** One line: what happened. */
  readonly message: string
  /** What to do next. */
  readonly hint?: string
  /** Lines that show it. */
  readonly evidence?: string
  /** Where in the repository, when a task failed. */
  readonly file?: string
  readonly line?: number
}

/** The result of an AMI's test. */
export interface TestResult {
  readonly level: Level
  readonly passed: boolean
  /** When it ended, as ISO 8601 in UTC. */
  readonly at: string
  readonly seconds: number
  /** Seconds from the launch until it answered SSH (`ssh`), and until each level had all its checks; what was not reached is not there. */
  readonly reached: Readonly<Record<string, number>>
  readonly checks: readonly Check[]
}

/** The result of an image in one region. */
export interface RegionResult {
  readonly status: 'ready' | 'failed'
  /** Absent when it failed. */
  readonly ami?: string
  /** Why it failed. */
  readonly message?: string
}

/** A step and its duration. */
export interface Phase {
  readonly name: string
  /** Seconds since 1970. */
  readonly start: number
  readonly seconds: number
}

/** The result of one image. */
export interface BuildResult {
  readonly image: Image
  /** `existing`: an earlier run built it. */
  readonly status: 'built' | 'existing' | 'failed' | 'cancelled'
  /** Region -> AMI ID; only `available` AMIs, but for one that `isPending`. */
  readonly amis: Readonly<Record<string, string>>
  /** EC2 is still making the AMI in the build region, or does not list it yet. Callers wait for it. */
  readonly isPending?: true
  /** Result of each region, once publishing was tried. */
  readonly regions?: Readonly<Record<string, RegionResult>>
  readonly failures: readonly Failure[]
  readonly tasks: readonly TaskRecord[]
  /** Seconds by phase, in order: `launch`, `provision`, `snapshot`, `clean-up`, `test`, `copy`. */
  readonly phases: readonly Phase[]
  /** Absent when the image was not tested. */
  readonly test?: TestResult
  /** Packer's log of this image; absent when none was started. */
  readonly log?: string
  /** Path of the image's SBOM (CycloneDX JSON), if the build got that far. */
  readonly sbom?: string
}

/** The result of one check on the instance. */
export interface Check {
  readonly level: Level
  readonly name: string
  readonly passed: boolean
  readonly seconds: number
  /** The finding, or the reason of the failure: one line. */
  readonly message: string
  /** Lines that show it, when it failed. */
  readonly evidence: string
}

/** Whether an image is ready in every region. */
export const isWhole = ({ status }: BuildResult): boolean => status === 'built' || status === 'existing'
