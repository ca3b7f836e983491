import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { heartbeat } from '../../lib/heartbeat.js'
import { secretsIn } from '../../lib/redact.js'
import type { Wanted } from '../../model/inputs.js'
import { isWhole } from '../../model/result.js'
import { identify } from '../../packer/processes.js'
import { jobInputs } from '../../plan/groups.js'
import { checkPaths } from '../../preflight/paths.js'
import { checkSessionManager } from '../../preflight/session-manager.js'
import { runnerArch } from '../../tools/platform.js'
import type { Effects } from '../effects.js'
import { grouped, type Job, phase, resultsOf } from './job.js'
import { readyTasks } from './ready-task.js'
import { checkRehearsal } from './rehearsal.js'
import { withoutAccount } from './rehearsal-inputs.js'
import { giveOutputs, logTask, reportFailure, reportResults } from './report.js'
import { keepState } from './state.js'

/** The whole action. Returns the exit code; never throws. */
export async function runBuild(effects: Effects, signal: AbortSignal): Promise<0 | 1> {
  const runId = randomBytes(6).toString('hex')
  const directory = runDirectory(effects.env.RUNNER_TEMP, runId)
  const job: Job = {
    ...heartbeat(effects.log, effects.clock),
    effects,
    signal,
    runId,
    directory,
    reportDirectory: join(directory, 'report'),
    phases: [],
    secrets: secretsIn(effects.env),
    tasks: [],
    sections: [],
  }
  for (const secret of job.secrets) job.log.mask(secret)
  let isCrash = false
  const crashed = effects.crashed.catch((error) => {
    isCrash = true
    throw error
  })
  try {
    // A cancel after the AMIs were handed out changes nothing.
    return (await Promise.race([story(job), crashed])) ? 0 : 1
  } catch (error) {
    if (!signal.aborted || isCrash) {
      await reportFailure(job, error)
      return 1
    }
  }
  job.log.info('cancelled: the post step finishes the cleanup')
  return 1
}

/**
 * Sockets of Packer's plugins are below the run's directory, 44 characters deeper, and their paths have at most 107. Packer also
 * starts its local scripts there, and passes the path unquoted to a shell.
 */
const BASE = /^[A-Za-z0-9._/+-]{1,63}$/

/** The run's own directory: in RUNNER_TEMP, or in the system's temporary directory if that path is too long or needs quotes. */
export function runDirectory(temporary: string | undefined, runId: string): string {
  const base = [temporary, tmpdir()].find((each) => each !== undefined && BASE.test(each)) ?? '/tmp'
  return join(base, `k8s-${runId.slice(0, 8)}`)
}

/** A run from top to bottom. Returns whether every image is ready everywhere. */
async function story(job: Job): Promise<boolean> {
  const { effects, log, runId, directory, signal } = job

  const wanted = await phase(job, 'inputs', () => checkedInputs(job))
  mkdirSync(job.reportDirectory, { recursive: true, mode: 0o700 })
  effects.setOutput('report-directory', job.reportDirectory)
  const state = keepState(
    {
      ...{ version: 1, runId, directory, main: identify(process.pid), regions: namedRegions(wanted) },
      ...{ packers: [], handedOut: [], finished: false },
    },
    effects.saveState,
  )

  const { account, plans, tasks, tools } = await grouped(log, 'Prepare', async () => {
    // Preparing and building load when they begin, so that an error in the inputs shows at once.
    const { prepare } = await import('./prepare.js')
    const prepared = await prepare(job, wanted, state)
    for (const task of prepared.tasks) logTask(task, log)
    return prepared
  })
  if (tools !== undefined) job.tools = tools
  state.change({ regions: [...new Set(plans.flatMap(({ plan }) => [plan.region, ...plan.copyRegions]))] })

  const ready = readyTasks(job, plans, tasks, tools, account)
  const what = tasks.length === 1 ? tasks[0]?.image.key : `${tasks.length} images`
  job.tasks = await grouped(log, `Build ${what}`, () =>
    phase(job, 'build', async () => (await import('./build-images.js')).buildImages(job, ready, account, state)),
  )
  // SSM parameters come last, and only for images that are ready in every region. Until then, another run can resume.
  const { handOut, nameResults } = await import('../../publish/hand-out.js')
  job.tasks = await phase(job, 'parameters', () =>
    nameResults(job.tasks, effects.services(account), signal, effects.clock),
  )
  signal.throwIfAborted()

  // From here on a cancel does not stop the run: handing out takes a second.
  await phase(job, 'report', async () => {
    job.tasks = await handOut(job.tasks, effects.ec2(account))
    const amis = resultsOf(job).flatMap(({ regions = {} }) => Object.values(regions).flatMap(({ ami }) => ami ?? []))
    state.change({ handedOut: amis })
    await giveOutputs(job, plans[0]?.plan.region ?? '')
  })
  await reportResults(job)
  const whole = resultsOf(job).every(isWhole)
  state.change({ finished: whole })
  return whole
}

/** The regions that the inputs name. */
function namedRegions(wanted: readonly Wanted[]): string[] {
  const named = wanted.flatMap(({ inputs: { region, amiRegions } }) => [
    region,
    ...(amiRegions === 'all' ? [] : amiRegions),
  ])
  return [...new Set(named)]
}

async function checkedInputs(job: Job): Promise<readonly Wanted[]> {
  const { machine, exec, root } = job.effects
  runnerArch(machine)
  const wanted = withoutAccount(await job.effects.readWanted(), job.log)
  const inputs = jobInputs(wanted)
  for (const { inputs: each } of wanted)
    checkPaths({ 'the action': root, 'the directory of `ansible-hooks`': each.ansibleHooks }, job.effects.env)
  if (inputs.rehearse !== 'false') await checkRehearsal(inputs, machine, exec, root)
  await checkSessionManager(
    wanted.map((each) => each.inputs),
    exec,
  )
  job.inputs = inputs
  return wanted
}
