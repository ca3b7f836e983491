/** Pure arithmetic of script/bench: samples -> rows of a table. */

export interface Figure {
  readonly name: string
  readonly value: string
  readonly goal: string
  readonly met: boolean
}

/** The middle of a list of numbers; the mean of the two middle ones when it is even. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Seconds a phase took, by name, as the action's timings.json has them. */
export type Phases = Readonly<Record<string, number>>

/**
 * The action's own time over Packer's: all of main less Packer, the gate, the set-up of tools and of the rehearsal, divided by Packer's.
 * @param total seconds of the whole main step
 */
export function ownShare(total: number, phases: Phases): number {
  const others = ['packer', 'gate', 'tools', 'rehearsal'].reduce((sum, name) => sum + (phases[name] ?? 0), 0)
  return (total - others) / (phases.packer ?? Number.NaN)
}

/** A figure with a goal that is an upper bound, both in the same unit. */
export function atMost(name: string, value: number, goal: number, unit: string, digits = 2): Figure {
  return { name, value: `${value.toFixed(digits)}${unit}`, goal: `<= ${goal}${unit}`, met: value <= goal }
}

/** GitHub-flavoured table of figures. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, goal, met }) => `| ${name} | ${value} | ${goal} | ${met ? 'met' : 'missed'} |`)
  return ['| figure | measured | goal | |', '|---|---|---|---|', ...rows].join('\n')
}
