/** Entry of the action's post step. It always runs, and never fails the job. */
import { awsClients } from '../../aws/clients.js'
import { ec2ByRegion } from '../../aws/ec2-client.js'
import { systemClock } from '../../lib/clock.js'
import { actionsLog } from '../../lib/log.js'
import { secretsIn } from '../../lib/redact.js'
import { tellError } from '../../report/failures.js'
import { runStep } from '../crash.js'
import { finish, TOTAL } from './finish.js'
import { loadState } from './state.js'

const log = actionsLog()

async function sweepUp(): Promise<void> {
  for (const secret of secretsIn(process.env)) log.mask(secret)
  const state = loadState(process.env)
  if (state !== undefined)
    await finish(state, { log, clock: systemClock, ec2: ({ env }) => ec2ByRegion(awsClients(env)) })
}

await runStep(async (crashed) => {
  try {
    await Promise.race([sweepUp(), crashed])
  } catch (error) {
    tellError(error, log)
    // Starts from the beginning; resources that are gone already do no harm.
    await sweepUp().catch((again: Error) => log.warning(`the post step failed again: ${again.message}`))
  }
  return 0
}, TOTAL)
