/** What a feature of a job needs of AWS. */
import type { DryCalls } from '../aws/dry.js'
import type { Inputs } from '../model/inputs.js'
import type { DryFacts, LaunchInputs } from './launch.js'

/** Operator -> condition key -> value, as a policy has it. */
export type Condition = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Something that a job may do, and what AWS has to allow for it. */
export interface Feature {
  /** For people: what it is for. */
  readonly what: string
  readonly needed: (inputs: PreflightInputs) => boolean
  /** Where it is tried: by default in the build region. */
  readonly where?: 'copies' | 'everywhere'
  /** Condition of the policy for some of its actions. */
  readonly conditions?: Readonly<Record<string, Condition>>
  /** What it needs; the same actions whatever the facts are. */
  readonly actions: (facts: DryFacts) => DryCalls
}

/** The inputs that decide. */
export type PreflightInputs = LaunchInputs &
  Pick<Inputs, 'os' | 'region' | 'amiRegions' | 'test' | 'sshInterface' | 'sshSourceCidrs' | 'publish'>
