/** The digest of an image: the same when, and only when, what decides its content is the same. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf } from '../lib/canonical-json.js'
import type { ImageSystem, NodeVersions } from '../model/plan.js'
import type { Arch } from '../model/system.js'

/** What decides an image's content. Where it is built, when, by which run and under which name is none of it. */
export interface ImageContent {
  /** Of the template and the playbook, as `hashSources` gives it. */
  readonly sources: string
  readonly os: string
  readonly arch: Arch
  /** Undefined as long as nobody could ask EC2 for it. */
  readonly baseAmi: string | undefined
  readonly node: NodeVersions
  readonly system: Pick<ImageSystem, 'family' | 'sshUser' | 'rootDevice'>
  readonly extraVars: Readonly<Record<string, unknown>>
  /** Of the user's own tasks, as `hashHooks` gives it. */
  readonly hooks?: string | undefined
  /** The user's own, by name. */
  readonly templateVariables: Readonly<Record<string, unknown>>
  /** The KMS key that the AMI is encrypted with in the build region. */
  readonly key?: string | undefined
}

/** Template variables that affect how an image is built, but not its contents. */
const BUILD_ONLY = new Set(['ssh_port'])

/** The digest of an image; undefined, never half of one, while its base AMI is not known. */
export function imageDigest(content: ImageContent): string | undefined {
  if (content.baseAmi === undefined) return undefined
  const { family, sshUser, rootDevice } = content.system
  const variables = Object.entries(content.templateVariables).filter(([name]) => !BUILD_ONLY.has(name))
  return digestOf({
    ...content,
    format: 1,
    system: { family, sshUser, rootDevice },
    // `vars` knows texts only, `var-file` numbers, too: Packer makes the same of both.
    templateVariables: Object.fromEntries(variables.map(([name, value]) => [name, plainText(value)])),
  })
}

/** The digest for people, or why there is none. */
export function describeDigest(digest: string | undefined): string {
  return digest ?? 'digest unknown: base AMI not resolved'
}

const plainText = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : value

/** What goes into an image as it is: a dot file there counts as any other. */
const CARRIED = /^ansible\/roles\/[^/]+\/(files|templates)\//

/**
 * Hash of the template's and the playbook's sources, by path and content; what tests an image (`packer/gate`) is no part of it.
 * Documents and what tools leave behind (`*.md`, dot files, `__pycache__`) decide nothing, but where a role has its files.
 *
 * @param root the action's own directory
 */
export function hashSources(root: string): string {
  const counts = (name: string, path: string) =>
    name !== '__pycache__' && (CARRIED.test(path) || !(name.startsWith('.') || name.endsWith('.md')))
  return hashFiles(root, ['ansible', 'packer/image', 'packer/python'], counts)
}

/** Hash of a directory with the user's own tasks and what they use. */
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
