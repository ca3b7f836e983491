/** Times the commands that people run, with an empty cache and again. What bootstrap installs with apt is installed already. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../test/rehearsal/local.ts'
import { atMost, type Figure } from './figures.ts'

/** Seconds of a command by the first and the second run with one cache, which is empty before. */
function twice(command: string): { first: number; second: number } {
  const cache = mkdtempSync(join(tmpdir(), 'k8s-image-bench-cache-'))
  const once = () => {
    const start = performance.now()
    const { status } = spawnSync(join(root, command), {
      cwd: root,
      env: { ...process.env, K8S_IMAGE_CACHE: cache },
      // Standard output is for the table.
      stdio: ['ignore', process.stderr, 'inherit'],
    })
    if (status !== 0) throw new Error(`${command} ended with ${status}`)
    return (performance.now() - start) / 1000
  }
  try {
    return { first: once(), second: once() }
  } finally {
    rmSync(cache, { recursive: true, force: true })
  }
}

export function rehearseFigures(): Figure[] {
  const { first, second } = twice('script/rehearse')
  return [
    atMost('script/rehearse with an empty cache', first / 60, 12, ' min', 1),
    atMost('script/rehearse again', second, 5, ' s', 1),
  ]
}

export function testFigures(): Figure[] {
  const { first, second } = twice('script/test')
  return [
    atMost('script/test with an empty cache', first / 60, 35, ' min', 1),
    atMost('script/test again', second / 60, 15, ' min', 1),
  ]
}
