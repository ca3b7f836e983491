/**
 * Measures markdown in a browser: what overflows its column, and which tables did not render as tables.
 *
 * `node test/workflow/page.ts` reads a JSON list of `Page` and writes a `Look` for each. It is a separate process, because jest reads
 * millions of pixels twenty times more slowly.
 */
import { text } from 'node:stream/consumers'
import { PNG } from 'pngjs'
import { asHtml, chromium, styles } from '../../script/browser.ts'

export interface View {
  /** Width of GitHub's text column, in pixels. */
  readonly width: number
  readonly theme: 'light' | 'dark'
}

export interface Page extends View {
  readonly markdown: string
  /** Longer than the screenshot, so it is only measured. Such pages come last, below the others. */
  readonly isLong?: boolean
}

interface Seen {
  /** The column's place on the screenshot. */
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number }
  /** The visible text of cells, by table and row. */
  readonly tables: readonly (readonly (readonly string[])[])[]
  readonly problems: readonly string[]
}

export interface Look extends Seen {
  /** The column with the lane beside it, base64. */
  readonly png: string
}

/** Width of the empty lane beside a column, where the screenshot shows text that leaves the column. */
const BESIDE = 200
const WINDOW = { width: 2800, height: 7600 }
const BACKGROUND = { light: '#ffffff', dark: '#0d1117' }

/** Runs in the page, so it is a string. Measures each column's place, tables and problems. */
const MEASURE = String.raw`function measure(column) {
  for (const each of column.querySelectorAll('details')) each.open = true
  const problems = []
  const words = (element) => element.textContent.trim().slice(0, 60)
  const box = column.getBoundingClientRect()
  const scrolls = (element) =>
    element !== column &&
    (['auto', 'scroll', 'hidden'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement))
  for (const element of column.querySelectorAll('*'))
    if (element.getBoundingClientRect().right > box.right + 1 && !scrolls(element.parentElement))
      problems.push('<' + element.localName + '> leaves the column: ' + words(element))
  if (column.scrollWidth > column.clientWidth + 1) problems.push('the column scrolls sideways')
  for (const table of column.querySelectorAll('table'))
    if (box.width >= 900 && table.scrollWidth > table.clientWidth + 1)
      problems.push('a table hides ' + (table.scrollWidth - table.clientWidth) + ' pixels at its right: ' + words(table))
  for (const cell of column.querySelectorAll('td, th'))
    if (cell.textContent.trim().length > 20 && cell.clientWidth < 60)
      problems.push('a cell is squeezed to ' + cell.clientWidth + ' pixels: ' + words(cell))
  const texts = document.createTreeWalker(column, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const { parentElement, textContent } = texts.currentNode
    if (parentElement.closest('table, pre, code') === null && /^\s*\|.*\|\s*$/m.test(textContent))
      problems.push("a table's lines are shown as text: " + textContent.trim().slice(0, 60))
  }
  const tables = [...column.querySelectorAll('table')].map((table) =>
    [...table.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.textContent.trim())))
  return { box: { left: box.left, top: box.top, width: box.width, height: box.height }, tables, problems }
}
addEventListener('load', () => {
  const seen = [...document.querySelectorAll('.markdown-body')].map(measure)
  document.getElementById('seen').textContent = JSON.stringify(seen).replaceAll('<', '\u003c')
})`

/** The expected tables of a markdown text. A table is a head, its line of dashes, and the rows below. */
function expectedTables(markdown: string): { rows: number; columns: number; ragged: readonly string[] }[] {
  const lines = markdown.replace(/^```[\s\S]*?^```/gm, '').split('\n')
  const cells = (line: string) => line.replace(/^\||\|$/g, '').split(/(?<!\\)\|/).length
  return lines.flatMap((line, at) => {
    if (!/^\|( ?--- ?\|)+$/.test(line)) return []
    const end = lines.findIndex((each, row) => row > at && !each.startsWith('|'))
    const rows = lines.slice(at + 1, end < 0 ? undefined : end)
    const columns = cells(line)
    return [
      { rows: rows.length + 1, columns, ragged: rows.filter((row) => cells(row) !== columns || !row.endsWith('|')) },
    ]
  })
}

/** Measures all pages in one start of Chromium. */
async function look(pages: readonly Page[]): Promise<Look[]> {
  const columns = pages.map(({ markdown, width, theme }) => {
    return `<div class="lane" style="width: ${width + BESIDE}px; background: ${BACKGROUND[theme]}">
      <article class="markdown-body ${theme}" style="width: ${width}px">${asHtml(markdown)}</article></div>`
  })
  const html = `<!doctype html><meta charset="utf-8"><style>${styles('light')}${styles('dark')}
    body { margin: 0; width: ${WINDOW.width}px; display: flex; flex-wrap: wrap; align-items: flex-start; }
    .lane { overflow: hidden; } .markdown-body { box-sizing: border-box; padding: 16px; }
    </style>${columns.join('\n')}<script type="application/json" id="seen"></script><script>${MEASURE}</script>`
  const { dom, png } = await chromium(html, WINDOW)
  const found = /<script type="application\/json" id="seen">([\s\S]*?)<\/script>/.exec(dom)?.[1]
  if (!found) throw new Error(`Chromium measured nothing: ${dom.slice(-500)}`)
  const picture = PNG.sync.read(png)
  const all: readonly Seen[] = JSON.parse(found)
  if (all.length !== pages.length) throw new Error(`${pages.length} pages became ${all.length}`)
  return all.map((seen, at) => judge(seen, pages[at] as Page, picture))
}

function judge(seen: Seen, { markdown, theme, width, isLong = false }: Page, picture: PNG): Look {
  const tables = expectedTables(markdown)
  const ragged = tables.flatMap((table) => table.ragged.map((row) => `a row has not the columns of its table: ${row}`))
  const shapes = (list: readonly { rows: number; columns: number }[]) =>
    list.map(({ rows, columns }) => `${rows} x ${columns}`).join(', ')
  const shown = seen.tables.map((rows) => ({ rows: rows.length, columns: rows[0]?.length ?? 0 }))
  const lost = shapes(shown) === shapes(tables) ? [] : [`tables are ${shapes(shown)}, and should be ${shapes(tables)}`]
  if (isLong) return { ...seen, problems: [...seen.problems, ...ragged, ...lost], png: '' }
  const { left, top, height } = seen.box
  const area = { left: left + width, top, width: BESIDE, height }
  const stained = isPlain(picture, area, BACKGROUND[theme]) ? [] : ['something is painted beside the column']
  const cut = top + height > picture.height ? [`it ends below the screenshot, at ${top + height}`] : []
  const problems = [...seen.problems, ...ragged, ...lost, ...stained, ...cut]
  return { ...seen, problems, png: part(picture, { ...seen.box, width: width + BESIDE }) }
}

function isPlain({ width, height, data }: PNG, area: Seen['box'], colour: string): boolean {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  for (let y = Math.ceil(area.top); y < Math.min(height, Math.floor(area.top + area.height)); y++)
    for (let x = area.left; x < Math.min(width, area.left + area.width); x++) {
      const at = (y * width + x) * 4
      if (data[at] !== red || data[at + 1] !== green || data[at + 2] !== blue) return false
    }
  return true
}

function part(picture: PNG, { left, top, width, height }: Seen['box']): string {
  const [x, y] = [Math.round(left), Math.round(top)]
  const cut = new PNG({
    width: Math.min(width, picture.width - x),
    height: Math.max(1, Math.min(Math.ceil(height), picture.height - y)),
  })
  if (y < picture.height) PNG.bitblt(picture, cut, x, y, cut.width, cut.height, 0, 0)
  return PNG.sync.write(cut).toString('base64')
}

if (import.meta.main) process.stdout.write(JSON.stringify(await look(JSON.parse(await text(process.stdin)))))
