/** GitHub's cache across runs. Its files are verified like downloads, and its failures are warnings. */
import type { Environment } from '../lib/environment.js'
import { firstLine, UserError } from '../lib/errors.js'
import type { Log } from '../lib/log.js'

/** Files by key. Neither call fails. */
export interface RemoteCache {
  /** Whether `path` was restored. */
  restore(key: string, path: string): Promise<boolean>
  save(key: string, path: string): Promise<void>
}

/** Seconds per file before a download is preferred. */
const LIMIT = 120

/**
 * The runner's cache service; `undefined` without one. Loads the library only if needed, since it costs half of the action's start. Keys
 * name tool, version, architecture and checksum, and must match exactly.
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

/** Runs with a time limit. A failure is a warning and returns `otherwise`. */
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
