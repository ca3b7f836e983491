/** The JSON protocol of Systems Manager, KMS and Service Quotas: the action is a header. Pure. */
import type { Protocol } from './client.js'

/** What comes before an action's name in X-Amz-Target. */
const TARGETS = { ssm: 'AmazonSSM', kms: 'TrentService', servicequotas: 'ServiceQuotasV20190624' } as const

/** Services that speak it. */
export type JsonService = keyof typeof TARGETS

/** How its calls are written and read. */
export const json = (service: JsonService): Protocol<object, unknown> => ({
  request: (action, input) => ({
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `${TARGETS[service]}.${action}` },
    body: JSON.stringify(input),
  }),
  answer: (body) => (body === '' ? {} : JSON.parse(body)),
  error: jsonErrorIn,
})

/** Code and message of an error answer; undefined when it is none. */
export function jsonErrorIn(body: string): { code: string; message: string } | undefined {
  try {
    const { __type: type, message, Message } = JSON.parse(body)
    if (typeof type !== 'string') return undefined
    // Some services put their name before it.
    return { code: type.replace(/^.*#/, ''), message: String(message ?? Message ?? '') }
  } catch {
    return undefined
  }
}
