import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../../lib/log.js'
import { redactor } from '../../lib/redact.js'
import type { BuildResult, Failure } from '../../model/result.js'
import { slowest } from '../../packer/events.js'
import { MissingPermissions } from '../../preflight/missing.js'
import { tellError } from '../../report/failures.js'
import { policySection, summary } from '../../report/summary.js'
import { timings } from '../../report/timings.js'
import type { Run } from './context.js'

/** A run that failed before any image was built, or by a mistake of ours. */
export async function reportFailure(run: Run, error: unknown): Promise<void> {
  const { log } = run.heart
  const failures = tellError(error, log)
  if (error instanceof MissingPermissions) run.sections.push({ title: 'the policy', text: policySection(error.policy) })
  await finishReport(run, failures).catch((problem) =>
    log.warning(`the report could not be written: ${problem.message}`),
  )
}

/** Writes the job summary and `timings.json`. `failures` are those that belong to no image. */
export async function finishReport(run: Run, failures: readonly Failure[]): Promise<void> {
  const { effects, phases, results, sections } = run
  const chart = phases.filter(({ name }) => !['packer', 'gate', 'copy'].includes(name))
  const packer = run.inputs?.packerVersion ?? ''
  const redact = redactor(run.secrets)
  await effects.writeSummary(
    redact(summary({ results, phases: chart, failures, packer, throttled: effects.tally.throttled, sections })),
  )
  await writeTimings(run)
}

async function writeTimings(run: Run): Promise<void> {
  const { effects } = run
  const value = timings(
    effects.started,
    effects.clock.now(),
    run.phases,
    run.results,
    run.tools?.bytesFetched ?? 0,
    effects.tally,
  )
  mkdirSync(run.reportDirectory, { recursive: true, mode: 0o700 })
  writeFileSync(join(run.reportDirectory, 'timings.json'), `${JSON.stringify(value, null, 2)}\n`)
}

/** The result for people who read the log: IDs, and where the time went. */
export function tellResults(results: readonly BuildResult[], log: Log): void {
  for (const { image, status, amis, tasks } of results) {
    log.info(`${image.key}: ${status}`)
    for (const [region, id] of Object.entries(amis)) log.info(`  ${region}  ${id}`)
    const slow = slowest(tasks, 5)
    if (slow.length > 0) log.info('  slowest tasks:')
    for (const task of slow) log.info(`  ${task.seconds.toFixed(1).padStart(7)} s  ${task.task}`)
  }
}
