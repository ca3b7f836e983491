/** script/rehearse --keep as a process, with programs in place of EC2 and the mirror: what ends while both are prepared. */
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { endOf } from '../../script/child.ts'

let directory: string
const at = (name: string) => join(directory, name)
const program = (name: string, script: string) => writeFileSync(at(name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-image-unit-'))
  cpSync('script', at('script'), { recursive: true })
  cpSync('package.json', at('package.json'))
  mkdirSync(at('rehearsal'))
  // It never gets ready.
  program('rehearsal/start', `echo $$ >${at('partial')}; mv ${at('partial')} ${at('pid')}; exec sleep 60`)
})
afterEach(() => rmSync(directory, { recursive: true }))

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test.each([
  ['a mirror that does not start', `while [ ! -e pid ]; do sleep 0.1; done; exit 3`, undefined, 'exit code 1'],
  ['Ctrl-C', 'exec cat', 'SIGINT', 'exit code 130'],
  ['SIGTERM', 'exec cat', 'SIGTERM', 'exit code 130'],
] as const)(
  'EC2 ends after %s',
  async (_, mirror, signal, ending) => {
    program('script/mirror', mirror)
    const child = spawn(
      process.execPath,
      ['script/rehearse.ts', '--keep', '--from', 'source', '--account', at('account')],
      {
        cwd: directory,
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    )
    const ended = endOf(child)
    const early = ended.then((how) => {
      if (!existsSync(at('pid'))) throw new Error(how)
    })
    while (!existsSync(at('pid'))) await Promise.race([pause(50), early])
    if (signal !== undefined) child.kill(signal)
    expect(await ended).toBe(ending)
    expect(isRunning(Number(readFileSync(at('pid'), 'utf8')))).toBe(false)
  },
  20_000,
)
