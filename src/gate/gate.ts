import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ec2 } from '../aws/ec2.js'
import { duration } from '../lib/duration.js'
import { failureOf, UserError } from '../lib/errors.js'
import type { Reboot } from '../model/inputs.js'
import type { Level } from '../model/level.js'
import type { Image } from '../model/plan.js'
import type { Check, Failure, TestResult } from '../model/result.js'
import type { OperatingSystem } from '../model/system.js'
import { type Found, note } from '../packer/build.js'
import type { Row } from '../packer/output.js'
import { type PackerEffects, type PackerSettings, runPacker } from '../packer/packer.js'
import { phaseBegunBy } from '../packer/progress.js'
import { type MarkEffects, markTested } from '../publish/mark.js'
import { watchConsole } from './console.js'
import { parseGuestLine } from './results.js'
import { renderGateVariables, type Selection } from './variables.js'
import { verdict } from './verdict.js'

export interface GateSettings extends PackerSettings {
  readonly level: Level
  readonly selection: Selection
  readonly reboot: Reboot
  /** Minutes for one gate. */
  readonly timeout: number
  /** The parsed var-file of the build. */
  readonly built: Readonly<Record<string, unknown>>
  readonly ec2: Ec2
}

/** The result of an AMI's gate. */
export interface GateOutcome {
  readonly test: TestResult
  readonly failures: readonly Failure[]
  readonly cancelled: boolean
  /** Packer ended before it had an instance, so nothing is known about the AMI. */
  readonly unlaunched: boolean
}

/**
 * Boots an AMI and checks it, without changing the AMI. Never throws for an AMI that fails.
 *
 * @param directory for this gate only
 */
export async function testImage(
  image: Image,
  ami: string,
  system: OperatingSystem,
  directory: string,
  settings: GateSettings,
  effects: PackerEffects,
): Promise<GateOutcome> {
  const { clock, log } = effects
  const started = clock.now()
  /** Now, to the second, in UTC, for tags and results. */
  const date = () => new Date(clock.now() * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
  const kept = (name: string) => join(settings.reportDirectory, `${image.key}.${name}`)
  const { level, timeout, selection, reboot } = settings
  const checks: Check[] = []
  /** A long journal comes in parts. */
  const journal: string[] = []
  let end: { passed: boolean } | undefined
  let state = 'launch'
  let launched = started
  const reached: Record<string, number> = {}
  const reach = (what: string) => {
    reached[what] = Math.round((clock.now() - launched) * 10) / 10
  }
  const onResult = (line: string) => {
    const event = parseGuestLine(line)
    if (event?.kind === 'journal') {
      journal.push(event.text)
      writeFileSync(kept('journal.log'), journal.join('\n'))
    }
    if (event?.kind === 'note') log.info(`${image.key}: ${event.text}`)
    if (event?.kind === 'end') end = event
    if (event?.kind !== 'check') return
    const { check } = event
    checks.push(check)
    reach(check.level)
    const word = check.passed ? 'passed' : 'FAILED'
    log.info(`${image.key}: ${word} ${check.level}/${check.name}: ${check.message} (${check.seconds.toFixed(1)} s)`)
  }
  const found: Found = { amis: {}, errors: [], complaints: [] }
  const onRow = (row: Row) => {
    note(row, found, false)
    if (row.kind === 'say' && phaseBegunBy(row.text) === 'provision') state = 'the checks'
    if (row.kind !== 'say') return
    if (/Launching a source AWS instance/.test(row.text)) launched = clock.now()
    if (/Connected to SSH/.test(row.text)) reach('ssh')
    if (/^Waiting for SSH/.test(row.text)) state = 'waiting for SSH'
  }
  const describe = () =>
    `${image.key}: testing ${ami}, ${state}, ${checks.length} checks done, ${duration(clock.now() - started)}`

  const results = join(directory, 'results.jsonl')
  const varFile = join(directory, 'gate.pkrvars.json')
  const order = { image, ami, level, selection, reboot, system, timeout, results }
  const console = watchConsole(
    { runId: settings.runId, ami, file: kept('console.log'), redact: settings.newRedactor },
    settings.ec2,
    clock,
  )
  try {
    // An existing file belongs to another gate.
    rmSync(directory, { recursive: true, force: true })
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    writeFileSync(varFile, renderGateVariables(settings.built, order), { mode: 0o600 })
    const task = {
      image: image.key,
      directory,
      template: 'gate',
      files: [{ path: results, onLine: onResult }],
      log: kept('gate.log'),
      timeout: timeout * 60,
      varFile,
      args: () => ['build', '-machine-readable', `-var-file=${varFile}`, join(settings.root, 'packer/gate')],
      onRow,
      describe,
    } as const
    const ending = await runPacker(task, settings, effects)
    const last = describe()
    await console.stop(end === undefined)
    const { errors, complaints } = found
    const text = console.text()
    const { root } = settings
    const failures = verdict({
      image: image.key,
      ami,
      root,
      ending,
      timeout,
      last,
      checks,
      end,
      errors,
      complaints,
      console: text,
    })
    const cancelled = ending.cause === 'cancelled'
    const at = date()
    const passed = failures.length === 0 && !cancelled
    const test = { level, passed, at, seconds: clock.now() - started, reached, checks }
    const unlaunched = !passed && state === 'launch' && checks.length === 0 && ending.cause === 'ended'
    return { test, failures, cancelled, unlaunched }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return {
      test: { level, passed: false, at: date(), seconds: clock.now() - started, reached, checks },
      failures: [failureOf(image.key, error)],
      cancelled: false,
      unlaunched: false,
    }
  } finally {
    await console.stop(false)
  }
}

/**
 * Tags a passed AMI with the level and the time.
 *
 * @returns the same outcome, or a failed one if EC2 refuses the tags
 */
export async function markOutcome(
  image: string,
  ami: string,
  outcome: GateOutcome,
  effects: MarkEffects,
): Promise<GateOutcome> {
  const { test } = outcome
  if (!test.passed) return outcome
  try {
    await markTested(ami, test.level, test.at, effects)
    return outcome
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...outcome, test: { ...test, passed: false }, failures: [failureOf(image, error)] }
  }
}
