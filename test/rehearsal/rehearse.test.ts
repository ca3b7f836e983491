/** script/rehearse as users run it: a build, and then other commands on the same account. */
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hasEnded } from '../../script/child.ts'
import { root } from './local.ts'

const MINUTE = 60_000
let account: string

beforeAll(() => {
  account = mkdtempSync(join(tmpdir(), 'k8s-image-test-account-'))
})
// Root owns the layers of AMIs.
afterAll(async () => {
  await promisify(execFile)('sudo', ['-n', 'rm', '-rf', account]).catch(() => rmSync(account, { recursive: true }))
})

/** Runs script/rehearse; returns its stdout and the action's outputs. */
async function rehearse(...args: string[]) {
  const options = ['--from', 'source', '--account', account, ...args]
  const { stdout } = await promisify(execFile)(join(root, 'script/rehearse'), options, { maxBuffer: 1 << 24 })
  const outputs = JSON.parse(readFileSync(join(root, 'out/rehearsal/outputs.json'), 'utf8'))
  return { stdout, lines: stdout.split('\n'), outputs }
}

test(
  'the second run finds the AMI of the first, and plan, prune and release find it, too',
  async () => {
    const first = await rehearse('build', '--test', 'boot')
    expect(first.outputs).toMatchObject({ 'images-built': 1, 'images-existing': 0 })
    const ami: string = first.outputs['ami-id']
    // The output fits on a screen.
    expect(first.lines.length).toBeLessThan(60)

    const second = await rehearse('build', '--test', 'boot')
    expect(second.outputs).toMatchObject({ 'images-built': 0, 'images-existing': 1, 'ami-id': ami })
    expect(second.stdout).toContain('AMIs of earlier runs in the account: 1')

    const plan = await rehearse('plan', '--test', 'boot')
    expect(plan.outputs).toMatchObject({ 'has-work': false })
    const release = await rehearse('release', '--dry-run', '--test', 'boot')
    expect(JSON.stringify(release.outputs)).toContain('images-v1.37.2-')
    const prune = await rehearse('prune')
    expect(prune.stdout).toContain(ami)

    const fresh = await rehearse('prune', '--fresh')
    expect(fresh.stdout).not.toContain(ami)
  },
  40 * MINUTE,
)

/** Processes of a run, by their environment. */
const having = (variable: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(variable)
    } catch {
      return false
    }
  })

test.each([
  ['Ctrl-C, which reaches the whole process group', (pid: number) => process.kill(-pid, 'SIGINT')],
  ['SIGTERM to the script alone', (pid: number) => process.kill(pid, 'SIGTERM')],
])(
  '%s during a build leaves nothing behind',
  async (_, end) => {
    // Short, so that the run's own directory is below it (runDirectory).
    const temp = mkdtempSync('/tmp/k8s-end-')
    const options = ['--from', 'source', '--account', account, '--fresh', '--keep', '--test', 'none']
    const env = { ...process.env, TMPDIR: temp }
    const child = spawn(join(root, 'script/rehearse'), options, { env, detached: true })
    let shown = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text
    })
    const code = new Promise((ended) => child.once('close', ended))
    const written = () => readFileSync(/log: (\S+)/.exec(shown)?.[1] ?? '/dev/null', 'utf8')
    while (!written().includes('Connected to SSH!') && !hasEnded(child))
      await new Promise((later) => setTimeout(later, 200))
    end(child.pid ?? 0)
    expect({ code: await code, shown }).toEqual({ code: 130, shown: expect.stringContaining('interrupted in') })
    const [, endpoint, ec2] = /EC2 stays up at (\S+) \(end it: kill (\d+)\)/.exec(shown) ?? []
    const inventory = await (await fetch(`${endpoint}/rehearsal/inventory`)).json()
    process.kill(Number(ec2), 'SIGTERM')
    expect(inventory).toEqual([])
    // EC2 needs seconds to end.
    for (let tick = 0; tick < 50 && having(`TMPDIR=${temp}`).length > 0; tick++)
      await new Promise((later) => setTimeout(later, 200))
    expect(having(`TMPDIR=${temp}`)).toEqual([])
    expect(readdirSync(temp)).toEqual([])
    rmSync(temp, { recursive: true })
  },
  20 * MINUTE,
)
