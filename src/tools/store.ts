/**
 * What @actions/tool-cache lacks: proof of what it holds, and safety for two runs at once on one runner.
 *
 * The library has one directory for a version, which `cacheDir` empties first, even if another run works with it. Here each installation
 * has an architecture of its own, `amd64-1a2b3c4d`, so that nobody else writes to its directory. The library trusts what is complete. Here
 * a record in the directory says what proved it and what it holds, and each use compares. A run that dies half-way never marks it complete.
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

/** What a record says. */
export interface Proof {
  /** Fingerprint of the key that proved it, `sha256:…` of a pin, or the hash of the requirements. */
  readonly provenBy: string
  /** What the contents must be; its meaning belongs to the tool. */
  readonly contents: Readonly<Record<string, string>>
}

/** Which tool it is. */
export interface ToolId {
  /** Directory in the tool cache: `k8s-image-packer`. */
  readonly tool: string
  readonly version: string
  readonly arch: string
  /** For people: `packer 1.16.0`. */
  readonly label: string
  /** Made where it stays, since it holds its own path, as a venv does. */
  readonly isInPlace?: boolean
}

/** Where tools are kept. */
export interface Store {
  readonly log: Log
  /** The tool cache, and what stands in for it where it cannot be written. */
  readonly directories: readonly [string, string]
  /** For what is under way. */
  readonly temporary: string
}

/** A directory that is not complete at this age belongs to a run that died. In milliseconds. */
const ABANDONED = 24 * 3600 * 1000

/** Tools are kept in RUNNER_TOOL_CACHE, else below the cache directory; RUNNER_TEMP stands in when neither can be written. */
export function openStore(env: Environment, log: Log): Store {
  const cache =
    env.K8S_IMAGE_CACHE || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'k8s-image-action')
  const temporary = env.RUNNER_TEMP || tmpdir()
  const directories = [env.RUNNER_TOOL_CACHE || join(cache, 'tools'), join(temporary, 'k8s-image-tools')] as const
  return { log, directories, temporary }
}

/**
 * The directory of a tool that is there and whole, or `undefined`. What is damaged is removed.
 *
 * @param isTrusted whether what proved it counts today
 * @param contentsOf reads what the directory holds, to be compared with the record
 */
export async function findTool(
  store: Store,
  { tool, version, arch, label }: ToolId,
  isTrusted: (provenBy: string) => boolean,
  contentsOf: (directory: string, proof: Proof) => Promise<Readonly<Record<string, string>>>,
): Promise<string | undefined> {
  for (const base of store.directories) {
    const names = await readdir(join(base, tool, version)).catch(() => [])
    for (const name of names.filter((each) => each.startsWith(`${arch}-`) && !each.endsWith('.complete')).sort()) {
      const directory = findIn(base, tool, version, name)
      if (directory === '') continue
      try {
        const proof = JSON.parse(await readFile(join(directory, RECORD), 'utf8')) as Proof
        if (!isTrusted(proof.provenBy)) continue
        if (same(proof.contents, await contentsOf(directory, proof))) return directory
        throw new Error('it differs from what was verified')
      } catch (error) {
        if (findIn(base, tool, version, name) === '') continue // another run removed it
        store.log.info(`${label}: ${directory} is damaged (${firstLine(error)}); preparing it again`)
        await discard(directory)
      }
    }
  }
  return undefined
}

/** The library's `find` in a tool cache that need not be the runner's; empty when there is nothing complete. */
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
 * @param make fills the directory, and tells what proved it and what it holds
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
    process.env.RUNNER_TOOL_CACHE = base // the library knows no other way
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

/** The tool cache where TOOL/VERSION can be written, or what stands in for it. */
async function writableBase({ log, directories }: Store, { tool, version, label }: ToolId): Promise<string> {
  const [preferred, fallback] = directories
  const versions = join(preferred, tool, version)
  try {
    // Rights alone do not tell: root may write everywhere but on a read-only mount.
    await mkdir(versions, { recursive: true })
    await rmdir(await mkdtemp(join(versions, '.probe-')))
    await removeAbandoned(versions)
    return preferred
  } catch (error) {
    const full = diskFull(error, label, preferred)
    if (full !== undefined) throw full
    // The code tells little: on a read-only mount, Node's recursive mkdir says ENOENT.
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

/** The marker goes first, so that nobody trusts what is left if this is cut off. On a read-only cache nothing goes. */
async function discard(directory: string): Promise<void> {
  for (const path of [`${directory}.complete`, directory])
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a)
  return names.length > 0 && names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
