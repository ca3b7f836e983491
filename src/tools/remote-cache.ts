/** GitHub's cache across runs. What it gives is verified like a download; its failures are warnings. */
import type { Environment } from '../lib/environment.js'
import { firstLine, UserError } from '../lib/errors.js'
import type { Log } from '../lib/log.js'

/** Files by key; both calls give up rather than fail. */
export interface RemoteCache {
  /** Whether `path` was restored. */
  restore(key: string, path: string): Promise<boolean>
  save(key: string, path: string): Promise<void>
}

/** Seconds that the cache may take for one file; a download is the other way. */
const LIMIT = 120

/**
 * The runner's cache service, or `undefined` where there is none. The library is loaded only then: it costs half of the
 * action's start. Keys name tool, version, architecture and checksum; only exact ones are asked for.
 */
export async function githubCache(env: Environment, log: Log): Promise<RemoteCache | undefined> {
  if (!env.ACTIONS_RESULTS_URL && !env.ACTIONS_CACHE_URL) return undefined
  const cache = await import('@actions/cache')
  if (!cache.isFeatureAvailable()) return undefined
  return {
    restore: (key, path) =>
      guarded(log, `the cache could not be read (${key})`, false, async () => {
        const hit = await cache.restoreCache([path], key)
        if (hit !== undefined) log.info(`${key}: from the cache of an earlier run`)
        return hit === key
      }),
    save: (key, path) =>
      guarded(log, `the cache could not be written (${key})`, undefined, async () => {
        await cache.saveCache([path], key)
      }),
  }
}

/** Bounded in time; a failure is a warning and gives `otherwise`. */
export async function guarded<T>(log: Log, what: string, otherwise: T, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UserError('tool', `no answer in ${LIMIT} s`)), LIMIT * 1000)
  })
  try {
    return await Promise.race([work(), limit])
  } catch (error) {
    log.warning(`${what}: ${firstLine(error)}`)
    return otherwise
  } finally {
    clearTimeout(timer)
  }
}
