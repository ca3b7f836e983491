import { duration } from '../../lib/duration.js'
import type { Heartbeat } from '../../lib/heartbeat.js'
import type { Log } from '../../lib/log.js'
import type { Inputs } from '../../model/inputs.js'
import type { BuildResult, Phase } from '../../model/result.js'
import type { EndedTask } from '../../publish/task.js'
import type { Section } from '../../report/summary.js'
import type { Tools } from '../../tools/tools.js'
import type { Effects } from '../effects.js'

/** The state of a run: everything that the report needs, whenever the run ends. */
export interface Job extends Heartbeat {
  readonly effects: Effects
  readonly signal: AbortSignal
  readonly runId: string
  readonly directory: string
  readonly reportDirectory: string
  readonly phases: Phase[]
  secrets: string[]
  inputs?: Inputs
  tools?: Tools
  tasks: readonly EndedTask[]
  /** Sections of the summary that not every run has. */
  readonly sections: Section[]
}

/** The result of each image so far. */
export const resultsOf = ({ tasks }: Pick<Job, 'tasks'>): readonly BuildResult[] => tasks.map(({ result }) => result)

/** Does `work` and records its time. */
export async function phase<T>({ effects: { clock }, phases }: Job, name: string, work: () => Promise<T>): Promise<T> {
  const start = clock.now()
  try {
    return await work()
  } finally {
    phases.push({ name, start, seconds: clock.now() - start })
  }
}

/** Does `work` as a phase, and shows progress while it takes long. */
export function watched<T>(job: Job, name: string, work: () => Promise<T>, title = name): Promise<T> {
  const { clock } = job.effects
  const start = clock.now()
  return job.during(
    () => `${title} for ${duration(clock.now() - start)}`,
    () => phase(job, name, work),
  )
}

/** Does `work` within a group of log lines. The group always ends. */
export async function grouped<T>(log: Log, title: string, work: () => Promise<T>): Promise<T> {
  log.group(title)
  try {
    return await work()
  } finally {
    log.endGroup()
  }
}
