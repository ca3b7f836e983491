/** Middleware for the SDK's clients: counts calls, makes errors for people, replaces expired credentials. */
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

/** Adds the middleware to a client, whose calls then reject with a UserError. */
export function watch(client: { readonly middlewareStack: unknown }, watched: Watched): void {
  const { service, region, tally, renew } = watched
  const stack = client.middlewareStack as Stack
  const nameOf = ({ commandName = '' }) => commandName.replace(/Command$/, '')
  stack.add(
    (next, context) => async (args) => {
      try {
        return await next(args).catch(async (error: unknown) => {
          if (isExpired(error) && (await renew())) return next(args)
          throw error
        })
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
