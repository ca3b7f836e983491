import { BUILT, FAILED, type Resource, type ResourceKind, STATE_TAG, TESTED } from '../ec2.js'

/** What may be deleted of all that carries a run's tag; `kept` are AMIs that were handed out, or passed their test. */
export interface Selection {
  readonly remove: readonly Resource[]
  readonly kept: readonly Resource[]
}

/**
 * Instances, volumes, groups and keys always go. An AMI goes unless it is marked as handed out, as tested, or as failed and to be kept; a snapshot goes unless it
 * is marked, too, or belongs to an AMI that is kept. The snapshots of an AMI that goes, go with it, tagged or not.
 */
export function select(resources: readonly Resource[]): Selection {
  const isBuilt = ({ tags }: Resource) => tags[STATE_TAG] === BUILT
  // Those that passed their test, with which the next run goes on, unless EC2 could not make them; and those that failed it, where
  // the user asked for it.
  const stays = (resource: Resource) =>
    isBuilt(resource) || (marked(resource, [TESTED, FAILED]) && !doomed.has(resource.id))
  const doomed = new Set(resources.filter(couldNotBeMade).flatMap(({ id, snapshots = [] }) => [id, ...snapshots]))
  const kept = resources.filter(
    (resource) => resource.kind === 'image' && marked(resource, [BUILT, TESTED]) && stays(resource),
  )
  const inUse = new Set(resources.filter(stays).flatMap((image) => image.snapshots ?? []))
  const remove: Resource[] = []
  for (const resource of resources) {
    if (resource.kind === 'image' || resource.kind === 'snapshot') {
      if (stays(resource) || inUse.has(resource.id)) continue
    }
    if (resource.state === 'deleting' || resource.state === 'shutting-down') continue
    remove.push(resource)
    for (const id of resource.snapshots ?? []) {
      if (!inUse.has(id) && !resources.some((other) => other.id === id)) remove.push({ kind: 'snapshot', id, tags: {} })
    }
  }
  return { remove, kept }
}

const marked = ({ tags }: Resource, states: readonly string[]) => states.includes(tags[STATE_TAG] ?? '')

const couldNotBeMade = ({ kind, state }: Resource) => kind === 'image' && (state === 'failed' || state === 'error')

const COMMANDS: Readonly<Record<ResourceKind, string>> = {
  instance: 'terminate-instances --instance-ids',
  volume: 'delete-volume --volume-id',
  'security-group': 'delete-security-group --group-id',
  'key-pair': 'delete-key-pair --key-pair-id',
  image: 'deregister-image --image-id',
  snapshot: 'delete-snapshot --snapshot-id',
}

/** The command by which a person deletes it. */
export function removalCommand(region: string, { kind, id }: Pick<Resource, 'kind' | 'id'>): string {
  return `aws ec2 ${COMMANDS[kind]} ${id} --region ${region}`
}
