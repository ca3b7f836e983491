import * as core from '@actions/core'
import type { Environment } from '../../lib/environment.js'
import type { Temporary } from '../../packer/output.js'
import type { ProcessId } from '../../packer/processes.js'

/**
 * What main leaves for post, in GITHUB_STATE: a runner reads it even if main was killed. No secret belongs here; where
 * secrets lie is said by path.
 */
export interface State {
  readonly version: 1
  readonly runId: string
  /** The run's own directory. */
  readonly directory: string
  /** Every region in which something may have been made. */
  readonly regions: readonly string[]
  /** Packer processes, in the order of their start; some may have ended. */
  readonly packers: readonly ProcessId[]
  /** The local EC2 that stands in for AWS. */
  readonly rehearsal?: {
    readonly process: ProcessId
    /** Holds the endpoint and the credentials. */
    readonly readyFile: string
    readonly keep: boolean
  }
  /** What Packer made without a tag, where it tags nothing: the sweep knows it by these names. */
  readonly temporaries?: readonly (Temporary & { readonly region: string })[]
  /** Whether something was asked of EC2 without Packer: earlier runs' AMIs were taken over, or copied. */
  readonly published?: boolean
  /** AMIs whose IDs were given to the next steps. */
  readonly handedOut: readonly string[]
  /** Main came to its own end: nothing is under way any more. */
  readonly finished: boolean
}

/** Name of the state's one value. */
const NAME = 'run'

/** The state so far; every change is saved at once, before the next thing happens. */
export interface StateKeeper {
  get(): State
  change(changes: Partial<State>): void
}

/** Keeps the state of a run; the last saved value counts. */
export function keepState(first: State, save: (name: string, value: string) => void = core.saveState): StateKeeper {
  let state = first
  save(NAME, JSON.stringify(state))
  return {
    get: () => state,
    change: (changes) => {
      state = { ...state, ...changes }
      save(NAME, JSON.stringify(state))
    },
  }
}

/** The state that main saved; undefined when main did not get that far, or it was another version's. */
export function loadState(env: Environment): State | undefined {
  try {
    const state = JSON.parse(env[`STATE_${NAME}`] ?? '') as State
    return state.version === 1 && typeof state.runId === 'string' ? state : undefined
  } catch {
    return undefined
  }
}
