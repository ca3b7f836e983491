/** script/server.ts with real programs that die. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endOf, hasEnded } from '../../script/child.ts'
import { startServer } from '../../script/server.ts'
import { findSource } from '../../script/upstream.ts'

let program: string
beforeEach(() => {
  program = join(mkdtempSync(join(tmpdir(), 'k8s-image-unit-')), 'program')
})
afterEach(() => rmSync(join(program, '..'), { recursive: true }))

/** Starts a shell script. Its second argument is the ready file. */
function start(script: string) {
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return startServer(program, ['x'], 600)
}

test.each([
  ['a signal', 'echo why >&2; kill -KILL $$', /ended \(SIGKILL\): why\n$/],
  ['an exit code', 'echo why; exit 3', /ended \(exit code 3\): why\n$/],
])('does not wait for the limit after %s', async (_, script, message) => {
  await expect(start(script)).rejects.toThrow(message)
})

test('a program that does not exist is an error', async () => {
  await expect(startServer(program, [], 600)).rejects.toThrow(/ended \(spawn .* ENOENT\)/)
  const mirror = findSource(program, () => {}, { from: 'source', level: 'none', versions: [] })
  await expect(mirror).rejects.toThrow(/ended \(spawn .* ENOENT\) before it served/)
})

test.each(['SIGKILL', 'SIGTERM'] as const)('stop returns for a server that %s has ended', async (signal) => {
  const { child, stop } = await start('echo {} >"$3"; exec cat')
  const ended = endOf(child)
  child.kill(signal)
  expect(await ended).toBe(signal)
  expect(hasEnded(child)).toBe(true)
  await stop()
  await stop()
})

test('stop closes the standard input of one that runs', async () => {
  const { child, stop } = await start('echo {} >"$3"; exec cat')
  expect(hasEnded(child)).toBe(false)
  await stop()
  expect(child.exitCode).toBe(0)
})
