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

export interface Failure {
  readonly code: ErrorCode
  /** One line: what happened. */
  readonly message: string
  /** What to do next. */
  readonly hint?: string
  /** Lines of evidence. */
  readonly evidence?: string
  /** The failed task's place in the repository. */
  readonly file?: string
  readonly line?: number
}

export interface TestResult {
  readonly level: Level
  readonly passed: boolean
  /** Its end, as ISO 8601 in UTC. */
  readonly at: string
  readonly seconds: number
  /** Seconds from the launch until SSH answered (`ssh`), and until each level was complete. Levels that were not reached are absent. */
  readonly reached: Readonly<Record<string, number>>
  readonly checks: readonly Check[]
}

/** The result of an image in one region. */
export interface RegionResult {
  readonly status: 'ready' | 'failed'
  /** Absent after a failure. */
  readonly ami?: string
  /** Why it failed. */
  readonly message?: string
}

export interface Phase {
  readonly name: string
  /** Seconds since 1970. */
  readonly start: number
  readonly seconds: number
}

export interface BuildResult {
  readonly image: Image
  /** `existing`: an earlier run built it. */
  readonly status: 'built' | 'existing' | 'failed' | 'cancelled'
  /** Region -> AMI ID. That of the build region may be pending, or not listed yet, until it is tested. */
  readonly amis: Readonly<Record<string, string>>
  /** Result of each region, once publishing has run. */
  readonly regions?: Readonly<Record<string, RegionResult>>
  readonly failures: readonly Failure[]
  readonly tasks: readonly TaskRecord[]
  /** Seconds by phase, in order: `launch`, `provision`, `snapshot`, `clean-up`, `test`, `copy`. */
  readonly phases: readonly Phase[]
  /** Absent if the image was not tested. */
  readonly test?: TestResult
  /** Packer's log of this image; absent if Packer did not run. */
  readonly log?: string
  /** Path of the image's SBOM (CycloneDX JSON), if the build reached it. */
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
  /** Lines of evidence, if it failed. */
  readonly evidence: string
}

/** Whether an image is ready in every region. */
export const isWhole = ({ status }: BuildResult): boolean => status === 'built' || status === 'existing'
