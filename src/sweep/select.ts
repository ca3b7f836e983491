import { BUILT, FAILED, type Resource, type ResourceKind, STATE_TAG, TESTED } from '../aws/ec2.js'
import { nameToCome } from '../aws/provisional.js'

/** What may be deleted of all that carries a run's tag; `kept` are AMIs that were handed out, or passed their test. */
export interface Selection {
  readonly remove: readonly Resource[]
  readonly kept: readonly Resource[]
}

/** States of AMIs that outlive their run: handed out, on their way to be, or kept because they failed their test. */
const STAYING: readonly string[] = [BUILT, TESTED, FAILED]

/**
 * What to remove:
 *
 * - All instances, volumes, groups and keys.
 * - AMIs, except those that EC2 could make and whose state tag keeps them. The AMI's own tag decides about its snapshots.
 * - Snapshots, except those with such a tag, and those of an AMI that stays.
 * - A provisional AMI that has a named one, of its snapshots or copied from it.
 */
export function select(resources: readonly Resource[]): Selection {
  const images = resources.filter(({ kind }) => kind === 'image')
  const isMarked = (resource: Resource) => marked(resource, STAYING) && !couldNotBeMade(resource)
  const named = images.filter((image) => isMarked(image) && nameToCome(image) === undefined)
  const isSpent = (resource: Resource) => {
    const name = nameToCome(resource)
    const isCopy = (image: Resource) => image.name === name && image.state === 'available'
    return name !== undefined && named.some((image) => isCopy(image) || shareSnapshots(image, resource))
  }
  const stays = (resource: Resource) => isMarked(resource) && !(resource.kind === 'image' && isSpent(resource))
  const kept = images.filter((image) => marked(image, [BUILT, TESTED]) && stays(image))
  const inUse = new Set(images.filter(stays).flatMap((image) => image.snapshots ?? []))
  const going = new Set(images.filter((image) => !stays(image)).flatMap((image) => image.snapshots ?? []))
  const remove: Resource[] = []
  for (const resource of resources) {
    if (resource.kind === 'image' && stays(resource)) continue
    if (resource.kind === 'snapshot' && (inUse.has(resource.id) || (stays(resource) && !going.has(resource.id))))
      continue
    if (resource.state === 'deleting' || resource.state === 'shutting-down') continue
    remove.push(resource)
    for (const id of resource.snapshots ?? []) {
      if (!inUse.has(id) && !resources.some((other) => other.id === id)) remove.push({ kind: 'snapshot', id, tags: {} })
    }
  }
  return { remove, kept }
}

/** Whether two AMIs stand on the same snapshot. */
export const shareSnapshots = (one: Resource, other: Resource): boolean =>
  (one.snapshots ?? []).some((id) => other.snapshots?.includes(id))

const marked = ({ tags }: Resource, states: readonly string[]) => states.includes(tags[STATE_TAG] ?? '')

/** A copy that failed. An AMI that a run handed out stays, whatever state EC2 reports for it now. */
const couldNotBeMade = (resource: Resource) =>
  resource.kind === 'image' && ['failed', 'error'].includes(resource.state ?? '') && !marked(resource, [BUILT, FAILED])

const COMMANDS: Readonly<Record<ResourceKind, string>> = {
  instance: 'terminate-instances --instance-ids',
  volume: 'delete-volume --volume-id',
  'security-group': 'delete-security-group --group-id',
  'key-pair': 'delete-key-pair --key-pair-id',
  'launch-template': 'delete-launch-template --launch-template-id',
  image: 'deregister-image --image-id',
  snapshot: 'delete-snapshot --snapshot-id',
}

/** The command by which a person deletes it. */
export function removalCommand(region: string, { kind, id }: Pick<Resource, 'kind' | 'id'>): string {
  return `aws ec2 ${COMMANDS[kind]} ${id} --region ${region}`
}
