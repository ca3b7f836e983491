/** The operating systems and architectures of the inputs `os` and `arch`. */

import { suggest } from '../lib/nearest.js'
import type { Report } from '../lib/schema.js'
import type { Arch, OperatingSystem } from '../model/system.js'

const arches = ['amd64', 'arm64'] as const
const archAliases: Readonly<Record<string, Arch>> = { x86_64: 'amd64', x64: 'amd64', x86: 'amd64', aarch64: 'arm64' }

/**
 * Keys of the catalogue, each once. A word is a key (`debian-13`), a distribution (`ubuntu`), a family (`redhat-family`), a
 * pattern with `*` and `?` (`ubuntu-2*`), or `all`.
 */
export function chooseSystems(
  words: readonly string[],
  systems: Readonly<Record<string, OperatingSystem>>,
  report: Report,
): string[] {
  const entries = Object.values(systems)
  const groups = [...new Set(entries.flatMap(({ distribution, family }) => [distribution ?? [], `${family}-family`]))]
    .flat()
    .sort()
  const chosen = words.flatMap((word) => {
    const fits = Object.hasOwn(systems, word)
      ? [systems[word] as OperatingSystem]
      : entries.filter((entry) => matches(word, entry))
    if (fits.length === 0) {
      const known = [...Object.keys(systems), ...groups, 'all']
      report(`"${word}" is not an operating system in the catalog`, suggest(word, known))
    }
    return fits.map(({ key }) => key)
  })
  return [...new Set(chosen)]
}

function matches(word: string, { key, distribution, family }: OperatingSystem): boolean {
  if (word === 'all' || word === distribution || word === `${family}-family`) return true
  if (!/[*?]/.test(word)) return false
  const pattern = word.replace(/[^*?]+/g, (text) => text.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(key)
}

/** Reports selected systems without a base AMI for a selected architecture. */
export function checkPairs(
  os: readonly string[],
  arch: readonly Arch[],
  systems: Readonly<Record<string, OperatingSystem>>,
  report: Report,
): void {
  for (const key of os)
    for (const each of arch) {
      const known = systems[key]?.arch
      if (known !== undefined && known[each] === undefined)
        report(`there is no base AMI of ${key} for ${each}`, `build it for ${Object.keys(known).join(', ')}`)
    }
}

/** An architecture in our words; after a mistake, the first. */
export function readArch(word: string, report: Report): Arch {
  if ((arches as readonly string[]).includes(word)) return word as Arch
  const alias = Object.hasOwn(archAliases, word.toLowerCase()) ? archAliases[word.toLowerCase()] : undefined
  report(`"${word}" is not an architecture`, alias ? `did you mean "${alias}"?` : suggest(word, arches))
  return 'amd64'
}
