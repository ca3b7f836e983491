/** The digest of an image: the same when, and only when, what decides its content is the same. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** JSON with sorted keys and no spaces, so that equal values give equal bytes. `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each) => canonicalJson(each)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** `sha256:…` over the canonical JSON of what decides the content. */
export function digestOf(content: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(content)).digest('hex')}`
}

/**
 * Hash of the template's and the playbook's sources, by path and content. Documents and what tools leave behind
 * (`*.md`, dot files, `__pycache__`) decide nothing.
 *
 * @param root the action's own directory
 */
export function hashSources(root: string): string {
  const counts = (name: string) => !name.startsWith('.') && name !== '__pycache__' && !name.endsWith('.md')
  return hashFiles(root, ['ansible', 'packer'], counts)
}

/** Hash of a directory with the user's own tasks and what they use. */
export function hashHooks(directory: string): string {
  return hashFiles(directory, ['.'], (name) => name !== '.git')
}

function hashFiles(root: string, paths: readonly string[], counts: (name: string) => boolean): string {
  const hash = createHash('sha256')
  const walk = (path: string) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      if (!counts(entry.name)) continue
      const below = `${path}/${entry.name}`
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
