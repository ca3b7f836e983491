/** A small GitHub runner: starts the bundled action as actions/runner does, with INPUT_*, command files and post, and reads the results. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chownSync, createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Job {
  /** The checkout of the action, with action.yml and dist/. */
  readonly action: string
  /** By name as in action.yml; missing inputs get their defaults from there. */
  readonly inputs: Readonly<Record<string, string>>
  /** Directory of the runner's user, for command files, RUNNER_TEMP and logs. */
  readonly directory: string
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly user?: { readonly uid: number; readonly gid: number }
  /** The runtime; by default this process's. */
  readonly node?: string
  /** Called with each line that the step prints. */
  readonly onLine?: (line: string) => void
}

export interface StepResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Standard output and error, in order. */
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly seconds: number
}

export interface Step {
  readonly child: ChildProcess
  readonly done: Promise<StepResult>
}

/** Reads `name=value` and heredoc entries of a command file. */
export function parseCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const heredoc = /^([^=<]+)<<(.+)$/.exec(line)
    const plain = /^([^=]+)=(.*)$/.exec(line)
    if (heredoc?.[1] && heredoc[2]) {
      const end = lines.indexOf(heredoc[2], at + 1)
      values[heredoc[1]] = lines.slice(at + 1, end).join('\n')
      at = end
    } else if (plain?.[1]) values[plain[1]] = plain[2] ?? ''
  }
  return values
}

/** The defaults of action.yml's inputs. Parsed by hand, so that a job needs no package. */
export function inputDefaults(actionYml: string): Record<string, string> {
  const defaults: Record<string, string> = {}
  let name = ''
  for (const line of actionYml.slice(actionYml.indexOf('\ninputs:'), actionYml.indexOf('\noutputs:')).split('\n')) {
    name = /^ {2}([\w-]+):$/.exec(line)?.[1] ?? name
    const value = /^ {4}default: (.*)$/.exec(line)?.[1]
    if (value !== undefined) defaults[name] = value.replace(/^'(.*)'$/, '$1')
  }
  return defaults
}

const running = new Set<Step>()
let isCancelled = false

/**
 * Starts `main`, `post` or one of the other actions. State that main saves reaches post through the job's directory.
 *
 * @throws Error after cancelAll, except for `post`
 */
export function startStep(job: Job, step: 'main' | 'post' | 'plan' | 'prune' | 'release'): Step {
  if (isCancelled && step !== 'post') throw new Error('interrupted')
  const at = (name: string) => join(job.directory, name)
  mkdirSync(at('temp'), { recursive: true })
  const files = {
    GITHUB_OUTPUT: at(`${step}.output`),
    GITHUB_STEP_SUMMARY: at(`${step}.summary.md`),
    GITHUB_STATE: at(`${step}.state`),
  }
  const logPath = at(`${step}.log`)
  for (const file of [...Object.values(files), logPath]) writeFileSync(file, '')
  if (job.user)
    for (const file of [...Object.values(files), logPath, at('temp')]) chownSync(file, job.user.uid, job.user.gid)
  const saved = step === 'post' ? parseCommandFile(readFileSync(at('main.state'), 'utf8')) : {}
  const prefixed = (prefix: string, values: Readonly<Record<string, string>>, name = (key: string) => key) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [`${prefix}${name(key)}`, value]))
  const actionYml = step === 'main' || step === 'post' ? 'action.yml' : `${step}/action.yml`
  const inputs = { ...inputDefaults(readFileSync(join(job.action, actionYml), 'utf8')), ...job.inputs }
  const env = {
    ...process.env,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: job.directory,
    GITHUB_RUN_ID: '1',
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    RUNNER_TEMP: at('temp'),
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: process.arch === 'arm64' ? 'ARM64' : 'X64',
    ...files,
    ...prefixed('INPUT_', inputs, (key) => key.toUpperCase().replaceAll(' ', '_')),
    ...prefixed('STATE_', saved),
    ...job.env,
  }
  const start = performance.now()
  const child = spawn(job.node ?? process.execPath, [join(job.action, 'dist', step, 'index.js')], {
    cwd: job.directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...job.user,
  })
  const logFile = createWriteStream(logPath)
  let log = ''
  let rest = ''
  const take = (chunk: string) => {
    log += chunk
    logFile.write(chunk)
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) job.onLine?.(line)
  }
  child.stdout?.setEncoding('utf8').on('data', take)
  child.stderr?.setEncoding('utf8').on('data', take)
  const done = new Promise<StepResult>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      logFile.end()
      if (child.pid === undefined) return
      resolve({
        code,
        signal,
        log,
        outputs: parseCommandFile(readFileSync(files.GITHUB_OUTPUT, 'utf8')),
        summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
        seconds: (performance.now() - start) / 1000,
      })
    })
  })
  const started = { child, done }
  running.add(started)
  child.once('close', () => running.delete(started))
  return started
}

/** A whole job: main, then post, whatever main's result. */
export async function runJob(job: Job): Promise<{ main: StepResult; post: StepResult }> {
  const main = await startStep(job, 'main').done
  return { main, post: await startStep(job, 'post').done }
}

/**
 * Cancels a step as the runner does: SIGINT, SIGTERM after 7.5 s, SIGKILL 2.5 s later, each to the node process only
 * (actions/runner, ProcessInvoker.cs).
 */
export async function cancelStep(step: Step): Promise<StepResult> {
  const later = (signal: NodeJS.Signals, seconds: number) => setTimeout(() => step.child.kill(signal), seconds * 1000)
  step.child.kill('SIGINT')
  const timers = [later('SIGTERM', 7.5), later('SIGKILL', 10)]
  try {
    return await step.done
  } finally {
    timers.forEach(clearTimeout)
  }
}

/** Cancels the running steps; only post steps start from now on. Returns their number. */
export function cancelAll(): number {
  isCancelled = true
  for (const step of running) void cancelStep(step)
  return running.size
}
