/** Entry of `prune/action.yml`. */
import * as core from '@actions/core'
import { awsClients } from '../../aws/clients.js'
import { ec2ByRegion } from '../../aws/ec2-client.js'
import { systemClock } from '../../lib/clock.js'
import { actionsLog } from '../../lib/log.js'
import { secretsIn } from '../../lib/redact.js'
import { runStep } from '../crash.js'
import { readPruneInputs } from './inputs.js'
import { isWhole, logLines, pruneOutputs, pruneSummary } from './report.js'
import { prune } from './run.js'

const log = actionsLog()

async function main(): Promise<0 | 1> {
  for (const secret of secretsIn(process.env)) log.mask(secret)
  const inputs = readPruneInputs(process.env)
  const aws = awsClients({})
  const report = await prune(inputs, { aws, ec2: ec2ByRegion(aws), clock: systemClock, log })
  for (const line of logLines(report)) log.info(line)
  for (const [name, value] of Object.entries(pruneOutputs(report))) core.setOutput(name, value)
  if (process.env.GITHUB_STEP_SUMMARY) await core.summary.addRaw(pruneSummary(report)).write()
  if (isWhole(report)) return 0
  for (const { region, why } of report.unread) log.error(`${region} was not pruned: ${why}`)
  for (const row of [...report.amis, ...report.snapshots, ...(report.leftovers ?? [])])
    if (row.result.startsWith('failed')) log.error(`${row.region}: ${row.action} ${row.id} ${row.result}`)
  return 1
}

await runStep((crashed) => Promise.race([main(), crashed]))
