/** GETs with time limits, repeated only if that can help. They fail with a UserError. */

import type { IncomingMessage } from 'node:http'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import type { Log } from '../lib/log.js'
import { cause, Insecure, type Send, sendGet } from './send.js'

export interface Net {
  /** Sends a GET and returns the head of the answer; by default with `HttpClient`. */
  readonly send?: Send
  readonly clock: Clock
  readonly log: Log
  /** Bytes of bodies received so far, including failed attempts. */
  readonly meter: { bytes: number }
  /** Seconds of silence after which a server counts as dead; 30 by default. */
  readonly stall?: number
  readonly signal?: AbortSignal
  /** Small files that the job has read, by address. Without it, nothing is shared. */
  readonly files?: Map<string, Promise<Buffer | undefined>>
}

export interface Request {
  readonly url: string
  /** For people: `packer 1.16.0`. */
  readonly label: string
  readonly accept?: string
}

/** Minutes per attempt. */
const LIMIT = 20
/** Pauses between attempts, in seconds. */
const PAUSES = [1, 3]

/** A failure that another attempt may avoid. */
class Transient extends Error {}

/** 403: S3 answers so for a missing file to those who may not list the bucket, and so do proxies for a forbidden address. */
export class Forbidden extends UserError {}

/** Receives a body; called for each attempt. */
export type Receive<T> = (body: AsyncIterable<Uint8Array>) => Promise<T>

/**
 * Fetches and receives. Repeats up to three times after network failures, 429 and 5xx. A truncated body is a failure.
 *
 * @returns `undefined` if the server has no such file (404, 410)
 */
export async function get<T>(net: Net, request: Request, receive: Receive<T>): Promise<T | undefined> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await once(net, request, receive)
    } catch (error) {
      net.signal?.throwIfAborted()
      if (!(error instanceof Transient)) throw error
      const pause = PAUSES[attempt]
      if (pause === undefined)
        throw new UserError('download', `${request.label}: ${request.url} ${error.message}`, hint(request.url), {
          cause: error,
        })
      net.log.info(`${request.label}: ${error.message}; trying again in ${pause} s`)
      await net.clock.sleep(pause, net.signal)
    }
  }
}

async function once<T>(net: Net, request: Request, receive: Receive<T>): Promise<T | undefined> {
  const { stall = 30, send = sendGet } = net
  const stalled = new AbortController()
  const signal = net.signal ? AbortSignal.any([net.signal, stalled.signal]) : stalled.signal
  let timer: NodeJS.Timeout | undefined
  const alive = () => {
    clearTimeout(timer)
    timer = setTimeout(() => stalled.abort(), stall * 1000)
  }
  const deadline = setTimeout(() => stalled.abort(), LIMIT * 60_000)
  let failure: unknown
  alive()
  try {
    const headers = { 'accept-encoding': 'identity', ...(request.accept ? { accept: request.accept } : {}) }
    const response = await send(request.url, headers, signal).catch((error: unknown) => {
      if (error instanceof Insecure)
        throw new UserError('download', `${request.label}: ${request.url} ${error.message}`, hint(request.url))
      throw new Transient(stalled.signal.aborted ? `did not answer for ${stall} s` : `does not answer: ${cause(error)}`)
    })
    const { statusCode: status = 0, statusMessage = '' } = response
    if (status !== 200) response.destroy()
    if (status === 404 || status === 410) return undefined
    if (status !== 200) {
      const answer = `answered ${status} ${statusMessage}`.trim()
      if (status >= 500 || status === 429) throw new Transient(answer)
      const Failure = status === 403 ? Forbidden : UserError
      throw new Failure('download', `${request.label}: ${request.url} ${answer}`, hint(request.url))
    }
    const size = response.headers['content-encoding'] === undefined ? contentLength(response.headers) : undefined
    const stop = () => response.destroy(new Error('stopped'))
    signal.addEventListener('abort', stop, { once: true })
    const body = async function* () {
      let received = 0
      try {
        for await (const chunk of response as AsyncIterable<Uint8Array>) {
          alive()
          received += chunk.length
          net.meter.bytes += chunk.length
          yield chunk
        }
      } catch (error) {
        failure = new Transient(
          stalled.signal.aborted
            ? `stopped sending, or took more than ${LIMIT} minutes, after ${amount(received, size)}`
            : `was cut off after ${amount(received, size)}: ${cause(error)}`,
        )
        throw failure
      } finally {
        signal.removeEventListener('abort', stop)
      }
      if (size !== undefined && received !== size) {
        failure = new Transient(`was cut off after ${amount(received, size)}`)
        throw failure
      }
    }
    return await receive(body())
  } catch (error) {
    throw failure ?? error
  } finally {
    clearTimeout(timer)
    clearTimeout(deadline)
  }
}

function contentLength({ 'content-length': text = '' }: IncomingMessage['headers']): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined
}

function amount(received: number, size: number | undefined): string {
  return size === undefined ? `${received} bytes` : `${received} of ${size} bytes`
}

/** The error for a missing file. */
export function missing(request: Request): UserError {
  return new UserError(
    'download',
    `${request.label}: there is no ${request.url}`,
    'check the version, and the content of the mirror',
  )
}

/** The hint for an unreachable address. */
export function hint(url: string): string {
  const { protocol, host } = new URL(url)
  return `check that ${protocol}//${host} is reachable from the runner; without internet, set the input mirror`
}
