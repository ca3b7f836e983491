/** Middleware for the SDK's clients: limits and counts calls, makes errors for people, replaces expired credentials. */
import pLimit, { type LimitFunction } from 'p-limit'
import { awsError, isExpired, isThrottled, type Service } from './errors.js'
import type { Tally } from './tally.js'

/** The part of the SDK's middleware types that is the same for all services. */
type Handler = (args: object) => Promise<object>
interface Stack {
  add(
    middleware: (next: Handler, context: { readonly commandName?: string }) => Handler,
    where: { readonly step: string; readonly priority: string; readonly name: string },
  ): void
}

export interface Watched {
  readonly service: Service
  readonly region: string
  readonly tally: Tally
  /** Replaces expired credentials; false if there are none. */
  renew(): Promise<boolean>
}

/**
 * Concurrent calls of one action that changes something, per service and region. After a burst of 50, EC2 accepts five calls a second of
 * most actions. For CopyImage it is one a second, after a burst of 100
 * (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html). More calls at once would throttle each other until one has no
 * attempt left.
 */
const CHANGES = 3

/** Adds the middleware to a client, whose calls then reject with a UserError. */
export function watch(client: { readonly middlewareStack: unknown }, watched: Watched): void {
  const { service, region, tally, renew } = watched
  const stack = client.middlewareStack as Stack
  const nameOf = ({ commandName = '' }) => commandName.replace(/Command$/, '')
  const limits = new Map<string, LimitFunction>()
  const limited = <T>(action: string, call: () => Promise<T>): Promise<T> => {
    if (/^(Describe|Get|List)/.test(action)) return call()
    const limit = limits.get(action) ?? pLimit(CHANGES)
    limits.set(action, limit)
    return limit(call)
  }
  stack.add(
    (next, context) => async (args) => {
      try {
        return await limited(nameOf(context), () =>
          next(args).catch(async (error: unknown) => {
            if (isExpired(error) && (await renew())) return next(args)
            throw error
          }),
        )
      } catch (error) {
        throw awsError(error, nameOf(context), region, service)
      }
    },
    { step: 'initialize', priority: 'high', name: 'sayErrors' },
  )
  // Inside the SDK's retries, so that each attempt counts.
  stack.add(
    (next, context) => async (args) => {
      const name = `${service}:${nameOf(context)}`
      tally.calls[name] = (tally.calls[name] ?? 0) + 1
      try {
        return await next(args)
      } catch (error) {
        if (isThrottled(error)) tally.throttled++
        throw error
      }
    },
    { step: 'deserialize', priority: 'high', name: 'count' },
  )
}
