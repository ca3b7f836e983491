import { isIP } from 'node:net'
import { firstLine } from '../lib/errors.js'
import { isMap, type Report } from '../lib/schema.js'

/** Words separated by commas, spaces or lines; each once, in order. */
export function list(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((word) => word !== ''))]
}

/** `name=value` lines; blank lines and `#` lines are skipped, the value may hold `=`. */
export function pairs(text: string, report: Report): Record<string, string> {
  const entries: [string, string][] = []
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line === '' || line.startsWith('#')) continue
    const at = line.indexOf('=')
    const name = line.slice(0, at).trim()
    if (at < 1 || name === '') report(`"${line}" is not a name=value line`, 'write one name=value per line')
    else if (entries.some(([known]) => known === name)) report(`"${name}" is given twice`, 'remove one of its lines')
    else entries.push([name, line.slice(at + 1).trim()])
  }
  return Object.fromEntries(entries)
}

/** A whole number within bounds; after a mistake, the lower bound. */
export function integer(text: string, [least, most]: readonly [number, number], report: Report): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= most) return value
  report(`"${text}" is not a whole number from ${least} to ${most}`, `write one, such as ${least}`)
  return least
}

/** Fingerprints of OpenPGP keys: one per line, 40 hex digits, perhaps with spaces; `#` begins a comment. */
export function fingerprints(text: string, report: Report): string[] {
  const found = new Set<string>()
  const words = text.split('\n').map((line) => line.replace(/#.*/, '').replace(/\s+/g, '').toUpperCase())
  if (words.every((word) => word === '')) report('the file names no key', 'write one fingerprint per line')
  for (const word of words.filter((each) => each !== '')) {
    if (/^[0-9A-F]{40}$/.test(word)) found.add(word)
    else report(`"${word}" is not a fingerprint`, 'write the full fingerprint of the key, 40 hex digits')
  }
  return [...found]
}

/** The template demands the same (packer/image/variables.pkr.hcl), but only when the images are planned. */
const MIRROR = /^https?:\/\/[A-Za-z0-9.:[\]-]+(\/[^\s'"?#]*)?$/

/** The base address of a mirror, without a trailing slash. */
export function mirrorAddress(text: string, report: Report): string | undefined {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    report(`"${text}" is not an address`, 'write http://HOST/PATH or https://HOST/PATH')
    return undefined
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    report(`"${text}" is neither http nor https`, 'write http://HOST/PATH or https://HOST/PATH')
  else if (url.username !== '' || url.password !== '')
    report('the address holds a user name or password', 'use a mirror without a password: the address appears in logs')
  else if (url.search !== '' || url.hash !== '') report(`"${text}" holds ? or #`, 'write only the base address')
  else if (!MIRROR.test(text))
    report(
      `"${text}" has a host or path that not every step can use`,
      'write a host of letters, digits, dots and hyphens, and a path without spaces and quotes',
    )
  return text.replace(/\/+$/, '')
}

/** Whether the text is an address range such as `203.0.113.7/32` or `2001:db8::/64`. */
export function isCidr(text: string): boolean {
  const [address = '', length = '', rest] = text.split('/')
  const family = isIP(address)
  return rest === undefined && family !== 0 && /^\d+$/.test(length) && Number(length) <= (family === 4 ? 32 : 128)
}

/** Parses a JSON or YAML map. Loads YAML's parser only if needed, since it costs a tenth of the action's start. */
export async function map(text: string, report: Report): Promise<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const { parse } = await import('yaml')
    try {
      value = parse(text)
    } catch (error) {
      report(`is neither JSON nor YAML: ${firstLine(error)}`, 'write a map, such as {"name": "value"}')
      return {}
    }
  }
  if (isMap(value)) return value
  report('is not a map of names to values', 'write a map, such as {"name": "value"}')
  return {}
}
