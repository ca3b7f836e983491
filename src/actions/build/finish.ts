import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Ec2ByRegion } from '../../aws/ec2.js'
import type { Clock } from '../../lib/clock.js'
import type { Log } from '../../lib/log.js'
import { type Account, AWS } from '../../model/account.js'
import { RUN_MARKER } from '../../packer/args.js'
import { isRunning, type ProcessId, reap, signal, waitForEnd } from '../../packer/processes.js'
import { removalCommand } from '../../sweep/select.js'
import { type Leftover, sweepRegion } from '../../sweep/sweep.js'
import { accountOf, stopRehearsal } from './rehearsal.js'
import type { State } from './state.js'

/** GitHub ends a cancelled job after five minutes; post stops before. */
export const TOTAL = 240
/** Seconds for main to end after SIGTERM. */
const MAIN = 8
/** Seconds for a running Packer to clean up by itself. */
const PACKER = 60
/** Seconds reserved for the steps after the sweep. */
const RESERVE = 30

/** Effects of the post step. */
export interface FinishEffects {
  readonly log: Log
  readonly clock: Clock
  ec2(account: Account): Ec2ByRegion
}

/** Post: ends main's processes, deletes the run's leftovers in EC2, removes its secrets. Warns, never throws. */
export async function finish(state: State, effects: FinishEffects): Promise<void> {
  const { log, clock } = effects
  const start = clock.now()
  const step = async (what: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      log.warning(`${what} failed: ${(error as Error).message}`)
    }
  }
  await step('ending the main step', () => endMain(state, effects))
  await step('ending Packer', () => endPackers(state, effects))
  await step('the sweep', () => sweep(state, start + TOTAL - RESERVE, effects))
  const { rehearsal } = state
  let stopped = true
  await step('stopping the rehearsal', async () => {
    if (rehearsal === undefined) return
    if (rehearsal.keep && isRunning(rehearsal.process)) {
      log.info(
        `the rehearsal goes on; its endpoint and credentials are in ${rehearsal.readyFile}; stop it with: kill ${rehearsal.process.pid}`,
      )
      stopped = false
      return
    }
    stopped = await stopRehearsal(rehearsal.process, clock)
    if (!stopped)
      log.warning(
        `the rehearsal (process ${rehearsal.process.pid}) did not end; stop it with: kill -9 ${rehearsal.process.pid}`,
      )
  })
  await step('removing the files of the run', async () => removeFiles(state.directory, !stopped, log))
}

/** In a container job, main survives a cancel: the runner signals only its `docker exec`, which does not pass signals on. */
async function endMain({ main }: State, { log, clock }: FinishEffects): Promise<void> {
  if (main === undefined || !signal(main, 'SIGTERM')) return
  log.info(`the main step (process ${main.pid}) still runs: cancelling it`)
  if (await waitForEnd(main, MAIN, clock)) return
  signal(main, 'SIGKILL')
  await waitForEnd(main, MAIN, clock)
}

async function endPackers(state: State, { log, clock }: FinishEffects): Promise<void> {
  const running = state.packers.filter(isRunning)
  for (const packer of running) {
    log.info(`Packer (process ${packer.pid}) still runs: waiting for it to clean up`)
    // A second SIGTERM does no harm: Packer ignores it.
    signal(packer, 'SIGTERM')
  }
  const ended = await Promise.all(running.map((packer: ProcessId) => waitForEnd(packer, PACKER, clock)))
  if (ended.includes(false)) log.info(`Packer did not end within ${PACKER} s and is killed`)
  // Only groups that were seen running: another group may have reused a number.
  const count = await reap(
    [`${RUN_MARKER}=${state.runId}`],
    running.map(({ pid }) => pid),
    clock,
  )
  if (count > 0) log.info(`ended ${count} processes that the build left behind`)
}

async function sweep(state: State, deadline: number, effects: FinishEffects): Promise<void> {
  const { log, clock } = effects
  if (state.packers.length === 0 && !state.published) return // the run never called EC2
  const account = state.rehearsal === undefined ? undefined : accountOf(state.rehearsal.readyFile)
  if (state.rehearsal !== undefined && (account === undefined || !isRunning(state.rehearsal.process))) {
    log.info('the rehearsal has ended with everything in it')
    return
  }
  const ec2 = effects.ec2(account ?? AWS)
  const pause = state.finished ? 1 : 8
  const swept = await Promise.all(
    state.regions.map((region) =>
      sweepRegion(ec2(region), state.runId, {
        ...{ log, clock, deadline, pause, handedOut: state.handedOut },
        untagged: state.temporaries?.filter((one) => one.region === region) ?? [],
      }),
    ),
  )
  const removed = swept.reduce((sum, region) => sum + region.removed, 0)
  const left = swept.flatMap((region) => region.left)
  log.info(`swept ${state.regions.join(', ')}: ${removed} removed, ${left.length} left`)
  if (left.length > 0) log.warning(describe(left, state.runId), { title: 'resources are left in EC2' })
  const forgotten = swept.flatMap(({ kept }) => kept).filter(({ id }) => !state.handedOut.includes(id))
  for (const { region, id, handedOut } of forgotten) {
    if (!handedOut) {
      log.info(`the AMI ${id} in ${region} passed its test and stays: the next run with the same digest reuses it`)
      continue
    }
    log.warning(
      `the AMI ${id} in ${region} is finished, but the run ended before it set its outputs; use it, or remove it: ${removalCommand(region, { kind: 'image', id })}`,
    )
  }
}

/** What is left, with the commands that remove it. */
export function describe(left: readonly Leftover[], runId: string): string {
  const lines = left.map(({ region, resource, why }) =>
    resource === undefined
      ? `${region}: ${why}; look there for the tag k8s-image:run=${runId}`
      : `${removalCommand(region, resource)}    # ${why}`,
  )
  return [...new Set(lines)].join('\n')
}

/** Removes all files of the run except its report and the files of a running rehearsal. */
function removeFiles(directory: string, keepRehearsal: boolean, log: Log): void {
  const mounts = mountPoints()
  let names: string[]
  try {
    names = readdirSync(directory)
  } catch {
    return
  }
  for (const name of names) {
    const path = join(directory, name)
    if (name === 'report' || (keepRehearsal && name.startsWith('rehearsal'))) continue
    if (mounts.some((mount) => mount === path || mount.startsWith(`${path}/`))) {
      log.warning(`${path} still has a mount below it and was not removed`)
    } else rmSync(path, { recursive: true, force: true })
  }
}

function mountPoints(): string[] {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) =>
        (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8))),
      )
  } catch {
    return []
  }
}
