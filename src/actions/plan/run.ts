import { randomBytes } from 'node:crypto'
import { readPrices } from '../../catalog/prices.js'
import { duration } from '../../lib/duration.js'
import { UserError } from '../../lib/errors.js'
import { gather } from '../../lib/gather.js'
import { heartbeat } from '../../lib/heartbeat.js'
import { redactor, secretsIn } from '../../lib/redact.js'
import { AWS } from '../../model/account.js'
import type { Inputs } from '../../model/inputs.js'
import type { Image, Planned } from '../../model/plan.js'
import { sharedReads } from '../../plan/facts.js'
import { jobInputs, planGroups } from '../../plan/groups.js'
import { writeLock } from '../../plan/lock-file.js'
import type { ImageAction } from '../../publish/existing.js'
import { findTasks } from '../../publish/tasks.js'
import { type Estimate, estimate } from '../../report/cost/estimate.js'
import { tellError } from '../../report/failures.js'
import { failureList } from '../../report/summary.js'
import { runnerArch } from '../../tools/platform.js'
import type { Effects } from '../effects.js'
import { comment } from './comment.js'
import { planOutputs, tooLong } from './outputs.js'
import { hasAccount, withoutAccount } from './reads.js'
import { type Existing, type Found, judge, type Verdict } from './verdict.js'

/** The plan as an action: it creates and changes nothing. Returns the exit code; never throws. */
export async function runPlan(effects: Effects, signal: AbortSignal): Promise<0 | 1> {
  const { clock, env } = effects
  const secrets = secretsIn(env)
  const heart = heartbeat(effects.log, clock)
  const { log } = heart
  for (const secret of secrets) log.mask(secret)
  const redact = redactor(secrets)
  try {
    runnerArch(effects.machine)
    const wanted = await effects.readWanted()
    const start = clock.now()
    const planning = heart.during(
      () => `planning for ${duration(clock.now() - start)}`,
      async () => {
        const inAccount = await mayAsk(effects, jobInputs(wanted))
        if (!inAccount) log.info('no AWS account: base AMIs and digests stay unknown')
        const runId = randomBytes(6).toString('hex')
        const common = { log, signal, shared: sharedReads() }
        const planned = await planGroups(wanted, (inputs) =>
          effects.makePlan(inputs, runId, AWS, { ...common, ...(inAccount ? {} : { ec2: withoutAccount(inputs) }) }),
        )
        const { lock } = jobInputs(wanted)
        if (lock.mode === 'write' && !inAccount)
          throw new UserError(
            'lock',
            'lock: a lock names base AMIs, but there are no credentials to look them up',
            'provide credentials that may describe images, or plan without lock: write',
          )
        if (lock.mode === 'write') writeLock(lock, planned, log)
        return judge(planned, inAccount ? await lookInto(planned, effects) : () => undefined)
      },
    )
    const verdicts = await Promise.race([planning, effects.crashed])
    const body = redact(comment(verdicts, cost(verdicts, effects.root)))
    const outputs = planOutputs(verdicts, body)
    for (const [name, value] of Object.entries(outputs)) effects.setOutput(name, value)
    const warning = tooLong(outputs.images)
    if (warning !== undefined) log.warning(warning)
    for (const verdict of verdicts) log.info(describe(verdict))
    await effects.writeSummary(body)
    return 0
  } catch (error) {
    const failure = signal.aborted ? new UserError('cancelled', 'the plan was cancelled') : error
    const failures = tellError(failure, log)
    await effects
      .writeSummary(redact(`## Kubernetes node images: no plan\n\n${failureList(failures)}\n`))
      .catch(() => undefined)
    return 1
  }
}

/** A rehearsal brings its own account later, with its own base AMIs. */
async function mayAsk(effects: Effects, inputs: Inputs): Promise<boolean> {
  return inputs.rehearse === 'false' && hasAccount(() => effects.ec2(AWS)(inputs.region).enabledRegions())
}

/** Reads the account's AMIs: published ones with one call per build region, and those with these digests with one call per region. */
async function lookInto(
  planned: readonly Planned[],
  effects: Effects,
): Promise<(image: Image, region: string) => Found | undefined> {
  const ec2 = effects.ec2(AWS)
  const regions = [...new Set(planned.map(({ plan }) => plan.region))]
  const [tasks, ...read] = await gather([
    findTasks(planned, ec2, effects.services(AWS), effects.clock.now()),
    ...regions.map(async (region) => [region, await ec2(region).builtAmis()] as const),
  ])
  const amis = new Map(read)
  const actions = new Map(tasks.map(({ image, action }) => [image.key, action]))
  return ({ key }, region) => ({ amis: amis.get(region) ?? [], existing: existing(actions.get(key), region) })
}

const ACTIONS = { build: 'build', gate: 'test', publish: 'publish', nothing: 'nothing' } as const

function existing(action: ImageAction | undefined, region: string): Existing {
  if (action === undefined || action.kind === 'build') return { action: 'build', amis: {} }
  const amis = Object.entries({ [region]: action.source, ...action.copies }).map(([at, { id }]) => [at, id])
  return { action: ACTIONS[action.kind], amis: Object.fromEntries(amis) }
}

/** The estimate for images to build. */
function cost(verdicts: readonly Verdict[], root: string): Estimate {
  const builds = verdicts.filter(({ action }) => action === 'build')
  return estimate(
    builds.map(({ image, regions, wanted: { inputs } }) => ({ image, regions, inputs })),
    readPrices(root),
  )
}

function describe({ image, action, reason, digest }: Verdict): string {
  const what = action === 'nothing' ? 'nothing to do' : action
  return `${image.key}: ${what}: ${reason}${digest === undefined ? '' : ` (${digest.slice(0, 19)})`}`
}
