import type { Clock } from './clock.js'
import type { Log } from './log.js'

/** Seconds of silence before a sign of life. */
const SILENCE = 10

/** A log that does not fall silent. */
export interface Heartbeat {
  /** The log. Its lines count as signs of life. */
  readonly log: Log
  /** Runs `work`. After every ten silent seconds, prints what `describe` returns. */
  during<T>(describe: () => string, work: () => Promise<T>): Promise<T>
}

/** Adds signs of life to a log, so that people see that a long step is still running. */
export function heartbeat(log: Log, clock: Clock): Heartbeat {
  const activities = new Set<() => string>()
  let last = clock.now()
  let timer: NodeJS.Timeout | undefined
  const printed = <A extends unknown[]>(print: (...args: A) => void) => {
    return (...args: A) => {
      last = clock.now()
      print(...args)
    }
  }
  const watched: Log = {
    ...log,
    info: printed(log.info),
    error: printed(log.error),
    warning: printed(log.warning),
    group: printed(log.group),
  }
  const beat = () => {
    if (clock.now() - last < SILENCE) return
    for (const describe of activities) watched.info(`… ${describe()}`)
  }
  return {
    log: watched,
    during: async (describe, work) => {
      activities.add(describe)
      timer ??= setInterval(beat, 500).unref()
      try {
        return await work()
      } finally {
        activities.delete(describe)
        if (activities.size === 0) {
          clearInterval(timer)
          timer = undefined
        }
      }
    },
  }
}
