import { isPassing } from '../aws/errors.js'
import type { Clock } from '../lib/clock.js'

/** Seconds without an answer after which waiting fails. */
export const OUTAGE = 300
const PAUSE = 5

export interface Pauses {
  readonly clock: Clock
  /** Ends the pauses. */
  readonly signal: AbortSignal
}

/** Repeats a call through an outage of AWS or of the runner's network. For calls whose failure would undo what took an hour. */
export async function outlast<T>(call: () => Promise<T>, { clock, signal }: Pauses): Promise<T> {
  for (const end = clock.now() + OUTAGE; ; await clock.sleep(PAUSE, signal)) {
    try {
      return await call()
    } catch (error) {
      if (!isPassing(error) || clock.now() + PAUSE > end) throw error
    }
  }
}
