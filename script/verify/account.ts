/** Finds and removes what a verification created in the account, with the AWS CLI. */
import { spawnSync } from 'node:child_process'

/** The tag of everything that a verification creates. Each verification has its own value. */
export const TAG = 'k8s-image-verify'

/** Calls AWS and gives its answer. Throws AWS's message. */
export type Ask = (region: string, ...args: readonly string[]) => ReturnType<typeof JSON.parse>

/** EC2's lists of everything that a job may leave, and their ID fields. */
const KINDS: Readonly<Record<string, readonly [query: string, ...more: string[]]>> = {
  instances: ["Reservations[].Instances[?State.Name!='terminated'][].InstanceId"],
  volumes: ['Volumes[].VolumeId'],
  images: ['Images[].ImageId', '--owners', 'self'],
  snapshots: ['Snapshots[].SnapshotId', '--owner-ids', 'self'],
  'security-groups': ['SecurityGroups[].GroupId'],
  'key-pairs': ['KeyPairs[].KeyPairId'],
}

export function asker(env: NodeJS.ProcessEnv): Ask {
  return (region, ...args) => {
    const all = [...args, '--region', region, '--output', 'json']
    const { status, stdout, stderr, error } = spawnSync('aws', all, { encoding: 'utf8', env })
    if (status !== 0) throw new Error(`aws ${args.slice(0, 2).join(' ')}: ${stderr?.trim() || error}`)
    return JSON.parse(stdout || 'null')
  }
}

/** IDs of a verification's resources. @param kind as in `describe-images` */
export function made(ask: Ask, region: string, kind: string, id: string): string[] {
  const [query = '', ...more] = KINDS[kind] ?? []
  const filters = ['--filters', `Name=tag:${TAG},Values=${id}`]
  return ask(region, 'ec2', `describe-${kind}`, ...filters, '--query', query, ...more) ?? []
}

export const parameterPath = (id: string) => `/${TAG}/${id}`

/** Removes everything, in case an earlier step failed or did not run. */
export function removeAll(ask: Ask, regions: readonly string[], id: string): void {
  for (const region of regions) {
    const ec2 = (kind: string, ...args: string[]) => {
      for (const one of made(ask, region, kind, id)) ask(region, 'ec2', ...args, one)
    }
    ec2('instances', 'terminate-instances', '--instance-ids')
    ec2('images', 'deregister-image', '--delete-associated-snapshots', '--image-id')
    ec2('security-groups', 'delete-security-group', '--group-id')
    for (const { Name: name } of ask(region, 'ssm', 'get-parameters-by-path', '--path', parameterPath(id)).Parameters)
      ask(region, 'ssm', 'delete-parameter', '--name', name)
  }
}

/** Remaining resources once describes have caught up, after at most two minutes. */
export async function leftOf(ask: Ask, regions: readonly string[], id: string): Promise<string[]> {
  const until = performance.now() + 120_000
  for (;;) {
    const all = regions.flatMap((region) =>
      Object.keys(KINDS).flatMap((kind) => made(ask, region, kind, id).map((one) => `${kind} ${one} in ${region}`)),
    )
    if (all.length === 0 || performance.now() > until) return all
    await new Promise((later) => setTimeout(later, 5000))
  }
}
