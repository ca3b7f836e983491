/**
 * Adds to @actions/tool-cache: proof of the content, and safety for concurrent runs on one runner.
 *
 * The library has one directory per version, which `cacheDir` empties first, even if another run uses it. Here each installation has its
 * own architecture, `amd64-1a2b3c4d`, so that no other run writes to its directory. The library trusts complete directories. Here a record
 * in the directory has the proof and the content, and each use compares them. A run that dies half-way never marks its directory complete.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDir, find } from '@actions/tool-cache'
import type { Environment } from '../lib/environment.js'
import { firstLine } from '../lib/errors.js'
import type { Log } from '../lib/log.js'
import { diskFull } from '../upstream/download.js'

/** The record's name in a tool's directory. */
export const RECORD = '.verified.json'

export interface Proof {
  /** Fingerprint of the key that proved it, or the hash of the requirements. */
  readonly provenBy: string
  /** Describes the content; its form depends on the tool. */
  readonly contents: Readonly<Record<string, string>>
}

export interface ToolId {
  /** Directory in the tool cache: `k8s-image-packer`. */
  readonly tool: string
  readonly version: string
  readonly arch: string
  /** For people: `packer 1.16.0`. */
  readonly label: string
  /** Whether it must be made in its final place because it contains its own path, like a venv. */
  readonly isInPlace?: boolean
}

export interface Store {
  readonly log: Log
  /** The tool cache, and its substitutes if it is not writable. */
  readonly directories: readonly [string, string]
  readonly temporary: string
}

/** Milliseconds after which an incomplete directory counts as left by a run that died. */
const ABANDONED = 24 * 3600 * 1000

/** Keeps tools in RUNNER_TOOL_CACHE, or else in the cache directory; in RUNNER_TEMP if neither is writable. */
export function openStore(env: Environment, log: Log): Store {
  const cache =
    env.K8S_IMAGE_CACHE || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'k8s-image-action')
  const temporary = env.RUNNER_TEMP || tmpdir()
  const directories = [env.RUNNER_TOOL_CACHE || join(cache, 'tools'), join(temporary, 'k8s-image-tools')] as const
  return { log, directories, temporary }
}

/**
 * The directory of an intact tool, or `undefined`. Removes damaged ones.
 *
 * @param isTrusted whether its proof still counts
 * @param contentsOf reads the directory's content, for comparison with the record
 * @param works whether an intact one works here. If not, it stays, since it may work in another run's environment.
 */
export async function findTool(
  store: Store,
  { tool, version, arch, label }: ToolId,
  isTrusted: (provenBy: string) => boolean,
  contentsOf: (directory: string, proof: Proof) => Promise<Readonly<Record<string, string>>>,
  works: (directory: string) => Promise<boolean> = async () => true,
): Promise<string | undefined> {
  for (const base of store.directories) {
    const names = await readdir(join(base, tool, version)).catch(() => [])
    for (const name of names.filter((each) => each.startsWith(`${arch}-`) && !each.endsWith('.complete')).sort()) {
      const directory = findIn(base, tool, version, name)
      if (directory === '') continue
      try {
        const proof = JSON.parse(await readFile(join(directory, RECORD), 'utf8')) as Proof
        if (!isTrusted(proof.provenBy)) continue
        if (!same(proof.contents, await contentsOf(directory, proof)))
          throw new Error('it differs from what was verified')
      } catch (error) {
        if (findIn(base, tool, version, name) === '') continue // another run removed it
        store.log.info(`${label}: ${directory} is damaged (${firstLine(error)}); preparing it again`)
        await discard(directory)
        continue
      }
      // Not above: a cancel is no damage.
      if (await works(directory)) return directory
      store.log.info(`${label}: ${directory} does not start here; preparing another one`)
    }
  }
  return undefined
}

/** The library's `find` in any tool cache; empty if there is no complete tool. */
function findIn(base: string, tool: string, version: string, name: string): string {
  const { RUNNER_TOOL_CACHE: own } = process.env
  process.env.RUNNER_TOOL_CACHE = base
  const found = find(tool, version, name)
  if (own === undefined) delete process.env.RUNNER_TOOL_CACHE
  else process.env.RUNNER_TOOL_CACHE = own
  return found
}

/**
 * Adds a tool to the tool cache.
 *
 * @param make fills the directory, and returns its proof and content
 * @returns the tool's directory
 */
export async function addTool(store: Store, id: ToolId, make: (directory: string) => Promise<Proof>): Promise<string> {
  const { tool, version, label } = id
  const base = await writableBase(store, id)
  const name = `${id.arch}-${randomBytes(4).toString('hex')}`
  const place = join(base, tool, version, name)
  const directory = id.isInPlace ? place : join(store.temporary, `${tool}-${name}`)
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, RECORD), JSON.stringify(await make(directory)))
    process.env.RUNNER_TOOL_CACHE = base // the library offers no other way
    if (id.isInPlace) await writeFile(`${place}.complete`, '')
    else await cacheDir(directory, tool, version, name)
    return place
  } catch (error) {
    await discard(place)
    throw diskFull(error, label, base) ?? error
  } finally {
    if (!id.isInPlace) await rm(directory, { recursive: true, force: true })
  }
}

/** The first writable tool cache for TOOL/VERSION. */
async function writableBase({ log, directories }: Store, { tool, version, label }: ToolId): Promise<string> {
  const [preferred, fallback] = directories
  const versions = join(preferred, tool, version)
  try {
    // Permissions are not enough: root has all of them even on a read-only mount.
    await mkdir(versions, { recursive: true })
    await rmdir(await mkdtemp(join(versions, '.probe-')))
    await removeAbandoned(versions)
    return preferred
  } catch (error) {
    const full = diskFull(error, label, preferred)
    if (full !== undefined) throw full
    // Any error code counts: on a read-only mount, Node's recursive mkdir reports ENOENT.
    log.info(`${label}: the tool cache ${preferred} cannot be written; using ${fallback} for this job`)
    return fallback
  }
}

async function removeAbandoned(versions: string): Promise<void> {
  const names = new Set(await readdir(versions))
  for (const name of names) {
    if (name.endsWith('.complete') || names.has(`${name}.complete`)) continue
    const made = await stat(join(versions, name)).catch(() => undefined)
    if (made && Date.now() - made.mtimeMs > ABANDONED) await rm(join(versions, name), { recursive: true, force: true })
  }
}

/** Removes the marker first, so that no run trusts the rest after an interruption. Does nothing on a read-only cache. */
async function discard(directory: string): Promise<void> {
  for (const path of [`${directory}.complete`, directory])
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a)
  return names.length > 0 && names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
