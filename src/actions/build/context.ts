import type { Heartbeat } from '../../lib/heartbeat.js'
import type { Log } from '../../lib/log.js'
import type { Inputs } from '../../model/inputs.js'
import type { BuildResult, Phase } from '../../model/result.js'
import type { Tools } from '../../tools/tools.js'
import type { Effects } from '../effects.js'

/** What a run has found out so far: all that the report is made of, whenever it ends. */
export interface Run {
  readonly effects: Effects
  readonly heart: Heartbeat
  readonly signal: AbortSignal
  readonly runId: string
  readonly directory: string
  readonly reportDirectory: string
  readonly phases: Phase[]
  secrets: string[]
  inputs?: Inputs
  tools?: Tools
  results: readonly BuildResult[]
  /** Sections of the summary that not every run has. */
  readonly sections: { readonly title: string; readonly text: string }[]
}

/** Does `work` and notes how long it took. */
export async function phase<T>(run: Run, name: string, work: () => Promise<T>): Promise<T> {
  const { clock } = run.effects
  const start = clock.now()
  try {
    return await work()
  } finally {
    run.phases.push({ name, start, seconds: clock.now() - start })
  }
}

/** Does `work` within a group of log lines, which ends however the work does. */
export async function grouped<T>(log: Log, title: string, work: () => Promise<T>): Promise<T> {
  log.group(title)
  try {
    return await work()
  } finally {
    log.endGroup()
  }
}
