/** docs/pictures/*.svg from docs/pictures/summary.md, the job summary of a rehearsal (`script/rehearse` leaves one in out/rehearsal). `npm run docs` */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

interface Section {
  readonly title: string
  readonly tables: readonly (readonly (readonly string[])[])[]
  readonly items: readonly string[]
}
interface Bar {
  readonly group: string
  readonly name: string
  /** Seconds since the start. */
  readonly from: number
  readonly to: number
}

/** Of a monospaced font of 12 pixels, with some room. */
const LETTER = 7.4
const ROW = 26
const WIDTH = 980
const LONGEST = 62

const asXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
/** A cell of our own markdown as a person reads it. */
const read = (cell: string) =>
  cell
    .trim()
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[`*]/g, '')

/** Headings with the tables and lists below each. */
export function sections(markdown: string): Section[] {
  const parts = markdown
    .replace(/^```[\s\S]*?^```/gm, '')
    .split(/^##+ /m)
    .slice(1)
  return parts.map((part) => {
    const [title = '', ...lines] = part.split('\n')
    const blocks = lines
      .join('\n')
      .split(/\n\s*\n/)
      .map((block) => block.trim().split('\n'))
    const tables = blocks
      .filter(([, dashes]) => /^\|( --- \|)+$/.test(dashes ?? ''))
      .map((rows) => rows.filter((_, at) => at !== 1).map((row) => row.slice(1, -1).split('|').map(read)))
    const items = blocks.flat().flatMap((line) => (line.startsWith('- ') ? [read(line.slice(2))] : []))
    return { title: read(title), tables, items }
  })
}

/** The bars of the summary's time chart. */
export function bars(markdown: string): Bar[] {
  let group = ''
  return (/```mermaid\n([\s\S]*?)```/.exec(markdown)?.[1] ?? '').split('\n').flatMap((line) => {
    const section = /^\s+section (.*)$/.exec(line)
    if (section) group = section[1] ?? ''
    const bar = /^\s+(\S+) .* :(\d+), (\d+)$/.exec(line)
    return bar ? [{ group, name: bar[1] ?? '', from: Number(bar[2]), to: Number(bar[3]) }] : []
  })
}

const svg = (
  height: number,
  title: string,
  body: readonly string[],
) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${asXml(title)}">
<style>
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328 }
.title { font: 600 18px system-ui, "Segoe UI", "DejaVu Sans", sans-serif } .heading { font: 600 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif } .head { font-weight: 600 }
.page { fill: #ffffff; stroke: #d1d9e0 } .cell { fill: none; stroke: #d1d9e0 } .band { fill: #f6f8fa } .bar { fill: #0969da } .own { fill: #8250df } .quiet { fill: #59636e }
@media (prefers-color-scheme: dark) {
text { fill: #f0f6fc } .page { fill: #0d1117; stroke: #3d444d } .cell { stroke: #3d444d } .band { fill: #151b23 } .bar { fill: #4493f8 } .own { fill: #ab7df8 } .quiet { fill: #9198a1 }
}
</style>
<rect class="page" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>
${body.join('\n')}
</svg>
`
const text = (x: number, y: number, words: string, kind = '') =>
  `<text x="${x}" y="${y}"${kind === '' ? '' : ` class="${kind}"`}>${asXml(words)}</text>`

/** The job summary: its title, tables, each of ten rows at most, and lists. */
export function summaryPicture(markdown: string): string {
  const body: string[] = []
  let y = 16
  const [first, ...others] = sections(markdown)
  for (const [at, section] of [first, ...others].entries()) {
    if (section === undefined || section.tables.length + section.items.length === 0) continue
    y += 26
    body.push(text(20, y, section.title, at === 0 ? 'title' : 'heading'))
    y += at === 0 ? 16 : 12
    for (const table of section.tables) {
      y =
        draw(
          body,
          table.map((row) => row.map((cell) => (cell.length > LONGEST ? `${cell.slice(0, LONGEST - 1)}…` : cell))),
          y,
        ) + 14
    }
    for (const item of section.items) {
      y += 18
      body.push(text(32, y, `• ${item}`))
    }
    if (section.items.length > 0) y += 14
  }
  return svg(y + 4, first?.title ?? '', body)
}

function draw(body: string[], rows: readonly (readonly string[])[], top: number): number {
  const shown = rows.slice(0, 11)
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...shown.map((row) => (row[at] ?? '').length)) * LETTER + 24)
  let y = top
  for (const [number, row] of shown.entries()) {
    let x = 20
    if (number > 0 && number % 2 === 0)
      body.push(
        `<rect class="band" x="20" y="${y}" width="${round(widths.reduce((a, b) => a + b, 0))}" height="${ROW}"/>`,
      )
    for (const [at, cell] of row.entries()) {
      body.push(`<rect class="cell" x="${round(x)}" y="${y}" width="${round(widths[at] ?? 0)}" height="${ROW}"/>`)
      body.push(text(round(x + 12), y + 17, cell, number === 0 ? 'head' : ''))
      x += widths[at] ?? 0
    }
    y += ROW
  }
  if (rows.length <= shown.length) return y
  body.push(text(32, y + 18, `and ${rows.length - shown.length} more`, 'quiet'))
  return y + 24
}

/** The walk of a build: what ran when, the action's own steps first. */
export function walkPicture(markdown: string): string {
  const all = bars(markdown)
  const end = Math.max(...all.map(({ to }) => to))
  const [left, right] = [150, WIDTH - 90]
  const scale = (seconds: number) => round(left + (seconds / end) * (right - left))
  const body: string[] = [text(20, 34, 'The walk of a build: what ran when', 'title')]
  let y = 44
  let group = ''
  for (const bar of all) {
    if (bar.group !== group) {
      group = bar.group
      y += 24
      body.push(text(20, y, group, 'heading'))
      y += 10
    }
    body.push(text(32, y + 14, bar.name))
    const width = Math.max(2, scale(bar.to) - scale(bar.from))
    body.push(
      `<rect class="${group === 'action' ? 'own' : 'bar'}" x="${scale(bar.from)}" y="${y + 3}" width="${round(width)}" height="14" rx="3"/>`,
    )
    body.push(text(round(scale(bar.from) + width + 6), y + 14, `${bar.to - bar.from} s`, 'quiet'))
    y += 22
  }
  return svg(y + 16, 'The walk of a build', body)
}

const round = (value: number) => Math.round(value * 10) / 10

if (import.meta.main) {
  const at = (name: string) => join(import.meta.dirname, '../docs/pictures', name)
  const markdown = readFileSync(at('summary.md'), 'utf8')
  writeFileSync(at('summary.svg'), summaryPicture(markdown))
  writeFileSync(at('walk.svg'), walkPicture(markdown))
}
