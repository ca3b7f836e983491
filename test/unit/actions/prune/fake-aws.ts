/** AWS in memory for the tests of pruning: answers by service and action, in the words of the services. */
import type { AwsCalls } from '../../../../src/aws/calls.js'
import { type Params, parseXml } from '../../../../src/aws/query.js'

/** An answer's inner XML, or an object for a service that speaks JSON; a thrown error is what the call rejects with. */
export type Answer = (params: Readonly<Record<string, unknown>>, region: string) => string | object

export interface FakeAws {
  readonly calls: AwsCalls
  /** `region service:Action`, in order. */
  readonly made: string[]
  /** Parameters by call, as in `made`. */
  readonly asked: { call: string; params: Readonly<Record<string, unknown>> }[]
}

/** @param answers by `service:Action`; an action without one answers with nothing */
export function fakeAws(answers: Readonly<Record<string, Answer>>): FakeAws {
  const made: string[] = []
  const asked: FakeAws['asked'] = []
  const answer = (service: string, region: string, action: string, params: Readonly<Record<string, unknown>>) => {
    made.push(`${region} ${service}:${action}`)
    asked.push({ call: `${region} ${service}:${action}`, params })
    return answers[`${service}:${action}`]?.(params, region)
  }
  return {
    made,
    asked,
    calls: {
      query: (service, region) => async (action, params: Params) => {
        const inner = answer(service, region, action, params) ?? ''
        const result = service === 'ec2' ? inner : `<${action}Result>${inner}</${action}Result>`
        return parseXml(`<${action}Response>${result}</${action}Response>`)
      },
      json: (service, region) => async (action, input) => answer(service, region, action, { ...input }) ?? {},
    },
  }
}

/** Elements of a list. */
export const items = (name: string, ...inner: string[]) =>
  `<${name}>${inner.map((text) => `<item>${text}</item>`).join('')}</${name}>`
export const members = (name: string, ...inner: string[]) =>
  `<${name}>${inner.map((text) => `<member>${text}</member>`).join('')}</${name}>`

export const tagSet = (tags: Readonly<Record<string, string>>) =>
  items('tagSet', ...Object.entries(tags).map(([key, value]) => `<key>${key}</key><value>${value}</value>`))
