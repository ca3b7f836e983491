import { createWriteStream, mkdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import type { Account, BuildResult, Clock, Image, Log, Tools } from '../model.js'
import type { Redact } from '../redact.js'
import { IMAGE_MARKER, type PackerCall, packerArgs, packerEnv, RUN_MARKER } from './args.js'
import { causes } from './failure.js'
import { amisInManifest, parseRow, type Row } from './output.js'
import { runDetached } from './process.js'
import type { ProcessId } from './processes.js'
import { progress } from './progress.js'
import { tail } from './tail.js'

/** Seconds that Packer gets to end its instance after its time is up. */
const GRACE = 180
/** Complaints kept for the case that nothing better explains a failure. */
const KEPT_COMPLAINTS = 20

/** What all builds of a run share. */
export interface BuildSettings {
  readonly runId: string
  /** The action's own directory. */
  readonly root: string
  /** Where logs for people go. */
  readonly reportDirectory: string
  readonly varFile: string
  readonly region: string
  readonly tools: Tools
  readonly account: Account
  readonly env: Readonly<Record<string, string | undefined>>
  /** Minutes for one image. */
  readonly timeout: number
  /** Whether lines are prefixed with the image's key. */
  readonly several: boolean
  /** A new redactor for each stream. */
  readonly newRedactor: () => Redact
}

export interface BuildEffects {
  readonly log: Log
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Wraps the time in which Packer runs; `describe` says what it is at. */
  during<T>(describe: () => string, work: () => Promise<T>): Promise<T>
  /** Called right after each spawn. */
  onStart(id: ProcessId): void
}

/**
 * Makes one AMI of an image with a Packer process of its own. Never throws for a build that failed.
 *
 * @param directory for this image alone; Packer's sockets and the temporary key lie below it
 */
export async function buildImage(
  image: Image,
  directory: string,
  settings: BuildSettings,
  effects: BuildEffects,
): Promise<BuildResult> {
  const { clock, log, signal } = effects
  const call: PackerCall = {
    runId: settings.runId,
    image: image.key,
    template: join(settings.root, 'packer/image'),
    varFile: settings.varFile,
    pluginDirectory: settings.tools.pluginDirectory,
    configDirectory: join(directory, 'config'),
    temporary: join(directory, 'tmp'),
    events: join(directory, 'tasks.jsonl'),
  }
  for (const path of [directory, call.configDirectory, call.temporary])
    mkdirSync(path, { recursive: true, mode: 0o700 })

  const watch = progress(image.key, settings.several, log, clock)
  const found: { amis: Record<string, string>; errors: string[]; complaints: string[] } = {
    amis: {},
    errors: [],
    complaints: [],
  }
  const packerLog = join(settings.reportDirectory, `${image.key}.packer.log`)
  const writer = createWriteStream(packerLog)
  writer.once('error', (error) => log.warning(`${packerLog} is not complete: ${error.message}`))
  const redact = settings.newRedactor()
  const redactEvents = settings.newRedactor()
  const onLine = (line: string) => {
    const clean = redact(line)
    const row = parseRow(clean)
    if ('text' in row && writer.writable) writer.write(`${logTime(clean)}${row.text}\n`)
    note(row, found, watch.phase() === 'provision')
    watch.row(row)
  }
  const drained = new AbortController()
  const raw = join(directory, 'packer.raw')
  const readers = Promise.all([
    tail(raw, onLine, clock, drained.signal),
    tail(call.events, (line) => watch.event(redactEvents(line)), clock, drained.signal),
  ])
  try {
    const ending = await effects.during(watch.describe, () =>
      runDetached(
        {
          command: settings.tools.packer,
          args: packerArgs(call),
          cwd: directory,
          env: packerEnv(call, settings.env, settings.account.env),
          output: raw,
          timeout: settings.timeout * 60,
          grace: GRACE,
          markers: [`${RUN_MARKER}=${settings.runId}`, `${IMAGE_MARKER}=${image.key}`],
        },
        clock,
        signal,
        effects.onStart,
      ),
    )
    const last = watch.describe()
    drained.abort()
    await readers
    watch.finish()
    if (ending.code === 0 && Object.keys(found.amis).length === 0) {
      const manifest = await readFile(join(directory, 'manifest.json'), 'utf8').catch(() => '')
      found.amis = amisInManifest(manifest, image.key)
    }
    const id = found.amis[settings.region]
    const base = { image, tasks: watch.tasks, phases: watch.phases, log: packerLog }
    if (ending.code === 0 && id !== undefined) {
      return { ...base, status: 'built', amis: { [settings.region]: id }, failures: [] }
    }
    if (ending.cause === 'cancelled') return { ...base, status: 'cancelled', amis: {}, failures: [] }
    const evidence = {
      image: image.key,
      root: settings.root,
      ending,
      timeout: settings.timeout,
      last,
      tasks: watch.tasks,
      errors: found.errors,
      complaints: found.complaints,
    }
    return { ...base, status: 'failed', amis: {}, failures: causes(evidence) }
  } finally {
    drained.abort()
    await readers.catch(() => undefined)
    writer.end()
    await finished(writer).catch(() => undefined)
    // The temporary SSH key, Packer's sockets and its unredacted output go, however it ended.
    for (const path of [call.temporary, call.configDirectory, raw]) await rm(path, { recursive: true, force: true })
  }
}

/** Seconds since 1970 of a row as `12:34:56 `; nothing for plain text. */
function logTime(line: string): string {
  const seconds = /^(\d{9,}),/.exec(line)?.[1]
  return seconds === undefined ? '' : `${new Date(Number(seconds) * 1000).toISOString().slice(11, 19)} `
}

function note(
  row: Row,
  found: { amis: Record<string, string>; errors: string[]; complaints: string[] },
  provisioning: boolean,
): void {
  if (row.kind === 'amis') Object.assign(found.amis, row.amis)
  if (row.kind === 'error') found.errors.push(row.text)
  const complaint = row.kind === 'text' || (row.kind === 'complaint' && !(provisioning && row.build !== undefined))
  if (complaint && found.complaints.push(row.text) > KEPT_COMPLAINTS) found.complaints.shift()
}
