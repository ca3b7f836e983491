/** Workflows as users copy them from docs/examples, run by nektos/act on this machine, against an EC2 of the action's own. */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mirror, processesWith, root, startMirror } from '../rehearsal/local.ts'

let mirror: Mirror
let home: string

beforeAll(async () => {
  mirror = await startMirror()
  home = mkdtempSync(join(tmpdir(), 'k8s-image-act-'))
  copyAction(join(home, 'action'))
}, 3_000_000)

afterAll(async () => {
  await mirror?.stop()
  rmSync(home, { recursive: true, force: true })
})

/**
 * The action as its users get it: what git has. act reads all files of an action into memory, and what a rehearsal leaves in out/ (a disk of
 * 17 GB) ended it.
 */
function copyAction(place: string): void {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of String(list)
    .split('\0')
    .filter((each) => each !== '' && existsSync(join(root, each))))
    cpSync(join(root, file), join(place, file), { verbatimSymlinks: true })
}

/** Actions of others that a workflow names, as `owner/name@commit`. */
function foreign(workflow: string): string[] {
  const uses = [...workflow.matchAll(/uses: ([\w.-]+\/[\w.-]+@[0-9a-f]{40})/g)].map((match) => match[1] ?? '')
  return [...new Set(uses)].filter((name) => !name.startsWith('actions/checkout@'))
}

interface Given {
  readonly event?: string
  readonly variables?: Readonly<Record<string, string>>
  /** The user's .github/k8s-image.yml. */
  readonly config?: string
  readonly matrix?: string
}

/**
 * Runs an example, unedited, in a checkout that holds nothing but it and the config file. `org/k8s-image-action@v1` is a copy of this checkout; actions that
 * need GitHub or AWS are test/workflow/fixtures/nothing.
 */
function act(example: string, { event = 'workflow_dispatch', variables = {}, config, matrix }: Given = {}) {
  const checkout = mkdtempSync(join(home, 'checkout-'))
  const workflows = join(checkout, '.github/workflows')
  mkdirSync(workflows, { recursive: true })
  cpSync(join(root, 'docs/examples', example), join(workflows, example))
  if (config !== undefined) writeFileSync(join(checkout, '.github/k8s-image.yml'), config)
  mkdirSync(join(home, '.config/act'), { recursive: true })
  writeFileSync(join(home, '.config/act/actrc'), '')
  const local = {
    'org/k8s-image-action@v1': join(home, 'action'),
    ...Object.fromEntries(
      foreign(readFileSync(join(root, 'docs/examples', example), 'utf8')).map((name) => [
        name,
        join(root, 'test/workflow/fixtures/nothing'),
      ]),
    ),
  }
  const child = spawn(
    'act',
    [
      event,
      ...['--workflows', join(workflows, example), '--directory', checkout, '--no-recurse'],
      ...['--platform', 'ubuntu-24.04=-self-hosted'],
      ...['--cache-server-addr', '127.0.0.1', '--artifact-server-addr', '127.0.0.1'],
      ...Object.entries(local).flatMap(([name, path]) => ['--local-repository', `${name}=${path}`]),
      ...Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
      ...(matrix === undefined ? [] : ['--matrix', matrix]),
    ],
    {
      cwd: checkout,
      env: { ...process.env, XDG_CONFIG_HOME: join(home, '.config'), K8S_IMAGE_CACHE: process.env.K8S_IMAGE_CACHE },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      log += text
    })
  return new Promise<{ code: number | null; log: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, log }))
  })
}

const variables = () => ({
  K8S_IMAGE_REHEARSE: 'true',
  K8S_IMAGE_MIRROR: mirror.inputs.mirror ?? '',
  K8S_IMAGE_MIRROR_TRUST: mirror.inputs['mirror-trust'] ?? '',
})

/** The config file of a user behind a mirror, who has no account; the gate is not the subject here. */
const config = (images: string) => `defaults:
  rehearse: true
  mirror: ${mirror.inputs.mirror}
  mirror-trust: ${mirror.inputs['mirror-trust']}
  test: none
images:
${images}`

/** How a run ended; when it failed, first what act or the action call an error, then the end of the log. */
function ended({ code, log }: { code: number | null; log: string }) {
  if (code === 0) return passed
  const errors = log.split('\n').filter((line) => /❗|❌|::error/.test(line))
  return { code, log: `${errors.join('\n')}\n…${log.slice(-4000)}` }
}
const passed = { code: 0, log: '' }

test('one-image.yml: an image, tested as a node, and the next step has its ID', async () => {
  const run = await act('one-image.yml', { variables: variables() })
  expect(ended(run)).toEqual(passed)
  expect(run.log).toMatch(/built \{"debian-13-amd64":\{"us-east-1":"ami-[0-9a-f]+","us-west-2":"ami-[0-9a-f]+"\}\}/)
  // Main and post both ran, and nothing of the local EC2 is left.
  expect(run.log).toMatch(/Success - Main org\/k8s-image-action@v1/)
  expect(run.log).toMatch(/Success - Post org\/k8s-image-action@v1/)
  expect(processesWith(home)).toEqual([])
}, 900_000)

test('pull-request.yml: the plan and a rehearsal, from a config file', async () => {
  const run = await act('pull-request.yml', { event: 'pull_request', config: config('  - os: debian-13\n') })
  expect(ended(run)).toEqual(passed)
  expect(run.log).toContain('debian-13-amd64: build: digest unknown: base AMI not resolved')
  expect(run.log).toMatch(/rehearsed \{"debian-13-amd64":\{"us-east-1":"ami-[0-9a-f]+"\}\}/)
  expect(processesWith(home)).toEqual([])
}, 600_000)

test('nightly.yml: the plan hands each image to a job of its own', async () => {
  const run = await act('nightly.yml', { config: config('  - os: debian-12\n  - name: next\n    os: debian-13\n') })
  expect(ended(run)).toEqual(passed)
  expect(run.log).toMatch(/built \{"debian-12-amd64":\{"us-east-1":"ami-[0-9a-f]+"\}\}/)
  expect(run.log).toMatch(/built \{"next-debian-13-amd64":\{"us-east-1":"ami-[0-9a-f]+"\}\}/)
  expect(processesWith(home)).toEqual([])
}, 600_000)

const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined
// The mirror that is built from source has one Kubernetes version.
all?.(
  'kubernetes-versions.yml: a job of the matrix',
  async () => {
    const run = await act('kubernetes-versions.yml', { variables: variables(), matrix: 'kubernetes:1.37' })
    expect(ended(run)).toEqual(passed)
    expect(run.log).toMatch(/Kubernetes 1\.37.*Success - Main org\/k8s-image-action@v1/)
    expect(processesWith(home)).toEqual([])
  },
  900_000,
)
