import { errorCode } from './errors.js'

/** Calls with a parameter that a partition may not have yet, and without it if EC2 does not know it. */
export async function orWithout<P extends object, T>(newer: P, call: (more: P | object) => Promise<T>): Promise<T> {
  try {
    return await call(newer)
  } catch (error) {
    if (errorCode(error) === 'UnknownParameter') return call({})
    throw error
  }
}
