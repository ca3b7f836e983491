/** The digest of an image, which changes if, and only if, its content would. */
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '../lib/canonical-json.js'
import { UserError } from '../lib/errors.js'
import type { ImageSystem, NodeVersions } from '../model/plan.js'
import type { Arch } from '../model/system.js'

/** Everything that decides an image's content. Place, time, run and name of the build do not. */
export interface ImageContent {
  /** `hashSources` of the template and the playbook. */
  readonly sources: string
  readonly os: string
  readonly arch: Arch
  /** Undefined while it is unknown. */
  readonly baseAmi: string | undefined
  readonly node: NodeVersions
  readonly system: Pick<ImageSystem, 'family' | 'sshUser' | 'rootDevice'>
  readonly extraVars: Readonly<Record<string, unknown>>
  /** `hashHooks` of the user's own tasks. */
  readonly hooks?: string | undefined
  /** The user's own template variables. */
  readonly templateVariables: Readonly<Record<string, unknown>>
  /** The KMS key of the build region. */
  readonly key?: string | undefined
}

/** Template variables that affect how an image is built, but not its contents. */
const BUILD_ONLY = new Set(['ssh_port'])

/** The digest of an image; undefined while its base AMI is unknown. */
export function imageDigest(content: ImageContent): string | undefined {
  if (content.baseAmi === undefined) return undefined
  const { family, sshUser, rootDevice } = content.system
  const variables = Object.entries(content.templateVariables).filter(([name]) => !BUILD_ONLY.has(name))
  return digestOf({
    ...content,
    format: 1,
    system: { family, sshUser, rootDevice },
    // `vars` has only strings, `var-file` also numbers. Packer treats both alike.
    templateVariables: Object.fromEntries(variables.map(([name, value]) => [name, plainText(value)])),
  })
}

/** The digest for people, or why there is none. */
export function describeDigest(digest: string | undefined): string {
  return digest ?? 'digest unknown: base AMI not resolved'
}

const plainText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value

/** Directories that are copied into images, where dot files count, too. */
const CARRIED = /^ansible\/roles\/[^/]+\/(files|templates)\//

/**
 * Hash of the template's and the playbook's sources, by path and content, without the tests (`packer/gate`). Documents and leftovers of
 * tools (`*.md`, dot files, `__pycache__`) count only among a role's files.
 *
 * @param root the action's own directory
 */
export function hashSources(root: string): string {
  const counts = (name: string, path: string) =>
    name !== '__pycache__' && (CARRIED.test(path) || !(name.startsWith('.') || name.endsWith('.md')))
  return hashFiles(root, ['ansible', 'packer/image', 'packer/python'], counts)
}

/**
 * Hash of the directory with the user's own tasks and their files, without what Python compiles there during a build. Ansible follows links.
 *
 * @throws UserError if a link is broken, or leads back to a directory above it
 */
export function hashHooks(directory: string): string {
  return hashFiles(directory, ['.'], (name) => name !== '.git' && name !== '__pycache__' && !name.endsWith('.pyc'))
}

/**
 * Extra variables for the digest. The content of the directories in `base_trees_extra` replaces their paths. On the node, links stay links,
 * and the executable bit and whether only the owner has access decide the mode (plugins/lookup/file_tree.py).
 *
 * @throws UserError if one is not a directory
 */
export function contentOf(variables: ImageContent['extraVars']): ImageContent['extraVars'] {
  const { base_trees_extra: trees } = variables
  if (!Array.isArray(trees)) return variables
  return { ...variables, base_trees_extra: trees.map((tree) => hashTree(String(tree))) }
}

function hashTree(directory: string): string {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError('input', `base_trees_extra: ${directory} is not a directory`, 'name one on the runner')
  return hashFiles(directory, ['.'], () => true, true)
}

/** @param isTree hash links as links, and what decides the mode; otherwise follow links */
function hashFiles(
  root: string,
  paths: readonly string[],
  counts: (name: string, path: string) => boolean,
  isTree = false,
): string {
  const hash = createHash('sha256')
  const add = (path: string, content: string | Buffer) =>
    hash.update(`${path}\0${createHash('sha256').update(content).digest('hex')}\n`)
  const walk = (path: string, above: readonly string[]) => {
    const here = [...above, realpathSync(join(root, path))]
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const below = `${path}/${entry.name}`
      const full = join(root, below)
      if (!counts(entry.name, below)) continue
      if (isTree && entry.isSymbolicLink()) add(`${below} ->`, readlinkSync(full))
      else if (entry.isDirectory() || (entry.isSymbolicLink() && leadsTo(full, here).isDirectory())) walk(below, here)
      else add(isTree ? below + modeMarks(full) : below, readFileSync(full))
    }
  }
  for (const path of paths) walk(path, [])
  return hash.digest('hex')
}

/** @param above real paths of the directories on the way */
function leadsTo(path: string, above: readonly string[]): Stats {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !above.includes(realpathSync(path))) return found
  const what = found === undefined ? 'a broken link' : 'a link to a directory above it'
  throw new UserError('input', `${path} is ${what}`, 'fix the link, or remove it')
}

function modeMarks(path: string): string {
  return (isExecutable(path) ? ' *' : '') + ((statSync(path).mode & 0o077) === 0 ? ' -' : '')
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
