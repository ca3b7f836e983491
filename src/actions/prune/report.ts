/** The results of pruning and sweeping: for people, for logs, and as JSON. */
import { KUBERNETES_TAG, OS_TAG } from '../../aws/ec2.js'
import { plain, table } from '../../report/markdown.js'
import type { Outcome } from './act.js'
import type { AgeDecision } from './by-age.js'
import type { Decision } from './decide.js'

/** A row of the table: the action for one resource, the reason, and the result. */
export interface Row {
  readonly region: string
  readonly kind: string
  readonly id: string
  readonly name: string
  /** `keep`, `deprecate`, `unprotect`, `deregister`, `delete`. */
  readonly action: string
  readonly reason: string
  /** `none` for kept resources, `dry run`, `done`, or `failed: …`. */
  readonly result: string
}

/** An AMI's row, with facts by which people recognize it. */
export interface AmiRow extends Row {
  readonly os: string
  readonly arch: string
  readonly kubernetes: string
  /** ISO 8601; empty if EC2 has none. */
  readonly created: string
  readonly deprecated: string
}

/** An AMI's row; without an outcome, nothing was tried. */
export function amiRow({ ami, action, reason }: Decision, outcome: Outcome | undefined): AmiRow {
  return {
    region: ami.region,
    kind: 'image',
    id: ami.id,
    name: ami.name,
    os: ami.tags[OS_TAG] ?? '',
    arch: ami.arch,
    kubernetes: ami.tags[KUBERNETES_TAG] ?? '',
    created: iso(ami.created),
    deprecated: iso(ami.deprecated),
    action,
    reason,
    result: resultOf(action, outcome),
  }
}

/** The row of a snapshot from a killed prune. */
export function snapshotRow(region: string, id: string, outcome: Outcome | undefined): Row {
  const reason = 'its AMI was deregistered by a run that was then killed'
  return { region, kind: 'snapshot', id, name: '', action: 'delete', reason, result: resultOf('delete', outcome) }
}

/** The row of a killed run's leftover. */
export function leftoverRow({ resource, action, reason }: AgeDecision, outcome: Outcome | undefined): Row {
  const { region, kind, id, name } = resource
  const word = action === 'keep' ? 'keep' : 'delete'
  return { region, kind, id, name, action: word, reason, result: resultOf(word, outcome) }
}

function resultOf(action: string, outcome: Outcome | undefined): string {
  if (action === 'keep') return 'none'
  if (outcome === undefined) return 'dry run'
  if (!outcome.done) return `failed: ${outcome.why}`
  return outcome.note === undefined ? 'done' : `done; ${outcome.note}`
}

const iso = (seconds: number | undefined) =>
  seconds === undefined || !Number.isFinite(seconds) ? '' : new Date(seconds * 1000).toISOString()

export interface PruneReport {
  readonly dryRun: boolean
  readonly amis: readonly AmiRow[]
  readonly snapshots: readonly Row[]
  /** Undefined without a sweep. */
  readonly leftovers: readonly Row[] | undefined
  /** Regions that could not be read, and why. */
  readonly unread: readonly { readonly region: string; readonly why: string }[]
}

/** Whether all regions were read and all decisions were carried out. */
export function isWhole({ amis, snapshots, leftovers = [], unread }: PruneReport): boolean {
  return unread.length === 0 && ![...amis, ...snapshots, ...leftovers].some(({ result }) => result.startsWith('failed'))
}

/** Every output of the action by name, as prune/action.yml declares them. */
export function pruneOutputs({ amis, snapshots, leftovers = [] }: PruneReport): Record<string, string> {
  const count = (action: string) => String(amis.filter((row) => row.action === action).length)
  return {
    images: JSON.stringify([...amis, ...snapshots]),
    kept: count('keep'),
    deprecated: count('deprecate'),
    deregistered: count('deregister'),
    leftovers: JSON.stringify(leftovers),
    failed: String([...amis, ...snapshots, ...leftovers].filter(({ result }) => result.startsWith('failed')).length),
  }
}

/** One log line per removed resource, and the number of kept ones. */
export function logLines({ dryRun, amis, snapshots, leftovers = [], unread }: PruneReport): string[] {
  const all = [...amis, ...snapshots, ...leftovers]
  const going = all.filter(({ action }) => action !== 'keep')
  const failed = going.filter(({ result }) => result.startsWith('failed')).length
  return [
    ...going.map((row) => `${row.region} ${row.id} ${row.name}: ${row.action} (${row.result}): ${row.reason}`),
    ...unread.map(({ region, why }) => `${region}: ${why}`),
    `${all.length - going.length} kept, ${going.length - failed} ${dryRun ? 'to prune' : 'pruned'}${failed > 0 ? `, ${failed} failed` : ''}`,
  ]
}

/** Most rows per table in the summary; the outputs have all. */
const MAX_ROWS = 1000

/** The job summary. */
export function pruneSummary(report: PruneReport): string {
  const { dryRun, amis, snapshots, leftovers, unread } = report
  const parts = [`## Kubernetes node images: ${dryRun ? 'what pruning would do' : 'pruned'}`]
  if (dryRun) parts.push('A dry run: nothing was changed. Set `dry-run: false` to prune.')
  if (unread.length > 0)
    parts.push(unread.map(({ region, why }) => `- **${plain(region)} was not read**: ${plain(why)}`).join('\n'))
  const head = ['Region', 'AMI', 'Contents', 'Made', 'Action', 'Why', 'Result']
  const rows = amis.map((row) => [
    plain(row.region),
    `\`${row.id}\``,
    plain(`${row.name} (${row.os} ${row.arch} ${row.kubernetes})`),
    plain(row.created.slice(0, 10)),
    row.action === 'keep' ? 'keep' : `**${row.action}**`,
    plain(row.reason),
    row.result === 'none' ? '' : plain(row.result),
  ])
  parts.push(rows.length === 0 ? 'There are no AMIs of this action.' : cut(head, rows))
  const rest = [...snapshots, ...(leftovers ?? [])]
  if (leftovers !== undefined || rest.length > 0) {
    parts.push('### Leftovers of killed runs')
    const cells = rest.map((row) => [
      plain(row.region),
      plain(row.kind),
      `\`${row.id}\``,
      row.action === 'keep' ? 'keep' : `**${row.action}**`,
      plain(row.reason),
      row.result === 'none' ? '' : plain(row.result),
    ])
    parts.push(cells.length === 0 ? 'Nothing.' : cut(['Region', 'Kind', 'ID', 'Action', 'Why', 'Result'], cells))
  }
  return `${parts.join('\n\n')}\n`
}

function cut(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const text = table(head, rows.slice(0, MAX_ROWS))
  return rows.length > MAX_ROWS ? `${text}\n\n_${rows.length - MAX_ROWS} more rows are in the outputs._` : text
}
