import * as core from '@actions/core'
import type { Environment } from '../../lib/environment.js'
import type { Temporary } from '../../packer/output.js'
import type { ProcessId } from '../../packer/processes.js'

/**
 * Main's state for post, in GITHUB_STATE, which a runner reads even if main was killed. It holds no secrets, only paths of files
 * with secrets.
 */
export interface State {
  readonly version: 1
  readonly runId: string
  /** The run's own directory. */
  readonly directory: string
  /** Every region that may have resources of the run. */
  readonly regions: readonly string[]
  /** The main step itself. */
  readonly main?: ProcessId
  /** Packer processes, in the order of their start; some may have ended. */
  readonly packers: readonly ProcessId[]
  /** The local EC2 that stands in for AWS. */
  readonly rehearsal?: {
    readonly process: ProcessId
    /** Holds the endpoint and the credentials. */
    readonly readyFile: string
    readonly keep: boolean
  }
  /** Names of resources that Packer made without tags, for the sweep. */
  readonly temporaries?: readonly (Temporary & { readonly region: string })[]
  /** Whether the action itself changed something in EC2: it adopted or copied AMIs of earlier runs. */
  readonly published?: boolean
  /** AMIs whose IDs the next steps have. */
  readonly handedOut: readonly string[]
  /** Main ended by itself: nothing is running any more. */
  readonly finished: boolean
}

/** Name of the state's one value. */
const NAME = 'run'

/** The state so far. Every change is saved at once. */
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

/** The state that main saved; undefined if main saved none, or another version did. */
export function loadState(env: Environment): State | undefined {
  try {
    const state = JSON.parse(env[`STATE_${NAME}`] ?? '') as State
    return state.version === 1 && typeof state.runId === 'string' ? state : undefined
  } catch {
    return undefined
  }
}
