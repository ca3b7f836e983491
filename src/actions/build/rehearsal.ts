import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../lib/clock.js'
import type { Environment } from '../../lib/environment.js'
import { UserError } from '../../lib/errors.js'
import type { Exec } from '../../lib/exec.js'
import type { Log } from '../../lib/log.js'
import type { Account } from '../../model/account.js'
import type { Inputs } from '../../model/inputs.js'
import { identify, isRunning, type ProcessId, signal, waitForEnd } from '../../packer/processes.js'
import { tail } from '../../packer/tail.js'
import { runnerArch } from '../../tools/platform.js'
import type { Machine } from '../effects.js'

/** Seconds for the preparations of a first start: base system and Python packages. */
const START = 1200
/** Seconds for removing its instances, mounts and namespaces. */
const STOP = 25

/** Refuses, before any download, what this machine cannot rehearse. */
export async function checkRehearsal(
  inputs: Pick<Inputs, 'arch'>,
  machine: Machine,
  exec: Exec,
  root: string,
): Promise<void> {
  const own = runnerArch(machine)
  const other = inputs.arch.find((arch) => arch !== own)
  if (other !== undefined) {
    throw new UserError(
      'rehearsal',
      `an ${other} image cannot be rehearsed on an ${own} runner`,
      `set \`arch: ${own}\`, or use another runner`,
    )
  }
  if (machine.uid === 0) return
  const helper = join(root, 'rehearsal/root-helper')
  const sudo = await exec('sudo', ['-n', '-l', helper])
  if (sudo.code !== 0) {
    throw new UserError(
      'rehearsal',
      `a rehearsal needs root, or sudo without a password for ${helper}`,
      'use a runner that has it, such as a GitHub-hosted one',
    )
  }
}

/** Effects of a start. */
export interface RehearsalEffects {
  readonly root: string
  /** The run's directory. */
  readonly directory: string
  readonly env: Environment
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
  /** Called right after the start, with everything that post needs to stop it. */
  onStart(process: ProcessId, readyFile: string): void
}

/** Starts EC2 on this machine and waits until it answers. It outlives this process; post stops it. */
export async function startRehearsal(
  inputs: Pick<Inputs, 'os' | 'test' | 'rehearse'>,
  effects: RehearsalEffects,
): Promise<Account> {
  const { directory, clock, log } = effects
  const state = join(directory, 'rehearsal')
  const readyFile = join(directory, 'rehearsal.ready.json')
  const logFile = join(directory, 'rehearsal.log')
  mkdirSync(state, { recursive: true })
  const args = [
    '--state',
    state,
    '--ready-file',
    readyFile,
    '--instances',
    'namespace',
    // Instances under test boot their own kernel, as on EC2.
    ...(inputs.test === 'none' ? [] : ['--own-amis', 'machine']),
    ...inputs.os.flatMap((os) => ['--os', os]),
  ]
  const output = openSync(logFile, 'a', 0o600)
  const child = spawn(join(effects.root, 'rehearsal/start'), args, {
    cwd: directory,
    env: rehearsalEnv(effects.env, inputs.rehearse),
    detached: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  if (child.pid !== undefined) effects.onStart(identify(child.pid), readyFile)
  child.unref()

  const lines: string[] = []
  const done = new AbortController()
  const onLine = (line: string) => {
    if (line.trim() === '') return
    log.info(line.startsWith('rehearsal:') ? line : `rehearsal: ${line}`)
    if (lines.push(line) > 3) lines.shift()
  }
  const reading = tail(logFile, onLine, clock, done.signal)
  // Awaited below.
  reading.catch(() => undefined)
  let ended: string | undefined
  child.once('error', (error) => {
    ended = error.message
  })
  child.once('exit', (code, name) => {
    ended ??= `exit code ${code ?? name}`
  })
  try {
    for (const deadline = clock.now() + START; ; ) {
      const account = accountOf(readyFile)
      if (account !== undefined) return account
      effects.signal.throwIfAborted()
      if (ended !== undefined || clock.now() > deadline) break
      await clock.sleep(0.1, effects.signal)
    }
  } finally {
    done.abort()
    await reading
  }
  throw new UserError(
    'rehearsal',
    ended === undefined
      ? `the rehearsal was not ready after ${START / 60} minutes: ${lines.at(-1) ?? 'it printed nothing'}`
      : `the rehearsal could not be started (${ended}): ${lines.join(' ')}`,
    'see docs/rehearsal.md for its requirements',
  )
}

/** Endpoint and credentials of the rehearsed EC2; undefined until it is ready. */
export function accountOf(readyFile: string): Account | undefined {
  try {
    const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as { env: Record<string, string>; sshPort: number }
    return { env: ready.env, sshPort: ready.sshPort, sshSourceCidrs: ['127.0.0.1/32'] }
  } catch {
    return undefined
  }
}

/** Stops a rehearsal and waits until it has cleaned up. False if it still runs. */
export async function stopRehearsal(process: ProcessId, clock: Clock): Promise<boolean> {
  if (!isRunning(process)) return true
  signal(process, 'SIGTERM')
  return waitForEnd(process, STOP, clock)
}

/**
 * The environment of a rehearsal: no inputs, no tokens, no AWS account. At a job's end, the runner ends all processes with
 * RUNNER_TRACKING_ID (actions/runner, JobExtension.cs), so a rehearsal that is kept goes without it.
 */
export function rehearsalEnv(env: Environment, mode: Inputs['rehearse']): Record<string, string> {
  const unwanted = /^(INPUT_|STATE_|AWS_|ACTIONS_|GITHUB_TOKEN$|GH_TOKEN$)/
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && !unwanted.test(entry[0]) && !(mode === 'keep' && entry[0] === 'RUNNER_TRACKING_ID'),
    ),
  )
}
