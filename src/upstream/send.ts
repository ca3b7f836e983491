/**
 * Sends a GET with @actions/http-client, which supports HTTPS_PROXY, HTTP_PROXY and NO_PROXY. Do not use Node's own `fetch`: its undici ends
 * the process if a server closes the connection while a large body is still being read (nodejs/undici#5360).
 */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { HttpClient } from '@actions/http-client'
import { firstLine } from '../lib/errors.js'
import { aborted } from '../lib/exec.js'
import { VERSION } from '../lib/version.js'

/** The head of an answer, with a stream of its body. */
type Answer = Readable & Pick<IncomingMessage, 'statusCode' | 'statusMessage' | 'headers'>

/** Sends one GET. The signal ends the wait for the head, not for the body. */
export type Send = (url: string, headers: Record<string, string>, signal: AbortSignal) => Promise<Answer>

/** A redirection from TLS to plain HTTP. */
export class Insecure extends Error {}

/** Most redirections of one GET. */
const REDIRECTIONS = 10

/** Uses @actions/http-client, which supports neither signals nor redirections to relative addresses. */
export const sendGet: Send = async (url, headers, signal) => {
  signal.throwIfAborted()
  const client = new HttpClient(`k8s-image-action/${VERSION}`, [], { allowRetries: false, allowRedirects: false })
  signal.addEventListener('abort', () => client.dispose(), { once: true })
  const ended = aborted(signal)
  let at = new URL(url)
  for (let count = 0; ; count++) {
    const { message } = await Promise.race([client.get(at.href, headers), ended])
    const { statusCode = 0, headers: answered } = message
    if (![301, 302, 303, 307, 308].includes(statusCode) || !answered.location || count === REDIRECTIONS) return message
    message.resume()
    const next = new URL(answered.location, at)
    if (at.protocol === 'https:' && next.protocol !== 'https:') throw new Insecure(`redirects to ${next.protocol}`)
    at = next
  }
}

/** The error of a request, for people. */
export function cause(error: unknown): string {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  // The package `tunnel`, for proxies, reports any error with the code ECONNRESET.
  const tunnel = /^tunneling socket could not be established, (?:statusCode=(\d+)|cause=(.*))/.exec(message)
  if (tunnel?.[1])
    return `the proxy answered ${tunnel[1]}${tunnel[1] === '407' ? ' and requires a user and password' : ''}`
  if (tunnel) return `the proxy does not answer: ${tunnel[2]}`
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset',
    ENOTFOUND: 'no such host',
    EAI_AGAIN: 'the host name could not be resolved',
    ETIMEDOUT: 'connection timed out',
  }
  return known[code] ?? firstLine(error)
}
