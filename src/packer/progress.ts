import type { Clock } from '../lib/clock.js'
import { duration } from '../lib/duration.js'
import type { Log } from '../lib/log.js'
import type { BuildResult, TaskRecord } from '../model/result.js'
import { parseEvent, type TaskEvent } from './events.js'
import type { Row } from './output.js'

/** The phases of a build, in order. `copy` follows it. */
export type PhaseName = 'launch' | 'provision' | 'snapshot' | 'clean-up' | 'copy'

/** The amazon plugin's (1.8.2) messages at the start of a phase. */
const PHASE_BEGINS: readonly (readonly [PhaseName, RegExp])[] = [
  ['provision', /^Connected to SSH!/],
  ['snapshot', /^Stopping the source instance\b/],
  ['clean-up', /^(Terminating the source AWS instance|Cleaning up any extra volumes|Provisioning step had errors)/],
]

/** Packer's lines around what the action has done already. */
const STOPPED =
  /^(Running local shell script|Stopping the source instance|Stopping instance|Waiting for the instance to stop)/

/** Repetitive lines of the plugin. */
const NOISE = /^(Adding tags?:|Skipping |AMIs were created:)/

/** The phase that begins with this message of Packer's, if any. */
export function phaseBegunBy(text: string): PhaseName | undefined {
  return PHASE_BEGINS.find(([, words]) => words.test(text))?.[0]
}

/** The progress of one image's build, from Packer's rows and Ansible's events. */
export interface Progress {
  row(row: Row): void
  event(line: string): void
  /** Call it when the action stops the instance. */
  stopping(): void
  /** The current activity, for the heartbeat. */
  describe(): string
  /** Ends the last phase. */
  finish(): void
  readonly tasks: readonly TaskRecord[]
  readonly phases: BuildResult['phases']
  phase(): PhaseName
}

/** @param name the image's key; printed before each line when `prefixed` */
export function progress(name: string, prefixed: boolean, log: Log, clock: Clock): Progress {
  const tasks: TaskRecord[] = []
  const phases: { name: string; start: number; seconds: number }[] = []
  let phase: PhaseName = 'launch'
  let phaseStart = clock.now()
  let running: { task: string; since: number } | undefined
  const say = (line: string) => log.info(prefixed ? `${name}: ${line}` : line)

  let isStopped = false
  const endPhase = () => {
    const now = clock.now()
    phases.push({ name: phase, start: phaseStart, seconds: now - phaseStart })
    phaseStart = now
  }
  const begin = (next: PhaseName) => {
    if (next === phase) return
    endPhase()
    phase = next
  }
  const onEvent = (event: TaskEvent) => {
    if (event.event === 'start') {
      running = { task: event.task, since: clock.now() }
      return
    }
    running = undefined
    const { record } = event
    tasks.push(record)
    if (record.status === 'skipped') return
    const remark = record.status === 'ok' || record.status === 'changed' ? '' : ` — ${record.status}`
    say(`${record.seconds.toFixed(1).padStart(7)} s  ${record.task}${remark}`)
  }
  return {
    tasks,
    phases,
    phase: () => phase,
    row: (row) => {
      if (row.kind !== 'say' && row.kind !== 'complaint') return
      const next = row.build === undefined ? undefined : phaseBegunBy(row.text)
      if (next !== undefined) begin(next)
      // During provisioning, Packer prints the playbook's own output, but its tasks come as events.
      const chatter = phase === 'provision' && next === undefined
      const line = row.text.trim()
      if (row.build !== undefined && !chatter && line !== '' && !NOISE.test(line) && !(isStopped && STOPPED.test(line)))
        say(line)
      else log.debug(`${name}: ${line}`)
    },
    event: (line) => {
      const event = parseEvent(line)
      if (event !== undefined) onEvent(event)
    },
    stopping: () => {
      isStopped = true
      begin('snapshot')
      say('Stopping the source instance...')
    },
    describe: () => {
      const now = clock.now()
      return running === undefined
        ? `${name}: ${phase} for ${duration(now - phaseStart)}`
        : `${name}: ${running.task} for ${duration(now - running.since)}`
    },
    finish: endPhase,
  }
}
