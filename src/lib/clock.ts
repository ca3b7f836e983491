import { setTimeout as delay } from 'node:timers/promises'

/** The time, and waiting. */
export interface Clock {
  /** Seconds since 1970, with fraction. */
  now(): number
  /** Rejects with the signal's reason if aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>
}

/** The day of a time in seconds since 1970, in UTC: `20261126`. */
export function dayOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10).replaceAll('-', '')
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now() / 1000,
  sleep: async (seconds, signal) => {
    try {
      await delay(seconds * 1000, undefined, signal === undefined ? {} : { signal })
    } catch (error) {
      throw signal?.aborted ? signal.reason : error
    }
  },
}
