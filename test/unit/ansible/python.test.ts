/** Copies the runner's Python to an instance without one (packer/python). Here, a shell replaces SSH, and a directory the instance. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryDirectory } from '../support/temporary.js'

const bring = resolve(import.meta.dirname, '../../../packer/python/bring.sh')
const directory = temporaryDirectory()

/** Runs the copy, with these programs first in the instance's PATH. Its `sudo` only prints its arguments. */
function other(programs: Readonly<Record<string, string>>) {
  const bin = join(directory(), 'bin')
  mkdirSync(bin)
  for (const [name, text] of Object.entries({ sudo: 'cat >/dev/null </dev/null; shift; echo "$@"', ...programs }))
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  const done = spawnSync(bring, ['env', `PATH=${bin}:${process.env.PATH}`, 'sh', '-c'], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: done.status, stderr: done.stderr.trim(), stdout: done.stdout.trim().split('\n') }
}

test('an instance of another architecture is refused in one line', () => {
  expect(other({ uname: 'echo riscv64' })).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^the instance has no Python, and the one of this \S+ runner does not run on riscv64: use a runner of the instance's architecture$/,
    ),
    stdout: [''],
  })
}, 60_000)

test('that goes for an instance that cannot unpack it, too', () => {
  const { code } = other({ sudo: 'cat >/dev/null; exit 7' })
  expect(code).toBe(7)
}, 60_000)
