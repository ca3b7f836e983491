import { duration } from '../lib/duration.js'
import type { BuildResult, Failure, Phase } from '../model/result.js'
import { isWhole } from '../model/result.js'
import { slowest } from '../packer/events.js'
import { sentence } from './annotations.js'
import { folded, label, plain, table, within } from './markdown.js'
import { versionTables } from './versions.js'

/** GitHub drops larger summaries. */
const LIMIT = 1024 * 1024
const MAX_ROWS = 2000
/** Most AMI IDs in the table of images. */
const MAX_AMIS = 5000
const MAX_FAILURES = 200
/** Most failures with unfolded evidence. */
const MAX_OPEN = 10
/** Most unfolded regions per image. */
const MAX_REGIONS = 4

/** A part of the summary; `title` names it in the note on missing parts. */
export interface Section {
  readonly title: string
  readonly text: string
}

export interface SummaryFacts {
  readonly results: readonly BuildResult[]
  readonly phases: readonly Phase[]
  /** Failures without an image. */
  readonly failures: readonly Failure[]
  readonly packer: string
  /** Number of calls that AWS throttled. */
  readonly throttled?: number
  readonly sections?: readonly Section[]
}

/** The job summary: one row per image, then failures with their evidence. Everything else is folded. */
export function summary(facts: SummaryFacts): string {
  const { results } = facts
  const failures = [...facts.failures, ...results.flatMap((result) => result.failures)]
  const sections = [
    { title: 'AMI IDs', text: `## Kubernetes node images: ${count(results)}\n\n${imageTable(results)}`.trimEnd() },
    ...(failures.length === 0 ? [] : [{ title: 'failures', text: failureList(failures) }]),
    { title: 'the tests', text: testSection(results) },
    ...(results.length === 0 ? [] : [{ title: 'versions', text: versionSection(results, facts.packer) }]),
    ...(facts.sections ?? []),
    { title: 'the time chart', text: timeChart(facts) },
    { title: 'the slowest tasks', text: slowTasks(results) },
  ]
  return within(
    sections.filter(({ text }) => text !== ''),
    LIMIT,
  )
}

/** A policy to copy, folded. */
export function policySection(policy: string): string {
  return folded('An IAM policy with everything this job needs', `\`\`\`json\n${policy.trim()}\n\`\`\``)
}

function count(results: readonly BuildResult[]): string {
  if (results.length === 0) return 'nothing was built'
  const of = (status: BuildResult['status']) => results.filter((result) => result.status === status).length
  const existed = of('existing') === 0 ? '' : `, ${of('existing')} existed`
  return `${of('built')} of ${results.length} built${existed}`
}

/** One row per image. The most important columns come first, since a narrow screen cuts off the right ones. */
function imageTable(results: readonly BuildResult[]): string {
  if (results.length === 0) return ''
  let amis = 0
  const shown = results.filter((result) => {
    amis += Math.max(1, regionCells(result).length)
    return amis <= MAX_AMIS
  })
  const rows = shown.map((result) => [
    plain(result.image.key),
    outcome(result),
    foldedCell(regionCells(result)),
    plain(result.image.node.kubernetesVersion),
    plain(result.image.node.containerd.version),
    wallTime(result.phases),
  ])
  const head = ['Image', 'Result', 'AMIs', 'Kubernetes', 'containerd', 'Time']
  return withRest(table(head, rows), results.length - shown.length, 'images')
}

function outcome({ status, test }: BuildResult): string {
  const words = { built: 'built', existing: 'existed', failed: '**failed**', cancelled: '**cancelled**' }[status]
  return test?.passed ? `${words}, passed \`${test.level}\`` : words
}

/** A cell's lines, failures first. */
function regionCells(result: BuildResult): string[] {
  const line = (region: string, ami: string) => `${plain(region)} \`${ami}\``
  if (isWhole(result)) return Object.entries(result.amis).map(([region, ami]) => line(region, ami))
  const regions = Object.entries(result.regions ?? {})
  return [
    ...regions.flatMap(([region, { ami }]) => (ami === undefined ? [`${plain(region)} **failed**`] : [])),
    ...regions.flatMap(([region, { ami }]) => (ami === undefined ? [] : [line(region, ami)])),
  ]
}

/** All lines if there are few; otherwise the first ones, and the rest folded. */
function foldedCell(lines: readonly string[]): string {
  if (lines.length <= MAX_REGIONS) return lines.join('<br>')
  const rest = lines.slice(MAX_REGIONS - 1)
  const open = lines.slice(0, MAX_REGIONS - 1).join('<br>')
  return `${open}<details><summary>${rest.length} more regions</summary>${rest.join('<br>')}</details>`
}

/** From the start of the first phase to the end of the last. */
function wallTime(phases: readonly Phase[]): string {
  if (phases.length === 0) return ''
  const start = Math.min(...phases.map((phase) => phase.start))
  return plain(duration(Math.max(...phases.map((phase) => phase.start + phase.seconds)) - start))
}

export function failureList(failures: readonly Failure[]): string {
  const items = failures.slice(0, MAX_FAILURES).map((failure, at) => {
    const { file, line = 1, message } = failure
    // A mistake in the config file already includes its place.
    const place = file === undefined || message.startsWith(`${file}:`) ? '' : ` (${plain(file)}:${line})`
    return `- ${plain(sentence(failure).slice(0, 2000))}${place}${evidenceOf(failure, at < MAX_OPEN)}`
  })
  return withRest(`### What failed\n\n${items.join('\n')}`, failures.length - MAX_FAILURES, 'failures')
}

/** Evidence as preformatted, escaped HTML. */
function evidenceOf({ evidence = '' }: Failure, isOpen: boolean): string {
  if (evidence === '') return ''
  const text = evidence.slice(-4000).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const tag = isOpen ? '<details open>' : '<details>'
  return `\n  ${tag}<summary>Evidence</summary><pre>${text.replaceAll('\n', '&#10;')}</pre></details>`
}

/** All checks of all images. If there is no room for all, failed ones come first. */
function testSection(results: readonly BuildResult[]): string {
  const all = results.flatMap(({ image, test }) => (test?.checks ?? []).map((check) => ({ image, check })))
  if (all.length === 0) return ''
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
  const head = ['Image', 'Test', 'Result', 'Finding', 'Time']
  const failures = failed.length === 0 ? '' : `, ${failed.length} failed`
  const title = `Tests: ${all.length - failed.length} passed${failures}`
  return folded(title, withRest(table(head, rows), all.length - rows.length, 'rows'))
}

function versionSection(results: readonly BuildResult[], packer: string): string {
  const images = results.slice(0, MAX_ROWS).map(({ image }) => ({ ...image, key: plain(image.key) }))
  return folded('Versions and digests', `${versionTables(images)}\n\nBuilt with Packer ${plain(packer)}.`)
}

/** Times from the start: the action's own phases, then those of each image. */
function timeChart({ phases, results, throttled = 0 }: SummaryFacts): string {
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
  const slowed = throttled === 0 ? '' : `\n\nAWS throttled ${throttled} calls; the action repeated each.`
  return folded('Where the time went', `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\`${slowed}`)
}

function slowTasks(results: readonly BuildResult[]): string {
  const rows = results.flatMap(({ image, tasks }) =>
    slowest(tasks, 5).map((task) => [plain(image.key), plain(task.task), plain(duration(task.seconds))]),
  )
  if (rows.length === 0) return ''
  const shown = table(['Image', 'Task', 'Time'], rows.slice(0, MAX_ROWS))
  return folded('Slowest tasks', withRest(shown, rows.length - MAX_ROWS, 'rows'))
}

function withRest(text: string, rest: number, what: string): string {
  return rest > 0 ? `${text}\n\n_${rest} more ${what} are in the report directory._` : text
}
