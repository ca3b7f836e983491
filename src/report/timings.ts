import { newTally, type Tally } from '../aws/tally.js'
import type { BuildResult, Phase } from '../model/result.js'

/** The content of `timings.json`. All times are in seconds; `start` counts from the start of the step. */
export interface Timings {
  /** From the start of the process until the report was written. */
  readonly total: number
  /**
   * Seconds by phase. `tools` and `plan` overlap, and so do copies and builds, so they need not add up to `total`. `packer` is the time with at
   * least one build, and `gate` the time with at least one test.
   */
  readonly phases: Readonly<Record<string, number>>
  /** `total` without the time of Packer, and of the set-up of tools or a local EC2. */
  readonly own: number
  /** Bytes fetched to prepare the tools. */
  readonly bytesFetched: number
  /** The action's own AWS calls, without Packer's: answers by `service:Action`, and the number of throttled ones. */
  readonly aws: Tally
  readonly timeline: readonly Phase[]
  readonly images: Readonly<Record<string, readonly Phase[]>>
}

/** Phases that do not count as the action's own time. */
const OTHERS = new Set(['packer', 'gate', 'tools', 'rehearsal'])

/** Sums up times; `started` and `now` in seconds since 1970. */
export function timings(
  started: number,
  now: number,
  phases: readonly Phase[],
  results: readonly BuildResult[],
  bytesFetched: number,
  aws: Tally = newTally(),
): Timings {
  const names = [...new Set(phases.map(({ name }) => name))]
  const relative = (list: readonly Phase[]) =>
    list.map(({ name, start, seconds }) => ({ name, start: round(start - started), seconds: round(seconds) }))
  return {
    total: round(now - started),
    phases: Object.fromEntries(
      names.map((name) => [name, round(covered(phases.filter((phase) => phase.name === name)))]),
    ),
    own: round(now - started - covered(phases.filter(({ name }) => OTHERS.has(name)))),
    bytesFetched,
    aws,
    timeline: relative(phases),
    images: Object.fromEntries(results.map(({ image, phases: own }) => [image.key, relative(own)])),
  }
}

/** Seconds with at least one of the phases. */
export function covered(phases: readonly Phase[]): number {
  let sum = 0
  let until = Number.NEGATIVE_INFINITY
  for (const { start, seconds } of [...phases].sort((a, b) => a.start - b.start)) {
    const end = start + seconds
    sum += Math.max(0, end - Math.max(start, until))
    until = Math.max(until, end)
  }
  return sum
}

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000
