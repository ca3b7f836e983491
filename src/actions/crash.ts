/** The last resort of every step: reports uncaught exceptions and rejections like any other failure. */
import { actionsLog } from '../lib/log.js'
import { tellError } from '../report/failures.js'

/** Seconds for a crashed step to write its summary and outputs. */
const LAST_WORDS = 10

/**
 * Runs a step and ends the process with its exit code.
 *
 * @param step gets a promise that rejects with the first uncaught error, or when the process has nothing left to wait for. It races its
 *   work against the promise, and then writes the summary and outputs that exist.
 * @param lastWords seconds that it may go on after an uncaught error
 */
export async function runStep(
  step: (crashed: Promise<never>) => Promise<number>,
  lastWords = LAST_WORDS,
): Promise<never> {
  const { promise: crashed, reject } = Promise.withResolvers<never>()
  crashed.catch(() => undefined)
  let crashes = 0
  const crash = (error: unknown) => {
    if (crashes++ > 0) {
      process.stderr.write(`then: ${error instanceof Error ? error.stack : error}\n`)
      return
    }
    process.exitCode = 1
    setTimeout(() => process.exit(1), lastWords * 1000).unref()
    reject(error)
  }
  process.on('uncaughtException', crash) // Node passes rejections on to it
  process.on('beforeExit', () => crash(new Error('the process ended before its work was done')))
  try {
    process.exit(await step(crashed))
  } catch (error) {
    tellError(error, actionsLog())
    process.exit(1)
  }
}
