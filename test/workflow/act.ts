/** Helpers for tests of workflows: nektos/act in a user's checkout, with this checkout as `org/k8s-image-action@v1`. */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../rehearsal/local.ts'

export interface Given {
  readonly event?: string
  readonly variables?: Readonly<Record<string, string>>
  /** The user's .github/k8s-image.yml. */
  readonly config?: string
  readonly matrix?: string
  /** Inputs of workflow_dispatch. */
  readonly inputs?: Readonly<Record<string, string>>
  /** The environment of every step. */
  readonly env?: Readonly<Record<string, string>>
  /** The value of `github.token`. */
  readonly token?: string
  /** A bare repository to clone the checkout from and to push its files to. Without it, the checkout has no repository. */
  readonly remote?: string
  /** Stand-ins by action name: directories below test/workflow/fixtures. The stand-in of all other actions is `nothing`. */
  readonly standIns?: Readonly<Record<string, string>>
}

export interface Run {
  readonly code: number | null
  readonly log: string
}

export interface Act {
  /** Directory for all files. */
  readonly home: string
  /** Runs an unedited example in a checkout with only the example and the config file. */
  run(example: string, given?: Given): Promise<Run>
  /** Runs one of the project's own workflows in a checkout of the project. */
  runOwn(workflow: string, given?: Given): Promise<Run>
  remove(): void
}

export function prepareAct(): Act {
  const home = mkdtempSync(join(tmpdir(), 'k8s-image-act-'))
  copyAction(join(home, 'action'))
  mkdirSync(join(home, '.config/act'), { recursive: true })
  writeFileSync(join(home, '.config/act/actrc'), '')
  return {
    home,
    run: (example, given = {}) => run(home, checkOut(home, example, given), given),
    runOwn: (workflow, given = {}) => run(home, checkOutProject(home, workflow), given),
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}

/**
 * Copies the files that git has, as users get them. act reads all files of an action into memory, and crashed on the 17 GB disk that a
 * rehearsal leaves in out/.
 */
function copyAction(place: string): void {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const file of String(list)
    .split('\0')
    .filter((each) => each !== '' && existsSync(join(root, each))))
    cpSync(join(root, file), join(place, file), { verbatimSymlinks: true })
}

/** Third-party actions in a workflow, as `owner/name@commit`. act implements actions/checkout itself. */
function foreign(workflow: string): string[] {
  const uses = [...workflow.matchAll(/uses: ([\w.-]+\/[\w.-]+@[0-9a-f]{40})/g)].map((match) => match[1] ?? '')
  return [...new Set(uses)].filter((name) => !name.startsWith('actions/checkout@'))
}

/** Makes a user's checkout with an example; returns the paths of the checkout and its workflow. */
function checkOut(home: string, example: string, { config, remote }: Given) {
  const checkout = mkdtempSync(join(home, 'checkout-'))
  const git = (...args: string[]) => execFileSync('git', ['-C', checkout, ...args], { stdio: 'pipe' })
  if (remote !== undefined) git('clone', '--quiet', remote, '.')
  const workflows = join(checkout, '.github/workflows')
  mkdirSync(workflows, { recursive: true })
  cpSync(join(root, 'docs/examples', example), join(workflows, example))
  if (config !== undefined) writeFileSync(join(checkout, '.github/k8s-image.yml'), config)
  if (remote !== undefined) {
    git('add', '.')
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '--message', 'Images')
    git('push', '--quiet', 'origin', 'HEAD')
  }
  return { checkout, workflow: join(workflows, example) }
}

/** Makes a checkout of the project; returns its path and the workflow's. */
function checkOutProject(home: string, workflow: string) {
  const checkout = mkdtempSync(join(home, 'checkout-'))
  cpSync(join(home, 'action'), checkout, { recursive: true, verbatimSymlinks: true })
  return { checkout, workflow: join(checkout, '.github/workflows', workflow) }
}

function run(home: string, { checkout, workflow }: ReturnType<typeof checkOutProject>, given: Given): Promise<Run> {
  const { event = 'workflow_dispatch', variables = {}, matrix, inputs = {}, env = {}, token, standIns = {} } = given
  // An example may call the reusable workflow.
  const text = [workflow, join(root, '.github/workflows/images.yml')].map((path) => readFileSync(path, 'utf8')).join('')
  const local = {
    'org/k8s-image-action@v1': join(home, 'action'),
    ...Object.fromEntries(
      foreign(text).map((name) => [
        name,
        join(root, 'test/workflow/fixtures', standIns[name.replace(/@.*/, '')] ?? 'nothing'),
      ]),
    ),
  }
  const pairs = (option: string, map: Readonly<Record<string, string>>) =>
    Object.entries(map).flatMap(([name, value]) => [option, `${name}=${value}`])
  const child = spawn(
    'act',
    [
      event,
      ...['--workflows', workflow, '--directory', checkout, '--no-recurse'],
      ...['--platform', 'ubuntu-24.04=-self-hosted'],
      ...['--cache-server-addr', '127.0.0.1', '--artifact-server-addr', '127.0.0.1'],
      // Without it, act keeps the workspace of a failed job.
      '--rm',
      ...pairs('--local-repository', local),
      ...pairs('--var', variables),
      ...pairs('--env', env),
      ...pairs('--input', inputs),
      ...(token === undefined ? [] : ['--secret', 'GITHUB_TOKEN']),
      ...(matrix === undefined ? [] : ['--matrix', matrix]),
    ],
    {
      cwd: checkout,
      env: {
        ...process.env,
        XDG_CONFIG_HOME: join(home, '.config'),
        K8S_IMAGE_CACHE: process.env.K8S_IMAGE_CACHE,
        ...(token === undefined ? {} : { GITHUB_TOKEN: token }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      log += text
    })
  return new Promise<Run>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, log }))
  })
}

/** The result of a run; after a failure, the errors of act or the action, then the end of the log. */
export function ended({ code, log }: Run): Run {
  if (code === 0) return passed
  const errors = log.split('\n').filter((line) => /❗|❌|::error/.test(line))
  return { code, log: `${errors.join('\n')}\n…${log.slice(-4000)}` }
}
export const passed: Run = { code: 0, log: '' }
