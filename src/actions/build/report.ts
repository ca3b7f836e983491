import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TESTED_TAG } from '../../aws/ec2.js'
import { readPrices } from '../../catalog/prices.js'
import type { Log } from '../../lib/log.js'
import { redactor } from '../../lib/redact.js'
import { type Level, levelOf } from '../../model/level.js'
import type { BuildResult, Failure } from '../../model/result.js'
import { slowest } from '../../packer/events.js'
import { MissingPermissions } from '../../preflight/missing.js'
import type { ImageAction } from '../../publish/existing.js'
import { finalName } from '../../publish/names.js'
import type { ImageTask } from '../../publish/task.js'
import { annotate } from '../../report/annotations.js'
import { spent } from '../../report/cost/estimate.js'
import { spentSection } from '../../report/cost/words.js'
import { tellError } from '../../report/failures.js'
import { writeReport } from '../../report/files.js'
import { outputs } from '../../report/outputs.js'
import { policySection, summary } from '../../report/summary.js'
import { timings } from '../../report/timings.js'
import { type Job, resultsOf } from './job.js'

/** Reports a run that failed before any build, or by a bug. */
export async function reportFailure(job: Job, error: unknown): Promise<void> {
  const { log } = job
  const failures = tellError(error, log)
  if (error instanceof MissingPermissions) job.sections.push({ title: 'the policy', text: policySection(error.policy) })
  await finishReport(job, failures).catch((problem) =>
    log.warning(`the report could not be written: ${problem.message}`),
  )
}

/** Two lines for an image: its plan, and the next action. */
export function logTask({ image, inputs, action }: ImageTask, log: Log): void {
  const { key, node, baseAmi } = image
  const name = finalName(image, action.kind === 'build' ? undefined : action)
  log.info(
    `${key}: Kubernetes ${node.kubernetesDeb}, containerd ${node.containerd.version}, on ${baseAmi.name} (${baseAmi.id}), as ${name}`,
  )
  log.info(`${key}: ${describeAction(action, levelOf(inputs))}`)
}

function describeAction(action: ImageAction, level: Level | undefined): string {
  if (action.kind === 'build') return 'to build'
  const { source } = action
  const passed = source.tags[TESTED_TAG]
  const state = passed === undefined ? 'untested' : `passed ${passed}`
  const next = { gate: `to test (${level})`, publish: 'to publish', nothing: 'up to date' }
  return `${next[action.kind]}: ${source.id} (same digest, ${state})`
}

/** Writes the report's files and sets all outputs. */
export async function giveOutputs(job: Job, region: string): Promise<void> {
  const { log, reportDirectory, effects } = job
  const files = await writeReport(reportDirectory, resultsOf(job)).catch((error) => {
    log.warning(`the report is incomplete: ${error.message}`)
    return { manifest: '', junit: '', sboms: {} }
  })
  for (const [name, value] of Object.entries(outputs(resultsOf(job), { region, ...files, reportDirectory })))
    effects.setOutput(name, value)
}

/** Shows the result of each image in log, annotations and job summary. */
export async function reportResults(job: Job): Promise<void> {
  const results = resultsOf(job)
  job.sections.push({ title: 'the cost', text: spentSection(spent(job.tasks, readPrices(job.effects.root))) })
  tellResults(results, job.log)
  annotate(
    results.flatMap(({ failures }) => failures),
    job.log,
  )
  await finishReport(job, [])
}

/** Writes the job summary and `timings.json`. `failures` belong to no image. */
async function finishReport(job: Job, failures: readonly Failure[]): Promise<void> {
  const { effects, phases, sections } = job
  const results = resultsOf(job)
  const chart = phases.filter(({ name }) => !['packer', 'gate', 'copy'].includes(name))
  const packer = job.inputs?.packerVersion ?? ''
  const redact = redactor(job.secrets)
  await effects.writeSummary(
    redact(summary({ results, phases: chart, failures, packer, throttled: effects.tally.throttled, sections })),
  )
  await writeTimings(job)
}

async function writeTimings(job: Job): Promise<void> {
  const { effects } = job
  const value = timings(
    effects.started,
    effects.clock.now(),
    job.phases,
    resultsOf(job),
    job.tools?.bytesFetched ?? 0,
    effects.tally,
  )
  mkdirSync(job.reportDirectory, { recursive: true, mode: 0o700 })
  writeFileSync(join(job.reportDirectory, 'timings.json'), `${JSON.stringify(value, null, 2)}\n`)
}

/** The result for the log: IDs and times. */
function tellResults(results: readonly BuildResult[], log: Log): void {
  for (const { image, status, amis, tasks } of results) {
    log.info(`${image.key}: ${status}`)
    for (const [region, id] of Object.entries(amis)) log.info(`  ${region}  ${id}`)
    const slow = slowest(tasks, 5)
    if (slow.length > 0) log.info('  slowest tasks:')
    for (const task of slow) log.info(`  ${task.seconds.toFixed(1).padStart(7)} s  ${task.task}`)
  }
}
