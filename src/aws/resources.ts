/** What a run makes in EC2, kind by kind: how it is listed, and how it is deleted. */

import { ownAmis } from './amis.js'
import type { Call } from './client.js'
import { type Resource, type ResourceKind, RUN_TAG } from './ec2.js'
import { isNotFound } from './errors.js'
import { allItems, filter, tagsOf } from './lists.js'
import { type Element, itemsAt, type Params, textAt } from './query.js'

/** How things of a kind are listed; EC2's names. */
interface Listing {
  readonly describe: string
  readonly list: string
  readonly id: string
  readonly name?: string
  readonly state: readonly string[]
  /** Absent where EC2 tells no date. */
  readonly made?: string
  readonly params?: Params
}

/** Of each kind. */
export const LISTINGS: Readonly<Record<ResourceKind, Listing>> = {
  instance: {
    describe: 'DescribeInstances',
    list: 'reservationSet',
    id: 'instanceId',
    state: ['instanceState', 'name'],
    made: 'launchTime',
  },
  volume: { describe: 'DescribeVolumes', list: 'volumeSet', id: 'volumeId', state: ['status'], made: 'createTime' },
  'security-group': {
    describe: 'DescribeSecurityGroups',
    list: 'securityGroupInfo',
    id: 'groupId',
    name: 'groupName',
    state: ['state'],
  },
  'key-pair': {
    describe: 'DescribeKeyPairs',
    list: 'keySet',
    id: 'keyPairId',
    name: 'keyName',
    state: ['state'],
    made: 'createTime',
  },
  'launch-template': {
    describe: 'DescribeLaunchTemplates',
    list: 'launchTemplates',
    id: 'launchTemplateId',
    name: 'launchTemplateName',
    state: ['state'],
    made: 'createTime',
  },
  image: {
    describe: 'DescribeImages',
    list: 'imagesSet',
    id: 'imageId',
    name: 'name',
    state: ['imageState'],
    made: 'creationDate',
    params: { Owner: ['self'] },
  },
  snapshot: {
    describe: 'DescribeSnapshots',
    list: 'snapshotSet',
    id: 'snapshotId',
    state: ['status'],
    made: 'startTime',
    params: { Owner: ['self'] },
  },
}

const REMOVALS: Readonly<Record<ResourceKind, { action: string; parameter: string }>> = {
  instance: { action: 'TerminateInstances', parameter: 'InstanceId.1' },
  volume: { action: 'DeleteVolume', parameter: 'VolumeId' },
  'security-group': { action: 'DeleteSecurityGroup', parameter: 'GroupId' },
  'key-pair': { action: 'DeleteKeyPair', parameter: 'KeyPairId' },
  'launch-template': { action: 'DeleteLaunchTemplate', parameter: 'LaunchTemplateId' },
  image: { action: 'DeregisterImage', parameter: 'ImageId' },
  snapshot: { action: 'DeleteSnapshot', parameter: 'SnapshotId' },
}

/** All things of a kind that the filters leave, as EC2 tells them; instances that are terminated are left out. */
export async function listKind(call: Call, kind: ResourceKind, Filter: Params[]): Promise<Element[]> {
  const { describe, list, params = {} } = LISTINGS[kind]
  const found = await allItems(call, describe, list, { ...params, Filter })
  if (kind !== 'instance') return found
  return found
    .flatMap((reservation) => itemsAt(reservation, 'instancesSet'))
    .filter((item) => stateOf(kind, item) !== 'terminated')
}

/** EC2's word for the state of a thing. */
export const stateOf = (kind: ResourceKind, item: Element): string | undefined =>
  textAt(item, ...LISTINGS[kind].state) || undefined

/** Everything of a kind that carries the run's tag; instances that are terminated are left out. */
export async function taggedWith(call: Call, kind: ResourceKind, runId: string): Promise<Resource[]> {
  const name = `tag:${RUN_TAG}`
  if (kind === 'image') return (await ownAmis(call, name, [runId])).map((ami) => ({ kind, ...ami }))
  const found = await listKind(call, kind, [filter(name, runId)])
  return found.map((item) => {
    const state = stateOf(kind, item)
    const id = textAt(item, LISTINGS[kind].id) ?? ''
    return { kind, id, tags: tagsOf(item), ...(state === undefined ? {} : { state }) }
  })
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
