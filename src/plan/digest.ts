/** The digest of an image, which changes if, and only if, its content would. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '../lib/canonical-json.js'
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

/** Hash of the directory with the user's own tasks and their files. */
export function hashHooks(directory: string): string {
  return hashFiles(directory, ['.'], (name) => name !== '.git')
}

function hashFiles(root: string, paths: readonly string[], counts: (name: string, path: string) => boolean): string {
  const hash = createHash('sha256')
  const walk = (path: string) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const below = `${path}/${entry.name}`
      if (!counts(entry.name, below)) continue
      if (entry.isDirectory()) walk(below)
      else
        hash.update(
          `${below}\0${createHash('sha256')
            .update(readFileSync(join(root, below)))
            .digest('hex')}\n`,
        )
    }
  }
  for (const path of paths) walk(path)
  return hash.digest('hex')
}
