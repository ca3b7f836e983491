import { newTally, type Tally } from '../aws/tally.js'
import type { BuildResult, Phase } from '../model/result.js'

/** What `timings.json` holds. All times in seconds, `start` since the step began. */
export interface Timings {
  /** From the start of the process until the report was written. */
  readonly total: number
  /**
   * Seconds by phase. `tools` and `plan` lie side by side, so do copies and builds: they need not add up to `total`.
   * `packer` is the time during which at least one image was built, `gate` that in which one was tested.
   */
  readonly phases: Readonly<Record<string, number>>
  /** `total` less the time in which Packer, tool set-up or the set-up of a local EC2 was under way. */
  readonly own: number
  /** Bytes fetched to prepare the tools. */
  readonly bytesFetched: number
  /** The action's own calls of AWS, Packer's left out: answers by `service:Action`, and how many of them said "slow down". */
  readonly aws: Tally
  readonly timeline: readonly Phase[]
  readonly images: Readonly<Record<string, readonly Phase[]>>
}

/** Phases that are others' time, not the action's own. */
const OTHERS = new Set(['packer', 'gate', 'tools', 'rehearsal'])

/** Sums up where the time went; `started` and `now` in seconds since 1970. */
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

/** Seconds in which at least one of the phases was under way. */
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
