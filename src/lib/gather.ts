/** `Promise.all` that collects every UserError instead of stopping at the first. */
import { UserError, UserErrors } from './errors.js'

/** Like `Promise.all`, but several UserErrors become one. Throws any other error as it is. */
export async function gather<T extends readonly unknown[]>(
  work: {
    readonly [K in keyof T]: Promise<T[K]>
  },
): Promise<T> {
  const settled = await Promise.allSettled(work as readonly Promise<unknown>[])
  const failures = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []))
  if (failures.length === 0)
    return settled.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as unknown as T
  const bug = failures.find((failure) => !(failure instanceof UserError))
  if (bug !== undefined) throw bug
  const errors = (failures as UserError[]).flatMap((error) => (error instanceof UserErrors ? error.errors : [error]))
  const unique = [...new Map(errors.map((error) => [error.message, error])).values()]
  throw unique.length === 1 ? unique[0] : new UserErrors(unique)
}
