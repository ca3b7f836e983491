import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mirror, processesWith, root, startMirror } from '../rehearsal/local.ts'

let mirror: Mirror
let home: string

beforeAll(async () => {
  mirror = await startMirror()
  home = mkdtempSync(join(tmpdir(), 'k8s-image-act-'))
}, 3_000_000)

afterAll(async () => {
  await mirror?.stop()
  rmSync(home, { recursive: true, force: true })
})

/** Runs a workflow by nektos/act on this machine itself, in a copy of what a user's checkout would hold. */
function act(workflow: string, variables: Record<string, string>): Promise<{ code: number | null; log: string }> {
  const checkout = join(home, 'checkout')
  for (const part of ['action.yml', 'dist', 'packer', 'ansible', 'catalog', 'rehearsal'])
    cpSync(join(root, part), join(checkout, part), { recursive: true })
  const workflows = join(checkout, '.github/workflows')
  mkdirSync(workflows, { recursive: true })
  cpSync(join(root, 'test/workflow', workflow), join(workflows, workflow))
  mkdirSync(join(home, '.config/act'), { recursive: true })
  writeFileSync(join(home, '.config/act/actrc'), '-P ubuntu-latest=-self-hosted\n')
  const child = spawn(
    'act',
    [
      'workflow_dispatch',
      ...[
        '--workflows',
        join(workflows, workflow),
        '--directory',
        checkout,
        '--platform',
        'ubuntu-latest=-self-hosted',
      ],
      ...['--cache-server-addr', '127.0.0.1', '--artifact-server-addr', '127.0.0.1', '--no-recurse'],
      ...Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ],
    {
      cwd: checkout,
      env: { ...process.env, XDG_CONFIG_HOME: join(home, '.config'), K8S_IMAGE_CACHE: process.env.K8S_IMAGE_CACHE },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let log = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    log += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += text
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, log }))
  })
}

test("a user's workflow builds an image without an account, and the next step has its ID", async () => {
  const { code, log } = await act('rehearsal.yml', {
    MIRROR: mirror.inputs.mirror ?? '',
    MIRROR_TRUST: mirror.inputs['mirror-trust'] ?? '',
  })
  expect({ code, log: code ? log.slice(-6000) : '' }).toEqual({ code: 0, log: '' })
  expect(log).toMatch(/next step has ami-[0-9a-f]+ of \{"debian-13-amd64":\{"us-east-1":"ami-[0-9a-f]+"\}\}/)
  // Main and post both ran, and nothing of the local EC2 is left.
  expect(log).toMatch(/Success - Main \.\//)
  expect(log).toMatch(/Success - Post \.\//)
  expect(processesWith(home)).toEqual([])
}, 600_000)

test('the workflow that is run is one that a user could copy', () => {
  const text = readFileSync(join(root, 'test/workflow/rehearsal.yml'), 'utf8')
  expect(text).toMatch(/uses: actions\/checkout@[0-9a-f]{40}/)
  expect(text).toMatch(/permissions: \{\}/)
})
