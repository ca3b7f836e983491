/**
 * Verified tools on the runner, in the tool cache's layout: TOOL/VERSION/NAME/ with TOOL/VERSION/NAME.complete.
 *
 * Every installation has a directory of its own, which nobody else writes to. Its `.complete` file, written last and by a
 * rename, records what proved it and what it holds; without one, nothing in the directory counts. So two runs may prepare
 * the same tool at once, and one that dies half-way leaves nothing that is trusted.
 */

import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../lib/environment.js'
import { firstLine } from '../lib/errors.js'
import type { Log } from '../lib/log.js'
import { diskFull } from '../upstream/download.js'

/** What a `.complete` file says. */
export interface Manifest {
  readonly format: 1
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
}

/** Where tools are kept. */
export interface Store {
  readonly log: Log
  /** Where tools are looked for; the first one is the tool cache. */
  readonly directories: readonly string[]
}

/** Without `.complete`, a directory of this age belongs to a run that died. In milliseconds. */
const ABANDONED = 24 * 3600 * 1000

/** Tools are kept in RUNNER_TOOL_CACHE, else below the cache directory; RUNNER_TEMP stands in when neither can be written. */
export function openStore(env: Environment, log: Log): Store {
  const cache =
    env.K8S_IMAGE_CACHE || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'k8s-image-action')
  const temporary = join(env.RUNNER_TEMP || tmpdir(), 'k8s-image-tools')
  return { log, directories: [env.RUNNER_TOOL_CACHE || join(cache, 'tools'), temporary] }
}

/**
 * The directory of a tool that is there and whole, or `undefined`. What is damaged is removed.
 *
 * @param isTrusted whether what proved it counts today
 * @param contentsOf reads what the directory holds, to be compared with the manifest
 */
export async function findTool(
  store: Store,
  { tool, version, arch, label }: ToolId,
  isTrusted: (provenBy: string) => boolean,
  contentsOf: (directory: string, manifest: Manifest) => Promise<Readonly<Record<string, string>>>,
): Promise<string | undefined> {
  for (const base of store.directories.map((directory) => join(directory, tool, version))) {
    const names = await readdir(base).catch(() => [])
    for (const name of names.filter((each) => each.startsWith(`${arch}-`) && each.endsWith('.complete')).sort()) {
      const directory = join(base, name.slice(0, -'.complete'.length))
      try {
        const manifest = readManifest(await readFile(join(base, name), 'utf8'))
        if (manifest === undefined || !isTrusted(manifest.provenBy)) continue
        if (same(manifest.contents, await contentsOf(directory, manifest))) return directory
        throw new Error('it differs from what was verified')
      } catch (error) {
        if (!(await exists(join(base, name)))) continue // another run removed it
        store.log.info(`${label}: ${directory} is damaged (${firstLine(error)}); preparing it again`)
        await discard(directory)
      }
    }
  }
  return undefined
}

/**
 * Makes a tool in a directory of its own, and marks it complete.
 *
 * @param make fills the directory, and tells what proved it and what it holds
 * @returns the directory
 */
export async function addTool(
  store: Store,
  id: ToolId,
  make: (directory: string) => Promise<Omit<Manifest, 'format'>>,
): Promise<string> {
  const name = `${id.arch}-${randomBytes(4).toString('hex')}`
  const base = await writableBase(store, id)
  const directory = join(base, name)
  await removeAbandoned(base)
  try {
    await mkdir(directory)
    const manifest: Manifest = { format: 1, ...(await make(directory)) }
    const marker = `${directory}.complete`
    await writeFile(`${marker}.new`, JSON.stringify(manifest))
    await rename(`${marker}.new`, marker)
    return directory
  } catch (error) {
    await discard(directory)
    throw diskFull(error, id.label, base) ?? error
  }
}

/** TOOL/VERSION in the tool cache, or in the temporary directory that stands in for it. */
async function writableBase(store: Store, { tool, version, label }: ToolId): Promise<string> {
  const [preferred = '', fallback = ''] = store.directories.map((directory) => join(directory, tool, version))
  try {
    await probe(preferred)
    return preferred
  } catch (error) {
    const full = diskFull(error, label, preferred)
    if (full !== undefined) throw full
    // The code tells little: on a read-only mount, Node's recursive mkdir says ENOENT.
    store.log.info(
      `${label}: the tool cache ${store.directories[0]} cannot be written; using ${store.directories[1]} for this job`,
    )
    await mkdir(fallback, { recursive: true })
    return fallback
  }
}

/** Rights alone do not tell: root may write everywhere but on a read-only mount. */
async function probe(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true })
  const path = join(directory, `.probe-${randomBytes(4).toString('hex')}`)
  await mkdir(path)
  await rmdir(path)
}

async function removeAbandoned(base: string): Promise<void> {
  const names = new Set(await readdir(base))
  for (const name of names) {
    if (name.startsWith('.') || name.includes('.complete') || names.has(`${name}.complete`)) continue
    const age = await stat(join(base, name)).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    )
    if (age > ABANDONED) await rm(join(base, name), { recursive: true, force: true })
  }
}

/** The marker goes first, so that nobody trusts what is left if this is cut off. On a read-only cache nothing goes. */
async function discard(directory: string): Promise<void> {
  await rm(`${directory}.complete`, { force: true }).catch(() => undefined)
  await rm(`${directory}.complete.new`, { force: true }).catch(() => undefined)
  await rm(directory, { recursive: true, force: true }).catch(() => undefined)
}

/** `undefined` for the manifest of another version of this action. */
function readManifest(text: string): Manifest | undefined {
  const value = JSON.parse(text) as Partial<Manifest>
  if (value.format !== 1) return undefined
  if (typeof value.provenBy === 'string' && typeof value.contents === 'object' && value.contents !== null)
    return value as Manifest
  throw new Error('its record cannot be read')
}

function same(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a)
  return names.length > 0 && names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
