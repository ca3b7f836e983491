/** Retries of calls. */
import { StandardRetryStrategy } from '@smithy/core/retry'
import { errorCode, isNotReached, isThrottled } from './errors.js'

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry']
type Token = Parameters<Refresh>[0]

/** Attempts per call, including the first. */
const ATTEMPTS = 7
/** Attempts of a throttled call. They take about 70 s, since other jobs of a matrix may use the same account and region. */
const ATTEMPTS_THROTTLED = 10
/** Attempts without an answer: waiting does not help with a wrong port. */
const ATTEMPTS_UNANSWERED = 4
/** Milliseconds before the second attempt, doubled for each further one up to the longest. Up to half of a pause is random. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 20_000

/**
 * The SDK's standard retries, with a separate quota for each call. A job of 200 images is throttled so often that it would use up a
 * shared quota.
 */
export class Patience {
  readonly #calls = new WeakMap<object, StandardRetryStrategy>()
  readonly #scale: number

  /** @param scale factor of all pauses */
  constructor(scale = 1) {
    this.#scale = scale
  }

  async acquireInitialRetryToken(scope: string): Promise<Token> {
    const call = oneCall(this.#scale)
    const token = await call.acquireInitialRetryToken(scope)
    this.#calls.set(token, call)
    return token
  }

  /** @throws if the call must not be repeated */
  async refreshRetryTokenForRetry(token: Token, info: Parameters<Refresh>[1]): Promise<Token> {
    const call = this.#calls.get(token)
    if (call === undefined || token.getRetryCount() + 1 >= triesFor(info.error)) throw new Error('no try is left')
    // The SDK knows fewer codes.
    const errorType = isThrottled(info.error) ? 'THROTTLING' : isNotReached(info.error) ? 'TRANSIENT' : info.errorType
    const next = await call.refreshRetryTokenForRetry(token, { ...info, errorType })
    this.#calls.set(next, call)
    return next
  }

  recordSuccess(): void {}
}

/** An unresolvable name is a mistake or a network failure: neither changes within seconds. */
function triesFor(error: unknown): number {
  if (errorCode(error) === 'ENOTFOUND') return 1
  if (isThrottled(error)) return ATTEMPTS_THROTTLED
  return isNotReached(error) ? ATTEMPTS_UNANSWERED : ATTEMPTS
}

function oneCall(scale: number): StandardRetryStrategy {
  let base = FIRST_PAUSE
  return new StandardRetryStrategy({
    maxAttempts: ATTEMPTS_THROTTLED,
    baseDelay: FIRST_PAUSE,
    backoff: {
      setDelayBase: (milliseconds) => {
        base = milliseconds
      },
      computeNextBackoffDelay: (tries) =>
        Math.min(base * 2 ** tries, LONGEST_PAUSE) * (0.5 + Math.random() / 2) * scale,
    },
  })
}
