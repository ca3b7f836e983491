/** script/rehearse as users run it: a build, and then other commands on the same account. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
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
