/** Entry of `prune/action.yml`. */
import * as core from '@actions/core'
import { awsCalls } from './aws/calls.js'
import { ec2ByRegion } from './aws.js'
import { systemClock } from './clock.js'
import { UserError, UserErrors } from './errors.js'
import { actionsLog } from './log.js'
import { readPruneInputs } from './prune/inputs.js'
import { isWhole, logLines, pruneOutputs, pruneSummary } from './prune/report.js'
import { prune } from './prune/run.js'
import { secretsIn } from './redact.js'
import { sentence } from './report/annotations.js'

const log = actionsLog()

async function main(): Promise<0 | 1> {
  for (const secret of secretsIn(process.env)) log.mask(secret)
  const inputs = readPruneInputs(process.env)
  const report = await prune(inputs, { calls: awsCalls({}), ec2: ec2ByRegion({}), clock: systemClock, log })
  for (const line of logLines(report)) log.info(line)
  for (const [name, value] of Object.entries(pruneOutputs(report))) core.setOutput(name, value)
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(pruneSummary(report)).write()
  if (isWhole(report)) return 0
  for (const { region, why } of report.unread) log.error(`${region} was not pruned: ${why}`)
  for (const row of [...report.amis, ...report.snapshots, ...(report.leftovers ?? [])])
    if (row.result.startsWith('failed')) log.error(`${row.region}: ${row.action} ${row.id} ${row.result}`)
  return 1
}

function tell(error: unknown): 1 {
  if (error instanceof UserErrors) for (const each of error.errors) tell(each)
  else if (error instanceof UserError)
    log.error(sentence({ message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) }))
  else log.error(`a mistake in the action itself: ${error instanceof Error ? error.stack : error}`)
  return 1
}

process.exit(await main().catch(tell))
