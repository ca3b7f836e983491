/** Counts of calls, and of throttled ones. */
export interface Tally {
  /** Answers by `service:Action`, including errors. */
  readonly calls: Record<string, number>
  throttled: number
}

export const newTally = (): Tally => ({ calls: {}, throttled: 0 })
