import { failureOf, UserError } from '../lib/errors.js'
import type { Failure, RegionResult } from '../model/result.js'

/** Records the result of an image in each of its regions. */
export interface Outcomes {
  readonly regions: Record<string, RegionResult>
  readonly failures: Failure[]
  /** Records a failure and returns undefined. Rejects if the run was cancelled, and for bugs. */
  attempt<T>(region: string, work: () => Promise<T>): Promise<T | undefined>
  /** Attempts the work in all regions side by side. Returns the results that are not undefined. */
  each<T, U>(
    given: ReadonlyMap<string, T>,
    work: (region: string, given: T) => Promise<U | undefined>,
  ): Promise<Map<string, U>>
}

/**
 * @param image the image's key, for messages
 * @param signal of the run
 */
export function outcomes(image: string, signal: AbortSignal): Outcomes {
  const regions: Record<string, RegionResult> = {}
  const failures: Failure[] = []
  const attempt: Outcomes['attempt'] = async (region, work) => {
    try {
      signal.throwIfAborted()
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof UserError)) throw error
      regions[region] = { status: 'failed', message: error.message }
      failures.push(failureOf(image, error))
      return undefined
    }
  }
  const each: Outcomes['each'] = async (given, work) => {
    const all = await Promise.all(
      [...given].map(async ([region, one]) => [region, await attempt(region, () => work(region, one))] as const),
    )
    return new Map(all.flatMap(([region, done]) => (done === undefined ? [] : [[region, done]])))
  }
  return { regions, failures, attempt, each }
}
