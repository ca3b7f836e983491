/** Estimates as markdown. */
import { folded } from '../markdown.js'
import type { Cost, Estimate, Sum } from './estimate.js'

const SOURCE = 'An estimate from list prices (`catalog/prices.json` has the source and date of each), not a bill.'

type Nearness = 'about' | 'at most'

/** `about $0.06`, `at most $12.30`, rounded up; sums below a cent are only called that. */
export function dollars(amount: number, nearness?: Nearness): string {
  if (amount === 0) return 'nothing'
  const cents = (Math.ceil(Math.round(amount * 1e6) / 1e4) / 100).toFixed(2)
  if (amount < 0.01 && nearness !== 'at most') return 'less than $0.01'
  return [nearness, `$${cents === '0.00' ? '0.01' : cents}`].filter(Boolean).join(' ')
}

/** A sum, with a note on missing prices. */
export function sumInWords({ known, atMost }: Sum, nearness?: Nearness): string {
  if (atMost !== undefined) return dollars(atMost, nearness)
  return known === 0 ? 'unknown' : `${dollars(known)} plus unknown costs`
}

/** The section of a plan's comment; empty if it builds nothing. */
export function estimateSection({ dollars: cost, minutes, unknown }: Estimate): string {
  if (cost === undefined) return ''
  const time =
    minutes === undefined ? [] : [`- time: at most ${minutes.atMost} minutes, the sum of the limits in the inputs`]
  return `### Cost and time, estimated\n\n${lines(cost, 'at most', time, unknown)}`
}

/** The folded section of a job summary; empty if nothing was built. */
export function spentSection({ dollars: cost, unknown }: Pick<Estimate, 'dollars' | 'unknown'>): string {
  if (cost === undefined) return ''
  return folded(escaped(`Cost, estimated: ${sumInWords(cost.build, 'about')}`), lines(cost, 'about', [], unknown))
}

function lines(cost: Cost, nearness: Nearness, time: readonly string[], unknown: readonly string[]): string {
  const items = [
    `- to build: ${sumInWords(cost.build, nearness)}`,
    `- to keep, each month: ${sumInWords(cost.month, 'at most')}`,
    ...time,
    ...(unknown.length === 0 ? [] : [`- unknown: ${unknown.join('; ')}`]),
  ]
  return escaped(`${SOURCE}\n\n${items.join('\n')}`)
}

/** Escapes dollar signs, which begin formulas in GitHub's markdown. */
const escaped = (text: string) => text.replaceAll('$', '&#36;')
