/** Arithmetic of script/bench: samples -> rows of a table. Pure. */

export interface Figure {
  readonly name: string
  readonly value: string
  readonly goal: string
  readonly met: boolean
}

/** The median of a list of numbers. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Seconds by phase, as in the action's timings.json. */
export type Phases = Readonly<Record<string, number>>

/**
 * The action's own time over Packer's: main without Packer, the gate, and the set-up of tools and rehearsal, divided by Packer's.
 * @param total seconds of the whole main step
 */
export function ownShare(total: number, phases: Phases): number {
  const others = ['packer', 'gate', 'tools', 'rehearsal'].reduce((sum, name) => sum + (phases[name] ?? 0), 0)
  return (total - others) / (phases.packer ?? Number.NaN)
}

/** A figure and its goal, an upper bound in the same unit. */
export function atMost(name: string, value: number, goal: number, unit: string, digits = 2): Figure {
  return { name, value: `${value.toFixed(digits)}${unit}`, goal: `<= ${goal}${unit}`, met: value <= goal }
}

/** GitHub-flavoured table of figures. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, goal, met }) => `| ${name} | ${value} | ${goal} | ${met ? 'met' : 'missed'} |`)
  return ['| figure | measured | goal | |', '|---|---|---|---|', ...rows].join('\n')
}
