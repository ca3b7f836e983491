import { createWriteStream, mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Clock } from '../lib/clock.js'
import type { Environment } from '../lib/environment.js'
import type { Log } from '../lib/log.js'
import type { Redact } from '../lib/redact.js'
import type { Account } from '../model/account.js'
import type { Tools } from '../tools/tools.js'
import { markers, type PackerCall, packerEnv } from './args.js'
import { canBeginAgain } from './lost-response.js'
import { parseRow, type Row, type Temporary, temporaryOf } from './output.js'
import { type Ending, runDetached } from './process.js'
import type { ProcessId } from './processes.js'
import { tail } from './tail.js'

/** Seconds for Packer to end its instance after the time limit. */
const GRACE = 180

export interface PackerSettings {
  readonly runId: string
  /** The action's own directory. */
  readonly root: string
  /** Directory of logs for people. */
  readonly reportDirectory: string
  readonly tools: Tools
  readonly account: Account
  readonly env: Environment
  /** A new redactor for each stream. */
  readonly newRedactor: () => Redact
}

export interface PackerEffects {
  readonly log: Log
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Wraps the run of Packer; `describe` returns its activity. */
  during<T>(describe: () => string, work: () => Promise<T>): Promise<T>
  /** Called right after each spawn. */
  onStart(id: ProcessId): void
  /** Called before Packer creates a resource whose name is known before its ID. */
  onTemporary?(thing: Temporary): void
}

export interface PackerTask {
  /** The image's key. */
  readonly image: string
  /** Directory for this process only, with sockets and the temporary key. */
  readonly directory: string
  /** Name of the template's directory below packer/. */
  readonly template: 'image' | 'gate'
  readonly varFile: string
  readonly args: (call: PackerCall) => string[]
  /** File of its log for people. */
  readonly log: string
  /** Seconds. */
  readonly timeout: number
  readonly onRow: (row: Row) => void
  /** Further environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** Files to follow meanwhile, with handlers of their lines. */
  readonly files: readonly { readonly path: string; readonly onLine: (line: string) => void }[]
  readonly describe: () => string
}

/** The Ansible callback's file in an image's directory. */
export const eventsFile = (directory: string) => join(directory, 'tasks.jsonl')

/**
 * Runs one Packer process to its end, and a second one if a lost response kept the first from starting. Removes all secrets, however
 * they ended.
 */
export async function runPacker(task: PackerTask, settings: PackerSettings, effects: PackerEffects): Promise<Ending> {
  // Reported once it is known that they count.
  let errors: (Row & { kind: 'error' })[] = []
  const held = { ...task, onRow: (row: Row) => (row.kind === 'error' ? errors.push(row) : task.onRow(row)) }
  let ending = await runOnce(held, settings, effects)
  if (ending.cause === 'ended' && canBeginAgain(errors.map(({ text }) => text))) {
    effects.log.info(`${task.image}: EC2's response to Packer was lost; restarting Packer`)
    errors = []
    ending = await runOnce(held, settings, effects)
  }
  for (const row of errors) task.onRow(row)
  return ending
}

async function runOnce(task: PackerTask, settings: PackerSettings, effects: PackerEffects): Promise<Ending> {
  const { clock, log, signal } = effects
  const { directory, image } = task
  const call: PackerCall = {
    runId: settings.runId,
    image,
    template: join(settings.root, 'packer', task.template),
    varFile: task.varFile,
    pluginDirectory: settings.tools.pluginDirectory,
    configDirectory: join(directory, 'config'),
    temporary: join(directory, 'tmp'),
    events: eventsFile(directory),
  }
  for (const path of [directory, call.configDirectory, call.temporary])
    mkdirSync(path, { recursive: true, mode: 0o700 })

  const writer = createWriteStream(task.log, { flags: 'a' })
  writer.once('error', (error) => log.warning(`${task.log} is not complete: ${error.message}`))
  const redact = settings.newRedactor()
  const onLine = (line: string) => {
    const clean = redact(line)
    const row = parseRow(clean)
    if ('text' in row && writer.writable) writer.write(`${logTime(clean)}${row.text}\n`)
    const temporary = row.kind === 'say' ? temporaryOf(row.text) : undefined
    if (temporary !== undefined) effects.onTemporary?.(temporary)
    task.onRow(row)
  }
  const drained = new AbortController()
  const raw = join(directory, 'packer.raw')
  const follow = ({ path, onLine }: PackerTask['files'][number]) => {
    const clean = settings.newRedactor()
    return tail(path, (line) => onLine(clean(line)), clock, drained.signal)
  }
  const readers = Promise.all([tail(raw, onLine, clock, drained.signal), ...task.files.map(follow)])
  // Awaited below. Until then a failure, such as a full disk, must not crash the process.
  readers.catch(() => undefined)
  try {
    const ending = await effects.during(task.describe, () =>
      runDetached(
        {
          command: settings.tools.packer,
          args: task.args(call),
          cwd: directory,
          env: { ...packerEnv(call, settings.env, settings.account.env), ...task.env },
          output: raw,
          timeout: task.timeout,
          grace: GRACE,
          markers: markers(call),
        },
        clock,
        signal,
        effects.onStart,
      ),
    )
    drained.abort()
    await readers
    return ending
  } finally {
    drained.abort()
    await readers.catch(() => undefined)
    writer.end()
    await finished(writer).catch(() => undefined)
    // Always removes the temporary SSH key, Packer's sockets and its unredacted output.
    for (const path of [call.temporary, call.configDirectory, raw]) await rm(path, { recursive: true, force: true })
  }
}

/** A row's time as `12:34:56 `; empty for plain text. */
function logTime(line: string): string {
  const seconds = /^(\d{9,}),/.exec(line)?.[1]
  return seconds === undefined ? '' : `${new Date(Number(seconds) * 1000).toISOString().slice(11, 19)} `
}
