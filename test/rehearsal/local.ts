/** Helpers for tests of full jobs: a local EC2, a mirror, and an inventory of this machine. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Job, type StepResult, startStep } from '../../script/runner.ts'
import { startServer } from '../../script/server.ts'

export const root = resolve(import.meta.dirname, '../..')

export interface Ready {
  readonly endpoint: string
  readonly pid: number
  readonly state: string
  readonly sshPort: number
  /** Environment that makes a process use the local checkip. */
  readonly internet: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
}

export interface Local {
  readonly ready: Ready
  /** All resources of all regions, tagged or not, from the local EC2's own state. */
  inventory(): Promise<Inventory>
  /** Every API call so far. */
  calls(): Promise<readonly Call[]>
  /** Replaces the injected faults (rehearsal/README.md). */
  faults(list: readonly Fault[]): Promise<void>
  /** Adds a public AMI of another publisher, and returns its ID. */
  offer(image: { readonly region: string; readonly owner: string; readonly name: string }): Promise<string>
  /** Sets the date of an AMI's deprecation, even in the past. */
  deprecate(ami: string, at: string): Promise<void>
  /** Changes settings (rehearsal/README.md). */
  settings(changes: Readonly<Record<string, unknown>>): Promise<void>
  /** Denies actions, such as `ec2:CopyImage`, by a service control policy. No arguments: denies nothing. */
  deny(...actions: readonly string[]): Promise<void>
  /** Requests of any caller that EC2 would reject, and failures of the local EC2 itself. Injected faults do not count. */
  wrong(): Promise<readonly string[]>
  /** Its last calls and lines, for the message of a failed test. */
  story(): Promise<string>
  /** Stops the local EC2. Fails if `wrong` is not empty, so that a test cannot pass despite it. */
  stop(): Promise<void>
}

export interface Call {
  /** Seconds since 1970. */
  readonly time: number
  readonly service: string
  readonly action: string
  readonly region: string
  readonly status: number
  /** The error, if the answer was one. */
  readonly code: string | null
  /** Types of resources that the call tags at creation. */
  readonly tagged: readonly string[]
  /** A dry run (`DryRun`). */
  readonly dry: boolean
  /** The parameters of Packer's creating calls. */
  readonly given: Readonly<Record<string, unknown>>
  /** How often the SDK has made this call. */
  readonly attempt: number
  /** Affected by an injected fault. */
  readonly fault: boolean
  /** The local EC2 itself failed. */
  readonly bug: boolean
  /** Why AWS would have rejected the request. */
  readonly wrong: string | null
}

export interface Fault {
  readonly action: string
  readonly kind?: string
  readonly service?: string
  readonly region?: string
  readonly nth?: number
  /** null: always. */
  readonly times?: number | null
  readonly code?: string
  readonly status?: number
  readonly seconds?: number
}

/** A resource of the local EC2, except terminated instances. */
export interface Resource {
  readonly type: string
  readonly region: string
  readonly id: string
  readonly tags: Readonly<Record<string, string>>
  readonly state?: string
  readonly name?: string
  /** An image's snapshot. */
  readonly snapshot?: string
}
export type Inventory = readonly Resource[]

/** @param systems catalogue keys that need a base AMI with a real root */
export const startLocal = (...systems: string[]): Promise<Local> => startLocalIn([], ...systems)

/** @param regions enabled in the account; empty: AWS's default */
export const startLocalIn = (regions: readonly string[], ...systems: string[]): Promise<Local> =>
  startServed(
    [...systems.flatMap((os) => ['--os', os]), ...(regions.length === 0 ? [] : ['--regions', regions.join()])],
    900,
  )

/** A local EC2 with base AMIs of this architecture. On a machine of another one, the first start takes many minutes. */
export const startLocalFor = (arch: string, ...systems: string[]): Promise<Local> =>
  startServed([...systems.flatMap((os) => ['--os', os]), '--arch', arch], 2700)

/** @param seconds time limit of the start */
async function startServed(options: readonly string[], seconds: number): Promise<Local> {
  const state = mkdtempSync(join(tmpdir(), 'k8s-image-test-state-'))
  const server = await startServer(join(root, 'rehearsal/start'), ['--state', state, ...options], seconds)
  const ready = server.ready as Ready
  const at = async (path: string, init?: RequestInit) => {
    const answer = await fetch(`${ready.endpoint}/rehearsal/${path}`, { ...init, signal: AbortSignal.timeout(30_000) })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const calls = async () => (await at('calls')) as readonly Call[]
  const wrong = async () => {
    const found = (await calls()).filter((call) => call.wrong !== null || call.bug)
    return [...new Set(found.map((call) => `${call.service}:${call.action}: ${call.wrong ?? 'RehearsalBug'}`))]
  }
  const settings = async (changes: Readonly<Record<string, unknown>>) => {
    await at('settings', { method: 'PUT', body: JSON.stringify(changes) })
  }
  return {
    ready,
    inventory: async () => (await at('inventory')) as Inventory,
    calls,
    faults: async (list) => {
      await at('faults', { method: 'POST', body: JSON.stringify(list) })
    },
    offer: async (image) => {
      const { id } = (await at('images', { method: 'POST', body: JSON.stringify(image) })) as { id: string }
      return id
    },
    deprecate: async (ami, deprecationTime) => {
      await at(`images/${ami}`, { method: 'PUT', body: JSON.stringify({ deprecationTime }) })
    },
    settings,
    deny: async (...actions) => {
      const about = (effect: string, action: unknown) => ({ Effect: effect, Action: action, Resource: '*' })
      await settings({
        scp: actions.length === 0 ? null : { Statement: [about('Allow', '*'), about('Deny', actions)] },
      })
    },
    wrong,
    story: async () => {
      const lines = (await calls()).map(
        (call) => `${call.time} ${call.action} (attempt ${call.attempt}): ${call.status} ${call.code ?? ''}`,
      )
      return [...lines.slice(-30), server.log().slice(-2000)].join('\n')
    },
    stop: async () => {
      const problems = await wrong().finally(server.stop)
      rmSync(state, { recursive: true, force: true })
      if (problems.length > 0)
        throw new Error(`calls that EC2 would reject, or on which the local EC2 failed:\n${problems.join('\n')}`)
    },
  }
}

/** Opens a region's default security group to this machine. As on EC2, the group is closed by default. */
export function admit(local: Local, region: string): void {
  const rule = ['--group-name', 'default', '--protocol', 'tcp', '--port', '0-65535', '--cidr', '127.0.0.1/32']
  const env = { ...process.env, ...local.ready.env, AWS_DEFAULT_REGION: region }
  const done = spawnSync('aws', ['ec2', 'authorize-security-group-ingress', ...rule], { encoding: 'utf8', env })
  if (done.status !== 0 && !done.stderr.includes('InvalidPermission.Duplicate')) throw new Error(done.stderr)
}

export interface Mirror {
  readonly inputs: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** The read-only mirror that `script/test` serves, or a new mirror without `script/test`. */
export async function startMirror(): Promise<Mirror> {
  const { K8S_IMAGE_TEST_MIRROR: shared, K8S_IMAGE_TEST_MIRROR_TRUST: fingerprints } = process.env
  if (shared && fingerprints) return { inputs: { mirror: shared, 'mirror-trust': fingerprints }, stop: async () => {} }
  const server = await startServer(join(root, 'script/mirror'), ['--from', 'source'], 3000)
  const { url, trust } = server.ready as { url: string; trust: string }
  return { inputs: { mirror: url, 'mirror-trust': trust }, stop: server.stop }
}

/** A job on the test's own local EC2, which the test can still read after post. */
export function jobOn(
  local: Local,
  mirror: Mirror,
  inputs: Readonly<Record<string, string>> = {},
): Job & { dispose(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-job-'))
  return {
    action: root,
    directory,
    env: local.ready.env,
    inputs: {
      region: 'us-east-1',
      'ssh-source-cidr': '127.0.0.1/32',
      vars: `ssh_port=${local.ready.sshPort}`,
      // The gate boots a machine, so it has its own tests.
      test: 'none',
      // The preflight has its own tests (iam.test.ts). Its dry-run calls would mix with the calls that tests await, count and fault.
      preflight: 'false',
      ...mirror.inputs,
      ...inputs,
    },
    dispose: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** One run of `prune/action.yml` against a local EC2. */
export async function prune(local: Local, inputs: Readonly<Record<string, string>>): Promise<StepResult> {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-prune-'))
  try {
    const env = { ...local.ready.env, AWS_REGION: 'us-east-1' }
    return await startStep({ action: root, directory, inputs, env }, 'prune').done
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** A run's leftovers in EC2: all resources except initial ones and `kept`. */
export function leftovers(inventory: Inventory, ...kept: string[]): string[] {
  return inventory.filter(({ id }) => !kept.includes(id)).map(({ type, id, region }) => `${type} ${id} in ${region}`)
}

/** Processes of this machine with a text in their command line or environment, as `pid command`. */
export function processesWith(text: string): string[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(`/proc/${pid}/cmdline`).includes(text) || read(`/proc/${pid}/environ`).includes(text))
    .map((pid) => `${pid} ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`)
}

/** Mounts of this machine with a text in their mountinfo line. */
export function mountsWith(text: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(text))
}
