import type { Clock } from '../lib/clock.js'
import { awsError, isExpired, THROTTLED } from './errors.js'
import type { Element, Params } from './query.js'
import { newTally, type Tally } from './tally.js'

/** Tries of one call, the first included. */
const ATTEMPTS = 7
/** Tries when nobody answers: a name or a port that is wrong does not get better. */
const ATTEMPTS_UNANSWERED = 4
/** Seconds for one try. */
const TRY = 30
/** Seconds before the second try; doubled for each that follows, up to the longest, and diced below that. */
const FIRST_PAUSE = 0.5
const FIRST_PAUSE_WHEN_THROTTLED = 1
const LONGEST_PAUSE = 20

/** Codes that say "later" without a server error's status. */
const TRANSIENT = /^(RequestTimeout|InternalError|InternalFailure|ServiceUnavailable|Unavailable)$/

/** A request to be sent, ready but for its signature. */
export interface Request {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a client of one service in one region needs. */
export interface ClientSettings {
  /** Name of the service in IAM and in error messages. */
  readonly service: string
  readonly region: string
  readonly endpoint: string
  readonly userAgent: string
  /** Gives the headers of a signed request. */
  readonly sign: (request: Request) => Promise<Record<string, string>>
  readonly clock: Clock
  /** Between 0 and 1; the dice of the pauses. */
  readonly random?: () => number
  /** Gets other credentials in place of expired ones; false when there are none. */
  readonly renew?: () => Promise<boolean>
  readonly tally?: Tally
}

/** How calls of a service are written, and its answers read. */
export interface Protocol<Input, Answer> {
  request(action: string, input: Input): { readonly headers: Readonly<Record<string, string>>; readonly body: string }
  answer(body: string): Answer
  /** Code and message of an error answer; undefined when it is none. */
  error(body: string): { code: string; message: string } | undefined
}

/** A call of EC2, or of another service that speaks as it does; gives the root element of the answer, or rejects with a UserError. */
export type Call = (action: string, params: Params) => Promise<Element>

/** A call of a service that speaks JSON. */
export type JsonCall = (action: string, input: object) => Promise<unknown>

/** An answer that says no. */
interface Refusal {
  readonly name: string
  readonly message: string
  readonly later: boolean
  readonly throttled: boolean
  /** Tries that this is worth. */
  readonly attempts: number
}

/** A client that tries again, with longer and longer pauses, what may work later. */
export function awsClient<Input, Answer>(
  settings: ClientSettings,
  protocol: Protocol<Input, Answer>,
): (action: string, input: Input) => Promise<Answer> {
  const { clock, random = Math.random, region, service, tally = newTally() } = settings
  return async (action, input) => {
    let renewed = false
    for (let attempt = 1; ; attempt++) {
      const name = `${service}:${action}`
      tally.calls[name] = (tally.calls[name] ?? 0) + 1
      let refusal: Refusal
      try {
        const sent = await send(settings, protocol, action, input)
        if ('answer' in sent) return sent.answer
        refusal = sent
      } catch (error) {
        refusal = networkRefusal(error)
        if (!refusal.later) throw awsError(error, action, region, service)
      }
      if (refusal.throttled) tally.throttled++
      if (!renewed && isExpired(refusal) && (await settings.renew?.())) {
        renewed = true
        continue
      }
      if (!refusal.later || attempt >= refusal.attempts) throw awsError(refusal, action, region, service)
      const pause = (refusal.throttled ? FIRST_PAUSE_WHEN_THROTTLED : FIRST_PAUSE) * 2 ** (attempt - 1)
      await clock.sleep(Math.min(pause, LONGEST_PAUSE) * (0.5 + random() / 2))
    }
  }
}

async function send<Input, Answer>(
  settings: ClientSettings,
  protocol: Protocol<Input, Answer>,
  action: string,
  input: Input,
): Promise<{ answer: Answer } | Refusal> {
  const { headers, body } = protocol.request(action, input)
  const request: Request = {
    url: new URL(settings.endpoint),
    headers: { ...headers, 'user-agent': settings.userAgent },
    body,
  }
  const late = new AbortController()
  // AbortSignal.timeout() would keep each request and its answer in memory until its time has come, long after it was read.
  const timer = setTimeout(() => late.abort(new DOMException(`no answer within ${TRY} s`, 'TimeoutError')), TRY * 1000)
  let response: Response
  let text: string
  try {
    response = await fetch(request.url, {
      method: 'POST',
      headers: await settings.sign(request),
      body: request.body,
      redirect: 'error',
      signal: late.signal,
    })
    text = await response.text()
  } finally {
    clearTimeout(timer)
  }
  if (response.ok) return { answer: protocol.answer(text) }
  const { code, message } = protocol.error(text) ?? { code: `HTTP ${response.status}`, message: response.statusText }
  const throttled = THROTTLED.test(code) || response.status === 429
  const later = throttled || response.status >= 500 || TRANSIENT.test(code)
  return { name: code, message, throttled, later, attempts: ATTEMPTS }
}

/** What a request that got no answer means: time out and broken connections are worth another try. */
function networkRefusal(error: unknown): Refusal {
  const {
    name = '',
    message = '',
    cause,
  } = (error ?? {}) as { name?: string; message?: string; cause?: { code?: string } }
  const code = cause?.code ?? name
  const later = name === 'TimeoutError' || (/^(E[A-Z_]+|UND_ERR_[A-Z_]+)$/.test(code) && code !== 'ENOTFOUND')
  return { name: code, message, throttled: false, later, attempts: ATTEMPTS_UNANSWERED }
}
