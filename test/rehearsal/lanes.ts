/** Runs many short jobs in parallel. Each lane has its own local EC2, and counts its inventory after each job. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { hasEnded } from '../../script/child.ts'
import { type Job, type StepResult, startStep } from '../../script/runner.ts'
import { awsClients } from '../../src/aws/clients.ts'
import { STATE_TAG, TESTED, TESTED_TAG } from '../../src/aws/ec2.ts'
import { ec2ByRegion } from '../../src/aws/ec2-client.ts'
import { type Inventory, jobOn, type Local, type Mirror, mountsWith, processesWith, startLocal } from './local.ts'
import { type NamesWatch, watchLocal } from './names-watch.ts'
import { oneTaskAction } from './one-task-action.ts'

export interface Lane {
  readonly local: Local
  readonly mirror: Mirror
  /** The action, with a playbook of one task and a gate of one check. */
  readonly action: string
  /** Processes of the local EC2 itself, without instances. */
  readonly idle: Held
  stop(): Promise<void>
}

/** Processes of a local EC2, and their namespaces. */
interface Held {
  readonly processes: number
  readonly namespaces: readonly string[]
}

export async function startLanes(count: number, mirror: Mirror): Promise<Lane[]> {
  const action = oneTaskAction()
  const lanes: Lane[] = []
  // In sequence: the first one makes the base system, which the others use.
  for (let at = 0; at < count; at++) {
    const local = await startLocal('debian-13')
    await local.settings({ copySeconds: 1 })
    const stop = async () => {
      await local.stop()
      action.remove()
    }
    lanes.push({ local, mirror, action: action.path, idle: held(local.ready.pid), stop })
  }
  return lanes
}

/** A job in a lane that publishes to two regions. */
export function jobIn(lane: Lane, inputs: Readonly<Record<string, string>> = {}): Job & { dispose(): void } {
  const job = jobOn(lane.local, lane.mirror, { 'ami-regions': 'us-east-1,us-west-2', ...inputs })
  return { ...job, action: lane.action }
}

/** A job with a watch that records all AMIs with final names. */
export type WatchedJob = ReturnType<typeof jobIn> & { readonly names: NamesWatch }

/** A watched job that tests its AMI at the level boot. The AMI passes quickly: it starts no machine, and the gate checks nothing. */
export function testedJobIn(lane: Lane, inputs: Readonly<Record<string, string>> = {}): WatchedJob {
  const job = jobIn(lane, { test: 'boot', ...inputs })
  const names = watchLocal(lane.local)
  const dispose = () => {
    names.stop().catch(() => undefined)
    job.dispose()
  }
  return { ...job, names, dispose }
}

/** Runs `work` on each row, spread over the lanes; returns the problems by row. */
export async function inLanes<Row>(
  lanes: readonly Lane[],
  rows: readonly Row[],
  work: (lane: Lane, row: Row) => Promise<readonly string[]>,
): Promise<string[]> {
  if (rows.length === 0) throw new Error('no row matches K8S_IMAGE_TEST_ROWS and K8S_IMAGE_TEST_SLICE')
  const queue = [...rows]
  const complaints: string[] = []
  const one = async (lane: Lane) => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      const found = await work(lane, row).catch((error: Error) => [error.stack ?? error.message])
      complaints.push(...found.map((complaint) => `${JSON.stringify(row)}: ${complaint}`))
      if (found.length > 0) process.stderr.write(`${JSON.stringify(row)}: ${found.join('; ')}\n`)
    }
  }
  await Promise.all(lanes.map(one))
  return complaints
}

/** The rows that match K8S_IMAGE_TEST_ROWS, limited to the part K8S_IMAGE_TEST_SLICE, such as `2/4`. Default: all rows. */
export function slice<Row>(every: readonly Row[]): readonly Row[] {
  const pattern = new RegExp(process.env.K8S_IMAGE_TEST_ROWS ?? '')
  const rows = every.filter((row) => pattern.test(JSON.stringify(row)))
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(process.env.K8S_IMAGE_TEST_SLICE ?? '') ?? [undefined, '1', '1']
  return rows.filter((_, at) => at % Number(parts) === Number(part) - 1)
}

/** A `test` that registers only the tests of the slice. For files with long, unrelated tests. */
export function slicedTest(): (name: string, work: (() => void) | (() => Promise<void>), limit?: number) => void {
  const taken: string[] = []
  const [, part, parts] = /^(\d+)\/(\d+)$/.exec(process.env.K8S_IMAGE_TEST_SLICE ?? '') ?? [undefined, '1', '1']
  return (name, work, limit) => {
    if (taken.push(name) % Number(parts) === Number(part) % Number(parts)) test(name, async () => work(), limit)
  }
}

/** Starts main, and kills it as soon as it has made this call, which acts. Its answer does not arrive, so the job gets no further. */
export async function killAfter(lane: Lane, job: Job, call: { action: string; region: string }): Promise<StepResult> {
  const { local } = lane
  const from = (await local.calls()).length
  await local.faults([{ ...call, kind: 'timeout-after', seconds: 60 }])
  try {
    const step = startStep(job, 'main')
    for (;;) {
      const calls = (await local.calls()).slice(from)
      if (calls.some(({ action, region }) => action === call.action && region === call.region)) break
      if (hasEnded(step.child)) throw new Error(`main ended before ${call.action} in ${call.region}`)
      await new Promise((later) => setTimeout(later, 50))
    }
    step.child.kill('SIGKILL')
    return await step.done
  } finally {
    await local.faults([])
  }
}

/** A job's published AMI IDs by region. */
export function handedOut(outputs: Readonly<Record<string, string>>): { region: string; id: string }[] {
  const images: Record<string, Record<string, string>> = JSON.parse(outputs['ami-ids'] ?? '{}')
  return Object.values(images).flatMap((amis) => Object.entries(amis).map(([region, id]) => ({ region, id })))
}

/**
 * Runs post and returns the job's leftovers. Reads the local EC2's inventory and this machine's processes, mounts and namespaces.
 *
 * Published AMIs stay, and those that passed before their job failed: the next run publishes them. This removes both, so that the next
 * job finds none.
 *
 * @param then called between post and the count, for example for the next run's sweep
 */
export async function leftAfterPost(
  lane: Lane,
  job: WatchedJob,
  outputs: Readonly<Record<string, string>>,
  then: () => Promise<void> = async () => {},
): Promise<string[]> {
  const post = await startStep(job, 'post').done
  await then()
  const { local } = lane
  const published = handedOut(outputs)
  const before = await local.inventory()
  const missing = published.filter(({ id }) => !before.some((one) => one.id === id))
  const ec2 = ec2ByRegion(awsClients(local.ready.env))
  const kept = published.length > 0 ? [] : before.filter(isPassed)
  for (const { region, id } of [...published, ...kept]) {
    const all = await local.inventory()
    const snapshot = all.find((one) => one.id === id)?.snapshot
    // A provisional AMI and the named one have the same snapshot.
    const isShared = all.some((one) => one.type === 'image' && one.id !== id && one.snapshot === snapshot)
    const snapshots = snapshot === undefined || isShared ? [] : [snapshot]
    await ec2(region).deregister({ id, snapshots, othersStay: isShared })
  }
  const early = (await job.names.stop()).sightings.filter(({ passed }) => !passed)
  const left = [
    ...missing.map(({ id, region }) => `${id} was handed out and is not in ${region}`),
    ...(post.code === 0 ? [] : [`post ended with ${post.code}`]),
    ...(await local.inventory()).map(({ type, id, region, state }) => `${type} ${id} (${state}) is left in ${region}`),
    ...processesWith(job.directory).map((process) => `process ${process} is left`),
    ...mountsWith(job.directory).map((mount) => `${mount} is left mounted`),
    ...keyFiles(job.directory).map((file) => `key file ${file} is left`),
    ...early.map(({ name, id, state }) => `${id} had its name ${name} in the state ${state}`),
  ]
  const now = held(local.ready.pid)
  if (now.processes !== lane.idle.processes) left.push(`${now.processes} processes instead of ${lane.idle.processes}`)
  if (now.namespaces.join() !== lane.idle.namespaces.join())
    left.push(`namespaces ${now.namespaces.join(' ')} are left`)
  left.push(...(await local.wrong()))
  if (left.length > 0) left.push(post.log.slice(-1500))
  return left
}

/** Whether a resource is an AMI that passed its test and waits for its publication. */
const isPassed = ({ type, tags }: Inventory[number]) =>
  type === 'image' && tags[STATE_TAG] === TESTED && tags[TESTED_TAG] !== undefined

/** Process IDs of Packer in a job. */
export function packersOf(directory: string): number[] {
  return processesWith(directory)
    .filter((line) => /^\d+ \S*\/packer build /.test(line))
    .map((line) => Number.parseInt(line, 10))
}

/** Kills Packer in a job; returns the number of processes. */
export function killPackers(directory: string): number {
  return packersOf(directory).filter((pid) => {
    try {
      return process.kill(pid, 'SIGKILL')
    } catch {
      // It has just ended.
      return false
    }
  }).length
}

/** Files whose names suggest a private key. */
function keyFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /key|\.pem$|id_ed25519/i.test(name),
  )
}

/** Child process IDs by parent, for all processes of this machine. */
function children(): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      found.set(parent, [...(found.get(parent) ?? []), Number(name)])
    } catch {
      // It has ended.
    }
  }
  return found
}

function held(pid: number): Held {
  const tree = children()
  const all = [pid]
  for (let at = 0; at < all.length; at++) all.push(...(tree.get(all[at] ?? 0) ?? []))
  const namespaces = new Set<string>()
  for (const one of all)
    for (const kind of ['mnt', 'net', 'pid', 'uts']) {
      try {
        namespaces.add(readlinkSync(`/proc/${one}/ns/${kind}`))
      } catch {
        // It has ended.
      }
    }
  return { processes: all.length, namespaces: [...namespaces].sort() }
}
