import { suggest } from '../lib/nearest.js'
import type { Report } from '../lib/schema.js'

const placeholders = ['kubernetes', 'os', 'arch', 'date', 'run'] as const

/** The input `ami-name`. Allows the characters of AMI names in EC2 (CreateImage, parameter Name). */
export function readAmiName(
  pattern: string,
  many: Readonly<Record<'os' | 'arch' | 'kubernetes', readonly string[]>>,
  report: Report,
): string {
  for (const [whole, name = ''] of pattern.matchAll(/\{([^{}]*)\}/g))
    if (!(placeholders as readonly string[]).includes(name))
      report(`"${whole}" is not a placeholder`, suggest(name, placeholders))
  const rest = pattern.replace(/\{[^{}]*\}/g, '')
  const odd = /[^A-Za-z0-9()[\] ./'@_-]/.exec(rest)
  if (odd) report(`"${odd[0]}" cannot be in an AMI's name`, "use letters, digits and ( ) [ ] . / - ' @ _ only")
  for (const name of ['os', 'arch', 'kubernetes'] as const)
    if (many[name].length > 1 && !pattern.includes(`{${name}}`))
      report(`several images would have the same name`, `write {${name}} into it`)
  return pattern
}
