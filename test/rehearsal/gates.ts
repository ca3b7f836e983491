/** Helpers for tests of the gate on booted AMIs: a good AMI, broken AMIs, and the gate as the action calls it. */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { awsClients } from '../../src/aws/clients.js'
import { ec2ByRegion } from '../../src/aws/ec2-client.js'
import { readCatalog } from '../../src/catalog/catalog.js'
import { type GateOutcome, type GateSettings, markOutcome, testImage } from '../../src/gate/gate.js'
import { systemClock } from '../../src/lib/clock.js'
import { image, memoryLog } from '../unit/fakes.js'
import { admit, jobOn, type Local, leftovers, type Mirror, root, startLocal, startMirror } from './local.ts'

export const MINUTE = 60_000
const cache = process.env.K8S_IMAGE_CACHE ?? join(process.env.HOME ?? '/', '.cache/k8s-image-action')
const region = 'us-east-1'
const systems = ['debian-13', 'debian-12'] as const

/** Options of one run of the gate. */
export type GateChanges = Partial<Pick<GateSettings, 'level' | 'timeout' | 'reboot'>>

export type System = (typeof systems)[number]

export interface Gates {
  readonly local: Local
  readonly mirror: Mirror
  /** Directory for reports and logs; `stop` removes it. */
  readonly directory: string
  /** The intact AMIs of a full job; `good` is Debian 13's. */
  readonly images: Readonly<Record<System, string>>
  readonly good: string
  /** Makes a copy of the good AMI after a script has run on it as root. Uses a namespace instead of a machine, for speed. */
  broken(script: string): Promise<string>
  /** Runs the gate as the action does, on a booted machine. `system` is the AMI's system. */
  gate(ami: string, changes?: GateChanges, system?: System): Promise<GateOutcome>
  /** Remaining instances, keys and security groups. */
  remaining(): Promise<string[]>
  stop(): Promise<void>
}

/** Starts a local EC2 and a mirror, and builds the good AMIs with a full job. Call `stop` even if a test fails. */
export async function startGates(): Promise<Gates> {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-gate-'))
  const [local, mirror] = await Promise.all([startLocal(...systems), startMirror()])
  const stop = async () => {
    await Promise.all([local.stop(), mirror.stop()])
    rmSync(directory, { recursive: true, force: true })
  }
  const job = jobOn(local, mirror, { os: systems.join(',') })
  const { main } = await runJob(job)
  job.dispose()
  if (main.code !== 0) {
    await stop()
    throw new Error(main.log.slice(-3000))
  }
  const amis: Record<string, Record<string, string>> = JSON.parse(main.outputs['ami-ids'] ?? '{}')
  const made = (system: System) => amis[`${system}-amd64`]?.[region] ?? ''
  const versions = JSON.parse(main.outputs.images ?? '[{}]')[0].versions as Record<string, string>
  let instances: 'namespace' | 'machine' = 'namespace'
  /** Sets the kind of the next instances. */
  const use = async (kind: 'namespace' | 'machine') => {
    if (kind === instances) return
    await fetch(`${local.ready.endpoint}/rehearsal/settings`, { method: 'PUT', body: JSON.stringify({ kind }) })
    instances = kind
  }
  return {
    local,
    mirror,
    directory,
    images: { 'debian-12': made('debian-12'), 'debian-13': made('debian-13') },
    good: made('debian-13'),
    broken: async (script) => {
      await use('namespace')
      return breakAmi(made('debian-13'), script, local, directory)
    },
    gate: async (ami, changes = {}, system = 'debian-13') => {
      await use('machine')
      return gateAmi(ami, { system, versions, changes }, local, directory)
    },
    remaining: async () => leftovers(await local.inventory()).filter((line) => /^(instance|key|security)/.test(line)),
    stop,
  }
}

/** Prints when the gate reached each level. `script/bench` has the limits. */
export function printTimes(name: string, reached: Readonly<Record<string, number>>): void {
  const load = loadavg().map((each) => each.toFixed(1))
  process.stderr.write(`${name}, seconds from the launch: ${JSON.stringify(reached)}; load ${load.join(' ')}\n`)
}

export const reasons = (outcome: GateOutcome) => outcome.failures.map(({ message }) => message).join('\n')

/** Calls `aws ec2` on the local EC2; returns the parsed output. */
function aws(local: Local, ...args: string[]): unknown {
  const env = { ...process.env, ...local.ready.env, AWS_DEFAULT_REGION: region }
  const result = spawnSync('aws', ['ec2', ...args, '--output', 'json'], { encoding: 'utf8', env })
  if (result.status !== 0) throw new Error(`aws ec2 ${args.join(' ')}: ${result.stderr}`)
  return JSON.parse(result.stdout || 'null')
}

async function breakAmi(good: string, script: string, local: Local, directory: string): Promise<string> {
  admit(local, region)
  const name = `k${Date.now()}`
  const key = join(directory, name)
  const pair = aws(local, 'create-key-pair', '--key-name', name, '--key-type', 'ed25519') as { KeyMaterial: string }
  writeFileSync(key, pair.KeyMaterial, { mode: 0o600 })
  const made = aws(local, 'run-instances', '--image-id', good, '--key-name', name, '--instance-type', 't3.medium') as {
    Instances: { InstanceId: string; PublicIpAddress: string }[]
  }
  const { InstanceId: id = '', PublicIpAddress: address = '' } = made.Instances[0] ?? {}
  try {
    const ssh = ['-q', '-i', key, '-p', String(local.ready.sshPort), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes']
    const to = [...ssh, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', `admin@${address}`]
    // As after a build, the next boot must be a first boot.
    const clean = readFileSync(join(root, 'ansible/roles/cleanup/files/cleanup.sh'), 'utf8')
    const removeKeys = 'rm -f /home/admin/.ssh/authorized_keys /root/.ssh/authorized_keys'
    const program = `${clean}\n${removeKeys}\n${script}\n`
    let last = ''
    for (let tries = 0; ; tries++) {
      const done = spawnSync(
        'ssh',
        [...to, 'cloud-init status --wait >/dev/null; FAMILY=debian EXTRA= LIST= sudo -E bash -s'],
        {
          input: program,
          encoding: 'utf8',
          timeout: 2 * MINUTE,
        },
      )
      if (done.status === 0) break
      last = done.stderr + done.stdout
      if (tries > 60 || done.status !== 255) throw new Error(`the AMI could not be broken: ${last}`)
      await new Promise((later) => setTimeout(later, 1000))
    }
    aws(local, 'stop-instances', '--instance-ids', id)
    aws(local, 'wait', 'instance-stopped', '--instance-ids', id)
    const ami = (aws(local, 'create-image', '--instance-id', id, '--name', name) as { ImageId: string }).ImageId
    aws(local, 'wait', 'image-available', '--image-ids', ami)
    return ami
  } finally {
    aws(local, 'terminate-instances', '--instance-ids', id)
    aws(local, 'delete-key-pair', '--key-name', name)
  }
}

async function gateAmi(
  ami: string,
  order: {
    readonly system: System
    readonly versions: Readonly<Record<string, string>>
    readonly changes: GateChanges
  },
  local: Local,
  directory: string,
): Promise<GateOutcome> {
  const { system, versions, changes } = order
  const found = readCatalog(root).operatingSystems[system]
  if (found === undefined) throw new Error(`the catalogue has no ${system}`)
  const node = { ...image().node, sandboxImage: versions.sandboxImage ?? '' }
  const own = {
    ...image(`${system}-amd64`),
    os: system,
    node: {
      ...node,
      kubernetesDeb: versions.kubernetes ?? '',
      containerd: { ...node.containerd, version: versions.containerd ?? '' },
      runc: { ...node.runc, version: versions.runc ?? '' },
      cniPlugins: { ...node.cniPlugins, version: versions.cniPlugins ?? '' },
    },
  }
  const tool = (pattern: string) =>
    globSync(join(cache, 'tools', pattern))
      .sort()
      .at(-1) ?? ''
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  const ec2 = ec2ByRegion(awsClients(local.ready.env))(region)
  const outcome = await testImage(
    own,
    ami,
    found,
    join(directory, ami),
    {
      // A unique ID: the gate removes leftovers by run ID, and other tests may run at the same time.
      runId: `gate-${basename(directory)}`,
      root,
      reportDirectory: directory,
      tools: {
        packer: tool('k8s-image-packer/*/*/packer'),
        pluginDirectory: tool('k8s-image-packer-plugin-amazon/*/*/plugins'),
        ansiblePlaybook: '',
        bytesFetched: 0,
        seconds: 0,
      },
      account: { env: local.ready.env, sshPort: local.ready.sshPort, sshSourceCidrs: [] },
      env,
      newRedactor: () => (line: string) => line,
      level: 'node',
      selection: { focus: '', skip: '' },
      reboot: 'auto',
      timeout: 20,
      ...changes,
      built: {
        region,
        run_id: `gate-${basename(directory)}`,
        ssh_port: local.ready.sshPort,
        ssh_source_cidrs: ['127.0.0.1/32'],
        tags: {},
      },
      ec2,
    },
    {
      log: memoryLog(),
      clock: systemClock,
      signal: new AbortController().signal,
      during: (_, work) => work(),
      onStart: () => undefined,
    },
  )
  return markOutcome(own.key, ami, outcome, { ec2, clock: systemClock, signal: new AbortController().signal })
}
