/** Runs the playbook, through the template's wrapper, on an instance that identifies itself as another system. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Local, type Mirror, root } from './local.ts'
import type { Nodes } from './nodes.ts'

/** The tests' environment: a local EC2 with Debian 13, a mirror, and a directory with the nodes' key. */
export interface World {
  readonly local: Local
  readonly mirror: Mirror
  readonly nodes: Nodes
  readonly directory: string
}

/** The callback plugin's event at the end of a task. */
interface TaskEnd {
  readonly event: string
  readonly task: string
  readonly status: string
  readonly message?: string
}

/** One run of the playbook. */
export interface Run {
  readonly code: number | null
  /** The end of the output, if the run failed. */
  readonly output: string
  readonly ends: readonly TaskEnd[]
  /** Tasks that changed something, or failed. */
  readonly changed: readonly string[]
}

let number = 0

/**
 * @param sbom where to write the list of components; empty: nowhere
 * @param user login of the instance
 */
export function provision(
  { local, mirror, nodes, directory }: World,
  host: string,
  variables: Readonly<Record<string, unknown>>,
  sbom = '',
  user = 'admin',
): Run {
  // The previous run's clean-up removed the host keys.
  nodes.ssh(host, 'sudo ssh-keygen -A >/dev/null')
  const own = join(directory, `run-${++number}`)
  mkdirSync(own)
  const events = join(own, 'events.jsonl')
  const lines = [readFileSync(join(directory, 'node-key'), 'utf8'), JSON.stringify(variables)]
  const done = spawnSync(join(root, 'packer/image/ansible.sh'), {
    input: lines.map((line) => `${Buffer.from(line).toString('base64')}\n`).join(''),
    encoding: 'utf8',
    timeout: 400_000,
    env: {
      ...process.env,
      TMPDIR: own,
      K8S_IMAGE_EVENTS: events,
      K8S_IMAGE_SBOM: sbom,
      K8S_IMAGE_PLAYBOOK: 'ansible-playbook',
      K8S_IMAGE_HOST: host,
      K8S_IMAGE_PORT: String(local.ready.sshPort),
      K8S_IMAGE_USER: user,
      K8S_IMAGE_FAMILY: String(variables.image_family ?? 'debian'),
      K8S_IMAGE_MIRROR: mirror.inputs.mirror ?? '',
    },
  })
  // The file exists only if a task ran.
  const records = existsSync(events) ? readFileSync(events, 'utf8').trim().split('\n') : []
  const ends = records.map((line): TaskEnd => JSON.parse(line)).filter(({ event }) => event === 'task_end')
  const changed = ends.filter(({ status }) => status !== 'ok').map(({ task }) => task)
  return { code: done.status, output: done.status ? (done.stdout + done.stderr).slice(-3000) : '', ends, changed }
}

/** The plan's variables for a Debian 13 image. */
export function planned({ mirror, nodes }: World): Record<string, unknown> {
  const { mirror: url = '', 'mirror-trust': trust = '' } = mirror.inputs
  const known = execFileSync('python3', [join(root, 'bench/node_variables.py'), url, trust], { encoding: 'utf8' })
  return { ...JSON.parse(known), image_base_ami: baseAmi(nodes) }
}

/** The local EC2's base AMI of Debian 13. */
export function baseAmi(nodes: Nodes): string {
  const found = nodes.aws('describe-images', '--owners', '136693071363', '--filters', 'Name=name,Values=debian-13-*')
  return (found as { Images: { ImageId: string }[] }).Images[0]?.ImageId ?? ''
}

/** Makes an AMI in the account that looks like Flatcar (fixtures/flatcar.sh). */
export async function flatcarAmi(nodes: Nodes, name: string): Promise<string> {
  const host = await nodes.launch(baseAmi(nodes))
  const input = readFileSync(join(root, 'test/rehearsal/fixtures/flatcar.sh'))
  const made = spawnSync('ssh', [...nodes.sshArgs(host), 'sudo bash -s'], { input, encoding: 'utf8', timeout: 120_000 })
  if (made.status !== 0) throw new Error(made.stderr)
  const found = nodes.aws('describe-instances', '--filters', `Name=ip-address,Values=${host}`)
  const { Reservations } = found as { Reservations: { Instances: { InstanceId: string }[] }[] }
  const id = Reservations[0]?.Instances[0]?.InstanceId ?? ''
  nodes.aws('stop-instances', '--instance-ids', id)
  nodes.aws('wait', 'instance-stopped', '--instance-ids', id)
  const { ImageId } = nodes.aws('create-image', '--instance-id', id, '--name', name) as { ImageId: string }
  nodes.aws('wait', 'image-available', '--image-ids', ImageId)
  nodes.aws('terminate-instances', '--instance-ids', id)
  nodes.aws('wait', 'instance-terminated', '--instance-ids', id)
  return ImageId
}
