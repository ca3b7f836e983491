/** What a run makes in EC2, kind by kind: how it is listed, and how it is deleted. */
import { type Resource, type ResourceKind, RUN_TAG } from '../ec2.js'
import { ownAmis } from './amis.js'
import type { Call } from './client.js'
import { isNotFound } from './errors.js'
import { allItems, filter, tagsOf } from './lists.js'
import { itemsAt, textAt } from './query.js'

/** How things of a kind are listed; EC2's names. */
const KINDS = {
  instance: {
    describe: 'DescribeInstances',
    list: 'reservationSet',
    id: 'instanceId',
    state: ['instanceState', 'name'],
  },
  volume: { describe: 'DescribeVolumes', list: 'volumeSet', id: 'volumeId', state: ['status'] },
  'security-group': { describe: 'DescribeSecurityGroups', list: 'securityGroupInfo', id: 'groupId', state: ['state'] },
  'key-pair': { describe: 'DescribeKeyPairs', list: 'keySet', id: 'keyPairId', state: ['state'] },
  'launch-template': {
    describe: 'DescribeLaunchTemplates',
    list: 'launchTemplates',
    id: 'launchTemplateId',
    state: ['state'],
  },
  snapshot: { describe: 'DescribeSnapshots', list: 'snapshotSet', id: 'snapshotId', state: ['status'] },
} as const

const REMOVALS: Readonly<Record<ResourceKind, { action: string; parameter: string }>> = {
  instance: { action: 'TerminateInstances', parameter: 'InstanceId.1' },
  volume: { action: 'DeleteVolume', parameter: 'VolumeId' },
  'security-group': { action: 'DeleteSecurityGroup', parameter: 'GroupId' },
  'key-pair': { action: 'DeleteKeyPair', parameter: 'KeyPairId' },
  'launch-template': { action: 'DeleteLaunchTemplate', parameter: 'LaunchTemplateId' },
  image: { action: 'DeregisterImage', parameter: 'ImageId' },
  snapshot: { action: 'DeleteSnapshot', parameter: 'SnapshotId' },
}

/** Everything of a kind that carries the run's tag; instances that are terminated are left out. */
export async function taggedWith(call: Call, kind: ResourceKind, runId: string): Promise<Resource[]> {
  const name = `tag:${RUN_TAG}`
  if (kind === 'image') return (await ownAmis(call, name, [runId])).map((ami) => ({ kind, ...ami }))
  const { describe, list, id, state } = KINDS[kind]
  const owner = kind === 'snapshot' ? { Owner: ['self'] } : {}
  const found = await allItems(call, describe, list, { Filter: [filter(name, runId)], ...owner })
  const items = kind === 'instance' ? found.flatMap((reservation) => itemsAt(reservation, 'instancesSet')) : found
  return items
    .map((item) => toResource(kind, textAt(item, id), tagsOf(item), textAt(item, ...state)))
    .filter((resource) => kind !== 'instance' || resource.state !== 'terminated')
}

/** Deletes one; what is gone already is no error. */
export async function removeResource(call: Call, kind: ResourceKind, id: string): Promise<void> {
  const { action, parameter } = REMOVALS[kind]
  try {
    await call(action, { [parameter]: id })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

const toResource = (
  kind: ResourceKind,
  id: string | undefined,
  tags: Record<string, string>,
  state: string | undefined,
): Resource => ({ kind, id: id ?? '', tags, ...(state === undefined ? {} : { state }) })
