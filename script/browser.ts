/**
 * Renders Markdown as GitHub does, in a headless browser. The renderer (micromark with GFM) and the styles (github-markdown-css) are
 * close to GitHub's. GitHub's sanitizer and diagrams are missing.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

export type Theme = 'light' | 'dark'

export const asHtml = (markdown: string): string =>
  micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] })

/** GitHub's styles for `.markdown-body`, with the theme as a second class, so that one page can show both themes. */
export const styles = (theme: Theme): string =>
  readFileSync(
    createRequire(import.meta.url).resolve(`github-markdown-css/github-markdown-${theme}.css`),
    'utf8',
  ).replaceAll('.markdown-body', `.markdown-body.${theme}`)

/** Debian's Chromium or Google Chrome. */
function browser(): string {
  const found = ['chromium', 'google-chrome'].find((name) => spawnSync('which', [name]).status === 0)
  if (found === undefined) throw new Error('chromium and google-chrome are missing: run script/bootstrap test')
  return found
}

/**
 * Starts Chromium once. Gives the page after its scripts have run, and a screenshot.
 *
 * @param scale pixels of the screenshot for each pixel of the page
 */
export async function chromium(
  html: string,
  { width, height }: { readonly width: number; readonly height: number },
  scale = 1,
): Promise<{ dom: string; png: Buffer }> {
  const home = mkdtempSync(join(tmpdir(), 'k8s-image-page-'))
  try {
    writeFileSync(join(home, 'page.html'), html)
    const child = spawn(
      browser(),
      [
        // Chromium cannot sandbox root. The page is our own and fetches nothing.
        ...[
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          '--hide-scrollbars',
          '--no-first-run',
        ],
        ...[
          '--disable-background-networking',
          '--host-resolver-rules=MAP * ~NOTFOUND',
          `--user-data-dir=${home}/profile`,
        ],
        ...[
          `--window-size=${width},${height}`,
          `--force-device-scale-factor=${scale}`,
          `--screenshot=${home}/page.png`,
          '--dump-dom',
          `file://${home}/page.html`,
        ],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, HOME: home } },
    )
    let dom = ''
    let errors = ''
    child.stdout.setEncoding('utf8').on('data', (part) => {
      dom += part
    })
    child.stderr.setEncoding('utf8').on('data', (part) => {
      errors += part
    })
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
    if (code !== 0) throw new Error(`chromium ended with ${code}: ${errors.slice(-2000)}`)
    return { dom, png: readFileSync(join(home, 'page.png')) }
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}
