/** How many calls were made, and how many of them AWS put off. */
export interface Tally {
  /** Answers by `service:Action`, refused ones included. */
  readonly calls: Record<string, number>
  throttled: number
}

export const newTally = (): Tally => ({ calls: {}, throttled: 0 })
