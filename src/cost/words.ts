/** Estimates in words, as markdown. */
import type { Cost, Estimate, Sum } from './estimate.js'

const SOURCE = 'An estimate from list prices (`catalog/prices.json` has the source and date of each), not a bill.'

/** `$0.06`, `$12.30`, rounded up; what is less than a cent says so. */
export function dollars(amount: number): string {
  if (amount > 0 && amount < 0.01) return 'less than $0.01'
  return `$${(Math.ceil(Math.round(amount * 1e6) / 1e4) / 100).toFixed(2)}`
}

/** A sum; where something in it has no price, that is said. */
export function sumInWords({ known, atMost }: Sum, most = ''): string {
  if (atMost !== undefined) return `${most}${dollars(atMost)}`
  return known === 0 ? 'unknown' : `${dollars(known)} and what is unknown`
}

/** What is to be built, before: a section for a plan's comment; empty when nothing is. */
export function estimateSection({ dollars: cost, minutes, unknown }: Estimate): string {
  if (cost === undefined) return ''
  const time =
    minutes === undefined ? [] : [`- time: at most ${minutes.atMost} minutes, by the limits that the inputs set`]
  return section('Cost and time, estimated', cost, 'at most ', time, unknown)
}

/** What was built: a section for the job summary; empty when nothing was. */
export function spentSection({ dollars: cost, unknown }: Pick<Estimate, 'dollars' | 'unknown'>): string {
  return cost === undefined ? '' : section('Cost, estimated', cost, 'about ', [], unknown)
}

function section(title: string, cost: Cost, most: string, time: string[], unknown: readonly string[]): string {
  const lines = [
    `- to build: ${sumInWords(cost.build, most)}`,
    `- to keep, each month: ${sumInWords(cost.month, 'at most ')}`,
    ...time,
    ...(unknown.length === 0 ? [] : [`- unknown: ${unknown.join('; ')}`]),
  ]
  // A dollar sign begins a formula in GitHub's markdown.
  return `### ${title}\n\n${SOURCE}\n\n${lines.join('\n')}`.replaceAll('$', '&#36;')
}
