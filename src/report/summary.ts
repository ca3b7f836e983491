import { duration } from '../lib/duration.js'
import type { BuildResult, Failure, Phase } from '../model/result.js'
import { isWhole } from '../model/result.js'
import { slowest } from '../packer/events.js'
import { sentence } from './annotations.js'
import { label, plain, table, within } from './markdown.js'
import { versionTables } from './versions.js'

/** GitHub drops a step's summary that is larger. */
const LIMIT = 1024 * 1024
const MAX_ROWS = 2000
const MAX_FAILURES = 200

/** What the summary is made of. */
export interface SummaryFacts {
  readonly results: readonly BuildResult[]
  readonly phases: readonly Phase[]
  /** Failures that belong to no image. */
  readonly failures: readonly Failure[]
  readonly packer: string
  /** Calls that AWS put off. */
  readonly throttled?: number
  /** What not every run has. */
  readonly sections?: readonly { readonly title: string; readonly text: string }[]
}

/** The job summary: what was made, of which versions, what failed, and where the time went. */
export function summary(facts: SummaryFacts): string {
  const { results } = facts
  const built = results.filter(({ status }) => status === 'built')
  const existing = results.filter(({ status }) => status === 'existing')
  const failures = [...facts.failures, ...results.flatMap((result) => result.failures)]
  const before = existing.length === 0 ? '' : `, ${existing.length} existed`
  const count = results.length === 0 ? 'nothing was built' : `${built.length} of ${results.length} built${before}`
  const title = `## Kubernetes node images: ${count}`
  const sections = [
    { title: 'AMI IDs', text: `${title}\n\n${amiTable(results)}`.trimEnd() },
    ...(failures.length === 0 ? [] : [{ title: 'failures', text: failureList(failures) }]),
    { title: 'the tests', text: testTable(results) },
    ...(results.length === 0 ? [] : [{ title: 'versions', text: versionTable(results, facts.packer) }]),
    ...(facts.sections ?? []),
    { title: 'the time chart', text: gantt(facts) },
    { title: 'the slowest tasks', text: slowTasks(results) },
  ]
  return within(
    sections.filter(({ text }) => text !== ''),
    LIMIT,
  )
}

/** A policy to copy, folded. */
export function policySection(policy: string): string {
  return `### A policy with all that this job needs\n\n<details><summary>JSON</summary>\n\n\`\`\`json\n${policy.trim()}\n\`\`\`\n\n</details>`
}

function amiTable(results: readonly BuildResult[]): string {
  const rows = results.flatMap((result) => {
    const { image, status, amis, regions = {} } = result
    const row = (region: string, cell: string) => [plain(image.key), plain(region), cell]
    if (isWhole(result))
      return Object.entries(amis).map(([at, id]) => row(at, `\`${id}\`${status === 'existing' ? ' (existed)' : ''}`))
    const parts = Object.entries(regions).map(([at, { ami }]) =>
      row(at, ami === undefined ? '**failed**' : `\`${ami}\``),
    )
    return [row('', `**${status}**`), ...parts]
  })
  if (rows.length === 0) return ''
  return withRest(table(['Image', 'Region', 'AMI'], rows.slice(0, MAX_ROWS)), rows.length - MAX_ROWS, 'rows')
}

/** Failures as a section of their own. */
export function failureList(failures: readonly Failure[]): string {
  const items = failures.slice(0, MAX_FAILURES).map((failure) => {
    const { file, line = 1, message } = failure
    // A mistake in the config file names its place itself.
    const place = file === undefined || message.startsWith(`${file}:`) ? '' : ` (${plain(file)}:${line})`
    return `- ${plain(sentence(failure).slice(0, 2000))}${place}${details(failure)}`
  })
  return withRest(`### What went wrong\n\n${items.join('\n')}`, failures.length - MAX_FAILURES, 'failures')
}

/** Evidence, folded; as preformatted HTML, which nothing in it can leave. */
function details({ evidence = '' }: Failure): string {
  if (evidence === '') return ''
  const text = evidence.slice(-4000).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `\n  <details><summary>evidence</summary><pre>${text.replaceAll('\n', '&#10;')}</pre></details>`
}

/** What each check said, image by image; where not all have room, those that failed come first. */
function testTable(results: readonly BuildResult[]): string {
  const all = results.flatMap(({ image, test }) => (test?.checks ?? []).map((check) => ({ image, check })))
  const failed = all.filter(({ check }) => !check.passed)
  const ordered = all.length > MAX_ROWS ? [...failed, ...all.filter(({ check }) => check.passed)] : all
  const rows = ordered
    .slice(0, MAX_ROWS)
    .map(({ image, check }) => [
      plain(image.key),
      plain(`${check.level}/${check.name}`),
      check.passed ? 'passed' : '**failed**',
      plain(check.message.slice(0, 300)),
      plain(duration(check.seconds)),
    ])
  if (rows.length === 0) return ''
  const head = ['Image', 'Test', 'Result', 'What it saw', 'Time']
  const rest = all.length - rows.length
  const title = rest > 0 ? `### Tests\n\nWhat failed comes first; ${failed.length} of ${all.length} did.` : '### Tests'
  return withRest(`${title}\n\n${table(head, rows)}`, rest, 'rows')
}

function versionTable(results: readonly BuildResult[], packer: string): string {
  const images = results.slice(0, MAX_ROWS).map(({ image }) => ({ ...image, key: plain(image.key) }))
  return `### Versions\n\n${versionTables(images)}\n\nBuilt with Packer ${plain(packer)}.`
}

/** Where the time went: the action's own phases, then those of each image. Times count from the start. */
function gantt({ phases, results, throttled = 0 }: SummaryFacts): string {
  const all = [...phases, ...results.flatMap((result) => result.phases)]
  if (all.length === 0) return ''
  const start = Math.min(...all.map((phase) => phase.start))
  const bars = (list: readonly Phase[]) =>
    list.map((phase) => {
      const from = Math.round(phase.start - start)
      const to = Math.max(from + 1, Math.round(phase.start - start + phase.seconds))
      return `    ${label(phase.name)} ${label(duration(phase.seconds))} :${from}, ${to}`
    })
  const lines = ['gantt', '    dateFormat X', '    axisFormat %M:%S', '    section action', ...bars(phases)]
  for (const { image, phases: own } of results.slice(0, 50)) {
    if (own.length > 0) lines.push(`    section ${label(image.key)}`, ...bars(own))
  }
  const slowed = throttled === 0 ? '' : `\n\nAWS put off ${throttled} calls; each was made again.`
  return `### Where the time went\n\n\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`${slowed}`
}

function slowTasks(results: readonly BuildResult[]): string {
  const rows = results.flatMap(({ image, tasks }) =>
    slowest(tasks, 5).map((task) => [plain(image.key), plain(task.task), plain(duration(task.seconds))]),
  )
  if (rows.length === 0) return ''
  return `### Slowest tasks\n\n${withRest(table(['Image', 'Task', 'Time'], rows.slice(0, MAX_ROWS)), rows.length - MAX_ROWS, 'rows')}`
}

function withRest(text: string, rest: number, what: string): string {
  return rest > 0 ? `${text}\n\n_${rest} more ${what} are in the report directory._` : text
}
