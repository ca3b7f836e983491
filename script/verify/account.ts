/** Finds and removes what a verification created in the account, with the AWS CLI. */
import { spawnSync } from 'node:child_process'

/** The tag of everything that a verification creates. Each verification has its own value. */
export const TAG = 'k8s-image-verify'

/** Calls AWS and gives its answer. Throws AWS's message. */
export type Ask = (region: string, ...args: readonly string[]) => ReturnType<typeof JSON.parse>

interface Kind {
  readonly ids: string
  /** Further arguments of the list. */
  readonly of?: readonly string[]
  /** The command that removes one, without its ID. */
  readonly remove: readonly string[]
}

/** EC2's lists of everything that a job may leave, in the order of removal. */
const KINDS: Readonly<Record<string, Kind>> = {
  instances: {
    ids: "Reservations[].Instances[?State.Name!='terminated'][].InstanceId",
    remove: ['terminate-instances', '--instance-ids'],
  },
  images: {
    ids: 'Images[].ImageId',
    of: ['--owners', 'self'],
    remove: ['deregister-image', '--delete-associated-snapshots', '--image-id'],
  },
  snapshots: {
    ids: 'Snapshots[].SnapshotId',
    of: ['--owner-ids', 'self'],
    remove: ['delete-snapshot', '--snapshot-id'],
  },
  volumes: { ids: 'Volumes[].VolumeId', remove: ['delete-volume', '--volume-id'] },
  'security-groups': { ids: 'SecurityGroups[].GroupId', remove: ['delete-security-group', '--group-id'] },
  'key-pairs': { ids: 'KeyPairs[].KeyPairId', remove: ['delete-key-pair', '--key-pair-id'] },
}

/** Codes for what is gone: lists may be older than the removal. */
const GONE = /\((\S*NotFound|InvalidAMIID\.Unavailable)\)/

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
  const { ids = '', of = [] } = KINDS[kind] ?? {}
  const filters = ['--filters', `Name=tag:${TAG},Values=${id}`]
  return ask(region, 'ec2', `describe-${kind}`, ...filters, '--query', ids, ...of) ?? []
}

export const parameterPath = (id: string) => `/${TAG}/${id}`

/**
 * Removes everything, in case an earlier step failed or did not run. A failure does not keep the rest.
 *
 * @throws Error that names every failure
 */
export function removeAll(ask: Ask, regions: readonly string[], id: string): void {
  const failures: string[] = []
  /** Asks, and notes a failure. @returns undefined if it failed */
  const about =
    (what: string): Ask =>
    (region, ...args) => {
      try {
        return ask(region, ...args) ?? []
      } catch (error) {
        const { message } = error as Error
        if (!GONE.test(message)) failures.push(`${what} in ${region}: ${message}`)
        return undefined
      }
    }
  for (const region of regions) {
    for (const [kind, { remove }] of Object.entries(KINDS)) {
      const removed = made(about(kind), region, kind, id).filter((one) => about(one)(region, 'ec2', ...remove, one))
      // Until its end, an instance uses its security groups and volumes.
      if (kind === 'instances' && removed.length > 0)
        about(removed.join())(region, 'ec2', 'wait', 'instance-terminated', '--instance-ids', ...removed)
    }
    const path = ['--path', parameterPath(id)]
    const parameters = about('parameters')(region, 'ssm', 'get-parameters-by-path', ...path)?.Parameters ?? []
    for (const { Name: name } of parameters) about(name)(region, 'ssm', 'delete-parameter', '--name', name)
  }
  if (failures.length > 0) throw new Error(failures.join('; '))
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
