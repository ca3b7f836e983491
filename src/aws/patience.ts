/** How long a call is tried. */
import { StandardRetryStrategy } from '@smithy/core/retry'
import { errorCode, isNotReached, isThrottled } from './errors.js'

type Refresh = StandardRetryStrategy['refreshRetryTokenForRetry']
type Token = Parameters<Refresh>[0]

/** Tries of one call, the first included. */
const ATTEMPTS = 7
/** Tries when nobody answers: a wrong port does not get better. */
const ATTEMPTS_UNANSWERED = 4
/** Milliseconds before the second try; doubled for each that follows, up to the longest. Up to half of a pause is random. */
const FIRST_PAUSE = 500
const LONGEST_PAUSE = 20_000

/**
 * The SDK's standard retries, with a quota for each call of its own. A quota that all calls share ends early in a job of
 * 200 images, which is throttled often.
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

  /** @throws when the call is not to be made again */
  async refreshRetryTokenForRetry(token: Token, info: Parameters<Refresh>[1]): Promise<Token> {
    const call = this.#calls.get(token)
    if (call === undefined || token.getRetryCount() + 1 >= triesFor(info.error)) throw new Error('no try is left')
    const throttled = isThrottled(info.error)
    const next = await call.refreshRetryTokenForRetry(token, throttled ? { ...info, errorType: 'THROTTLING' } : info)
    this.#calls.set(next, call)
    return next
  }

  recordSuccess(): void {}
}

/** A name that does not resolve is a mistake, or a network that is down: neither changes in seconds. */
function triesFor(error: unknown): number {
  if (errorCode(error) === 'ENOTFOUND') return 1
  return isNotReached(error) ? ATTEMPTS_UNANSWERED : ATTEMPTS
}

function oneCall(scale: number): StandardRetryStrategy {
  let base = FIRST_PAUSE
  return new StandardRetryStrategy({
    maxAttempts: ATTEMPTS,
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
