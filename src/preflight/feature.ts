/** What a feature of a job needs of AWS. */
import type { DryCalls } from '../aws/dry.js'
import type { Inputs } from '../model/inputs.js'
import type { ImageSystem } from '../model/plan.js'
import type { DryFacts, LaunchInputs } from './launch.js'

/** Operator -> condition key -> values, as in a policy. */
export type Condition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** A feature of a job with the actions that it needs. */
export interface Feature {
  /** Its purpose, for people. */
  readonly what: string
  readonly needed: (inputs: PreflightInputs) => boolean
  /** Regions to try it in; by default the build region. */
  readonly where?: 'copies' | 'everywhere'
  /** Conditions in the policy for some of its actions. */
  readonly conditions?: Readonly<Record<string, Condition>>
  /** Its actions, which do not depend on the facts. */
  readonly actions: (facts: DryFacts) => DryCalls
}

/** An image's base AMI. Facts that nobody asked EC2 for are absent. */
export type BaseFacts = Pick<ImageSystem, 'encrypted' | 'needsCopy'> & { readonly os: string }

/** The inputs that decide on features. */
export type PreflightInputs = LaunchInputs &
  Pick<
    Inputs,
    | 'os'
    | 'arch'
    | 'operatingSystems'
    | 'region'
    | 'amiRegions'
    | 'test'
    | 'sshInterface'
    | 'sshSourceCidrs'
    | 'publish'
  > & {
    /** The images' base AMIs; absent if the plan failed. */
    readonly bases?: readonly BaseFacts[]
  }
