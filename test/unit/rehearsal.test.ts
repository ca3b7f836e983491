/** The screen of script/rehearse, and its persistent account. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Account, openAccount, type Wish } from '../../script/rehearsal/ec2.ts'
import { about, openScreen } from '../../script/rehearsal/screen.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-image-unit-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

describe('the screen', () => {
  test('one line per step; the log has the rest, and a failure shows its end', async () => {
    const shown: string[] = []
    const file = join(directory, 'out/rehearsal.log')
    const screen = openScreen(file, 2, (line) => shown.push(line))
    await screen.step('EC2 and downloads', async () => screen.log('Get:1 trixie InRelease', true), 100)
    const failing = screen.step('build', async () => {
      for (let line = 1; line <= 30; line++) screen.log(`compiler says ${line}`)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(shown).toEqual(['1 of 2  EC2 and downloads (about 2 min)', '2 of 2  build'])
    screen.tail()
    expect(shown.slice(2)).toEqual([
      `the last lines of ${file}:`,
      ...Array.from({ length: 15 }, (_, at) => `  compiler says ${at + 16}`),
    ])
    expect(readFileSync(file, 'utf8')).toContain('Get:1 trixie InRelease\n2 of 2  build\n')
  })

  test.each([
    [0.2, 'about 1 s'],
    [59, 'about 59 s'],
    [260, 'about 4 min'],
  ])('%d s are %s', (seconds, text) => {
    expect(about(seconds)).toBe(text)
  })
})

/** A server that reports its address, rejects a state directory in use, and ends when stdin closes. */
const START = `#!/usr/bin/env bash
while [ $# -gt 0 ]; do case $1 in --state) state=$2; shift;; --ready-file) ready=$2; shift;; --until-stdin-closes) until=1;; esac; shift; done
exec 9>"$state/lock"
flock -n 9 || { echo "rehearsal: $state is in use by another rehearsal; give --state another directory" >&2; exit 1; }
echo 'rehearsal: EC2 at http://127.0.0.1:1'
printf '{"endpoint": "http://127.0.0.1:1", "pid": %d, "sshPort": 22, "env": {}}' $$ >"$ready.partial"
mv "$ready.partial" "$ready"
exec 8<&0
if [ -n "\${until:-}" ]; then cat <&8 >/dev/null & else sleep 60 & fi
trap 'kill %1; rm -f "$ready"; exit 0' TERM
wait
rm -f "$ready"
`

describe('the account', () => {
  const opened: Account[] = []
  const lines: string[] = []
  const open = async (wish: Partial<Wish> = {}) => {
    const account = await openAccount({
      root: directory,
      directory: join(directory, 'account'),
      systems: ['debian-13'],
      fresh: false,
      keep: false,
      onLine: (line) => lines.push(line),
      ...wish,
    })
    opened.push(account)
    return account
  }
  beforeEach(() => {
    mkdirSync(join(directory, 'rehearsal'))
    writeFileSync(join(directory, 'rehearsal/start'), START, { mode: 0o755 })
    lines.length = 0
  })
  afterEach(async () => {
    for (const account of opened.splice(0)) {
      await account.close()
      try {
        process.kill(account.ready.pid)
      } catch {
        // It has ended.
      }
    }
  })

  test('a second run at once is refused in one line, and the next one is not', async () => {
    const first = await open()
    await expect(open()).rejects.toThrow(
      /^another rehearsal uses the account in \S+ \(its EC2 is process \d+\); wait for its end/,
    )
    await first.close()
    await open()
    expect(lines).toContain('rehearsal: EC2 at http://127.0.0.1:1')
  })

  test('of two that start at the same moment, one gets the account', async () => {
    const results = await Promise.allSettled([open(), open()])
    const reasons = results.flatMap((one) => (one.status === 'rejected' ? [`${one.reason}`] : []))
    expect(reasons).toEqual([expect.stringMatching(/another rehearsal uses the account/)])
  })

  test('one to keep can be stopped until it is ready', async () => {
    const stops: (() => Promise<void>)[] = []
    const kept = await open({ keep: true, onStart: (stop) => stops.push(stop) })
    await stops[0]?.()
    expect(process.kill(kept.ready.pid, 0)).toBe(true)
    writeFileSync(join(directory, 'rehearsal/start'), '#!/bin/sh\nexec sleep 60\n')
    const other = { directory: join(directory, 'other'), keep: true }
    const opening = open({ ...other, onStart: (stop) => stops.push(stop) })
    await Promise.all([stops[1]?.(), expect(opening).rejects.toThrow('EC2 did not start (SIGTERM)')])
  })

  test('a running one is reused if it offers the systems', async () => {
    const kept = await open({ keep: true })
    await kept.close()
    expect((await open()).ready).toEqual(kept.ready)
    await expect(open({ systems: ['debian-12'] })).rejects.toThrow(
      /does not offer debian-12-a\w+; stop it first: kill \d+$/,
    )
    await expect(open({ fresh: true })).rejects.toThrow(/--fresh would delete/)
  })

  test('fresh forgets the record', async () => {
    mkdirSync(join(directory, 'account'))
    writeFileSync(join(directory, 'account/account.pickle'), 'AMIs')
    await (await open()).close()
    expect(readFileSync(join(directory, 'account/account.pickle'), 'utf8')).toBe('AMIs')
    await open({ fresh: true })
    expect(() => readFileSync(join(directory, 'account/account.pickle'))).toThrow(/ENOENT/)
  })

  test('one that does not start reports why', async () => {
    writeFileSync(join(directory, 'rehearsal/start'), '#!/bin/sh\necho "rehearsal: no sudo" >&2; exit 1\n')
    await expect(open()).rejects.toThrow('EC2 did not start (exit code 1): rehearsal: no sudo')
  })

  test('one that a signal ends is no longer awaited', async () => {
    const { ready, close } = await open()
    process.kill(ready.pid, 'SIGKILL')
    await close()
    await close()
    writeFileSync(join(directory, 'rehearsal/start'), '#!/bin/sh\nkill -KILL $$\n')
    await expect(open()).rejects.toThrow('EC2 did not start (SIGKILL)')
  })
})
