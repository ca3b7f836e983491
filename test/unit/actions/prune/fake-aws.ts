/** AWS in memory: answers by service and action, in the SDK's form. It checks no request. */
import type { Aws } from '../../../../src/aws/clients.js'

/** An answer in the SDK's form; the call rejects with a thrown error. */
export type Answer = (input: Readonly<Record<string, unknown>>, region: string) => object

export interface FakeAws {
  readonly aws: Aws
  /** `region service:Action`, in order. */
  readonly made: string[]
  /** Calls with their input, in order. */
  readonly requests: { call: string; input: Readonly<Record<string, unknown>> }[]
}

/** @param answers by `service:Action`; other actions return an empty object */
export function fakeAws(answers: Readonly<Record<string, Answer>>): FakeAws {
  const made: string[] = []
  const requests: FakeAws['requests'] = []
  const client = (service: string, region: string) => {
    const call = async (action: string, input: Readonly<Record<string, unknown>>) => {
      made.push(`${region} ${service}:${action}`)
      requests.push({ call: `${region} ${service}:${action}`, input })
      return answers[`${service}:${action}`]?.(input, region) ?? {}
    }
    async function* pages(action: string, input: Readonly<Record<string, unknown>>) {
      for (let token: unknown; ; ) {
        const page: { NextToken?: unknown } = await call(action, {
          ...input,
          ...(token === undefined ? {} : { NextToken: token }),
        })
        yield page
        token = page.NextToken
        if (token === undefined) return
      }
    }
    const methods = (_: object, name: string | symbol) => {
      if (typeof name !== 'string' || name === 'then') return undefined
      const paged = /^paginate(\w+)$/.exec(name)?.[1]
      if (paged !== undefined) return (input = {}) => pages(paged, input)
      return (input = {}) => call(`${name.charAt(0).toUpperCase()}${name.slice(1)}`, input)
    }
    return new Proxy({}, { get: methods })
  }
  const of = (service: string) => async (region: string) => client(service, region) as never
  return {
    made,
    requests,
    aws: {
      ec2: of('ec2'),
      autoScaling: of('autoscaling'),
      ssm: of('ssm'),
      kms: of('kms'),
      quotas: of('servicequotas'),
    },
  }
}

/** Tags as EC2 lists them. */
export const tagSet = (tags: Readonly<Record<string, string>>) => ({
  Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
})
