/**
 * `script/screenshot [MARKDOWN [PNG]]`: a screenshot of a job summary as GitHub shows it. Without arguments it makes
 * docs/pictures/job-summary.png from test/unit/report/fixtures/job-summary.md, which a rehearsal wrote.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { asHtml, chromium, styles } from './browser.ts'

/** GitHub's column on a desktop, in pixels. */
const WIDTH = 1012
const HEIGHT = 2000
/** For sharp letters on a dense display. */
const SCALE = 2

const root = join(import.meta.dirname, '..')
const [
  markdown = join(root, 'test/unit/report/fixtures/job-summary.md'),
  target = join(root, 'docs/pictures/job-summary.png'),
] = process.argv.slice(2)
const html = `<!doctype html><meta charset="utf-8"><style>${styles('light')}
  body { margin: 0 } .markdown-body { box-sizing: border-box; padding: 24px }
  </style><article class="markdown-body light">${asHtml(readFileSync(markdown, 'utf8'))}</article>`
const { png } = await chromium(html, { width: WIDTH, height: HEIGHT }, SCALE)
writeFileSync(target, trimmed(png))

/** Without the empty rows at the bottom, except a margin. */
function trimmed(png: Buffer): Buffer {
  const page = PNG.sync.read(png)
  const row = (y: number) => page.data.subarray(y * page.width * 4, (y + 1) * page.width * 4)
  const empty = row(page.height - 1)
  let height = page.height
  while (height > 1 && row(height - 1).equals(empty)) height--
  const cut = new PNG({ width: page.width, height: Math.min(page.height, height + 24 * SCALE) })
  PNG.bitblt(page, cut, 0, 0, cut.width, cut.height, 0, 0)
  return PNG.sync.write(cut, { colorType: 2, deflateLevel: 9 })
}
