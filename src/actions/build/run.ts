import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPrices } from '../../catalog/prices.js'
import { heartbeat } from '../../lib/heartbeat.js'
import { secretsIn } from '../../lib/redact.js'
import type { Wanted } from '../../model/inputs.js'
import { levelOf } from '../../model/level.js'
import type { Image } from '../../model/plan.js'
import { isWhole } from '../../model/result.js'
import { renderVarFile } from '../../packer/var-file.js'
import { jobInputs } from '../../plan/groups.js'
import { checkSessionManager } from '../../preflight/session-manager.js'
import { handOut, nameResults } from '../../publish/hand-out.js'
import { describeWork } from '../../publish/work.js'
import { annotate } from '../../report/annotations.js'
import { spent } from '../../report/cost/estimate.js'
import { spentSection } from '../../report/cost/words.js'
import { writeReport } from '../../report/files.js'
import { outputs } from '../../report/outputs.js'
import { runnerArch } from '../../tools/platform.js'
import type { Effects } from '../effects.js'
import { buildAll } from './build-images.js'
import { grouped, phase, type Run } from './context.js'
import { prepare } from './prepare.js'
import { checkRehearsal } from './rehearsal.js'
import { finishReport, reportFailure, tellResults } from './report.js'
import { keepState } from './state.js'

/** The whole action. Gives the exit code; never throws. */
export async function run(effects: Effects, signal: AbortSignal): Promise<0 | 1> {
  const runId = randomBytes(6).toString('hex')
  const directory = runDirectory(effects.env.RUNNER_TEMP, runId)
  const run: Run = {
    effects,
    heart: heartbeat(effects.log, effects.clock),
    signal,
    runId,
    directory,
    reportDirectory: join(directory, 'report'),
    phases: [],
    secrets: secretsIn(effects.env),
    results: [],
    sections: [],
  }
  const { log } = run.heart
  for (const secret of run.secrets) log.mask(secret)
  try {
    const failed = await story(run)
    if (!signal.aborted) return failed ? 1 : 0
  } catch (error) {
    if (!signal.aborted) {
      await reportFailure(run, error)
      return 1
    }
  }
  log.info('cancelled: what main could not finish, the post step does')
  return 1
}

/** Sockets of Packer's plugins lie below the run's directory, 44 characters deeper, and their paths may have 107 at most. */
const MAX_BASE = 63

/** The run's own directory, in RUNNER_TEMP unless that has too long a name. */
export function runDirectory(temporary: string | undefined, runId: string): string {
  const base = temporary && temporary.length <= MAX_BASE ? temporary : tmpdir()
  return join(base, `k8s-${runId.slice(0, 8)}`)
}

/** Top to bottom. True when an image failed. */
async function story(run: Run): Promise<boolean> {
  const { effects, signal } = run
  const { log } = run.heart

  const wanted = await phase(run, 'inputs', () => checkedInputs(run))
  mkdirSync(run.reportDirectory, { recursive: true, mode: 0o700 })
  effects.setOutput('report-directory', run.reportDirectory)
  const named = wanted.flatMap(({ inputs: { region, amiRegions } }) => [
    region,
    ...(amiRegions === 'all' ? [] : amiRegions),
  ])
  const state = keepState(
    {
      version: 1,
      runId: run.runId,
      directory: run.directory,
      regions: [...new Set(named)],
      packers: [],
      handedOut: [],
      finished: false,
    },
    effects.saveState,
  )

  const { account, plans, works, tools } = await grouped(log, 'Prepare', async () => {
    const prepared = await prepare(run, wanted, state)
    for (const { plan, wanted } of prepared.plans)
      for (const image of plan.images) {
        log.info(describe(image))
        log.info(`${image.key}: ${describeWork(prepared.works.get(image.key), levelOf(wanted.inputs))}`)
      }
    return prepared
  })
  const groups = plans.map((planned, at) => ({ ...planned, varFile: varFile(run.directory, at) }))
  const sourceCommit = commitOf(effects.env)
  if (tools !== undefined) {
    run.tools = tools
    const settings = { ansiblePlaybook: tools.ansiblePlaybook, account, sourceCommit }
    for (const { wanted, plan, varFile: path } of groups)
      writeFileSync(path, renderVarFile(plan, wanted.inputs, settings), { mode: 0o600 })
  }

  state.change({ regions: [...new Set(plans.flatMap(({ plan }) => [plan.region, ...plan.copyRegions]))] })
  const images = plans.flatMap(({ plan }) => plan.images)
  const what = images.length === 1 ? images[0]?.key : `${images.length} images`
  run.results = await grouped(log, `Build ${what}`, () =>
    phase(run, 'build', () => buildAll(run, { groups, works, tools, account, state })),
  )
  // Last of all that others see, and only what is ready in every region; what is not told of yet can be taken up by another run.
  const services = effects.services(account)
  run.results = await phase(run, 'parameters', () => nameResults(plans, works, run.results, services, signal))
  signal.throwIfAborted()

  // From here on a cancel no longer stops us: what is marked is handed out, and it takes a second.
  const reportStart = effects.clock.now()
  run.results = await handOut(plans, works, run.results, effects.ec2(account))
  const handedOut = run.results.flatMap(({ regions = {} }) => Object.values(regions).flatMap(({ ami }) => ami ?? []))
  state.change({ handedOut })
  const files = await writeReport(run.reportDirectory, run.results).catch((error) => {
    log.warning(`the report is not complete: ${error.message}`)
    return { manifest: '', junit: '', sboms: {} }
  })
  const place = { region: plans[0]?.plan.region ?? '', ...files, reportDirectory: run.reportDirectory }
  for (const [name, value] of Object.entries(outputs(run.results, place))) effects.setOutput(name, value)
  run.phases.push({ name: 'report', start: reportStart, seconds: effects.clock.now() - reportStart })

  const failures = run.results.flatMap((result) => result.failures)
  run.sections.push({ title: 'the cost', text: spentSection(spent(plans, run.results, readPrices(effects.root))) })
  tellResults(run.results, log)
  annotate(failures, log)
  await finishReport(run, [])
  const failed = run.results.some((result) => !isWhole(result))
  state.change({ finished: !failed })
  return failed
}

/** One var-file a group; the first has the name that documents speak of. */
function varFile(directory: string, at: number): string {
  return join(directory, `images${at === 0 ? '' : `-${at + 1}`}.pkrvars.json`)
}

/** The workflow's own commit (GITHUB_SHA), or nothing. */
function commitOf(env: Effects['env']): string {
  const commit = env.GITHUB_SHA ?? ''
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit) ? commit : ''
}

async function checkedInputs(run: Run): Promise<readonly Wanted[]> {
  const { machine, exec, root } = run.effects
  runnerArch(machine)
  const wanted = await run.effects.readWanted()
  const inputs = jobInputs(wanted)
  if (inputs.rehearse !== 'false') await checkRehearsal(inputs, machine, exec, root)
  await checkSessionManager(
    wanted.map((each) => each.inputs),
    exec,
  )
  run.inputs = inputs
  return wanted
}

function describe({ key, node, baseAmi, amiName }: Image): string {
  return `${key}: Kubernetes ${node.kubernetesDeb}, containerd ${node.containerd.version}, on ${baseAmi.name} (${baseAmi.id}), as ${amiName}`
}
