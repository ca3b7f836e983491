/** The report of a verification. Of the account's IDs, it has only those of leftovers. Pure. */
import { plain, table } from '../../src/report/markdown.ts'
import { differences, type Exchange } from './compare.ts'

/** The results on one side: AWS or the local EC2. */
export interface Side {
  readonly name: string
  /** In order; steps that did not run are missing. */
  readonly steps: readonly { readonly name: string; readonly seconds: number; readonly code: number | null }[]
  /** Seconds by phase of the build (timings.json). */
  readonly phases: Readonly<Record<string, number>>
  /** The lines of the action's own estimate. */
  readonly cost: readonly string[]
  /** Leftovers. */
  readonly left: readonly string[]
  readonly notes: readonly string[]
  readonly exchanges: readonly Exchange[]
}

/** A text with `ami-…` for each ID of EC2, and `…` for each account. */
const withoutIds = (text: string) => text.replace(/\b([a-z]+)-[0-9a-f]{8,17}\b/g, '$1-…').replace(/\b\d{12}\b/g, '…')

/** Whether every step succeeded and nothing is left. */
export const isWhole = ({ steps, left }: Side) => left.length === 0 && steps.every(({ code }) => code === 0)

/** @param aws undefined without an account */
export function report(aws: Side | undefined, local: Side): string {
  const sides = aws === undefined ? [local] : [aws, local]
  const left = sides.flatMap((side) =>
    side.left.map((one) => `**Left in ${side.name}: ${plain(one).replaceAll('&#58;', ':')}**`),
  )
  const parts = ['# One job on AWS and on the local EC2', ...(left.length === 0 ? ['Nothing is left.'] : left)]
  if (aws === undefined) parts.push('No account was asked: there are no credentials in the environment.')
  parts.push(...sides.flatMap(({ name, notes }) => notes.map((note) => `${name}: ${plain(withoutIds(note))}`)))
  parts.push(
    '## Times',
    times(sides),
    '## Cost',
    ...sides.map(({ name, cost }) => `${name}: ${cost.join('; ') || 'unknown'}`),
  )
  if (aws !== undefined) parts.push('## What AWS answered otherwise', answers(aws, local))
  return `${parts.join('\n\n')}\n`
}

function times(sides: readonly Side[]): string {
  const names = (rows: (side: Side) => readonly string[]) => [...new Set(sides.flatMap(rows))]
  const seconds = (value: number | undefined) => (value === undefined ? '' : `${Math.round(value)} s`)
  const step = (side: Side, name: string) => side.steps.find((one) => one.name === name)
  const failed = (side: Side, name: string) => ((step(side, name)?.code ?? 0) === 0 ? '' : ' (failed)')
  return table(
    ['', ...sides.map(({ name }) => name)],
    [
      ...names(({ steps }) => steps.map(({ name }) => name)).map((name) => [
        name,
        ...sides.map((side) => seconds(step(side, name)?.seconds) + failed(side, name)),
      ]),
      ...names(({ phases }) => Object.keys(phases)).map((name) => [
        name,
        ...sides.map(({ phases }) => seconds(phases[name])),
      ]),
    ],
  )
}

function answers(aws: Side, local: Side): string {
  const found = differences(aws.exchanges, local.exchanges)
  if (found.length === 0) return 'Nothing.'
  const rows = found.map(({ action, kind, onlyAws, onlyLocal }) => [
    action,
    kind,
    onlyAws.join('<br>'),
    onlyLocal.join('<br>'),
  ])
  return table(['Action', 'What', 'Only AWS', 'Only the local EC2'], rows).replaceAll('|  |', '| |')
}
