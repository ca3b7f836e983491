import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from './model.js'

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
