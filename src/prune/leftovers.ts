/** Everything in a region that carries a run's tag, with its age. */
import type { Call } from '../aws/client.js'
import { allItems, tagsOf } from '../aws/lists.js'
import { type Element, itemsAt, type Params, textAt } from '../aws/query.js'
import { type ResourceKind, RUN_TAG } from '../ec2.js'
import type { Dated } from '../sweep/by-age.js'
import { seconds } from './images.js'

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

const LISTINGS: Readonly<Record<ResourceKind, Listing>> = {
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

/** Rejects with a UserError when any kind cannot be listed: half a view of a run would make it look older than it is. */
export async function readLeftovers(ec2: Call, region: string): Promise<Dated[]> {
  const kinds = Object.keys(LISTINGS) as ResourceKind[]
  return (await Promise.all(kinds.map((kind) => listKind(ec2, region, kind)))).flat()
}

async function listKind(ec2: Call, region: string, kind: ResourceKind): Promise<Dated[]> {
  const { describe, list, id, name, state, made, params = {} } = LISTINGS[kind]
  const Filter = [{ Name: 'tag-key', Value: [RUN_TAG] }]
  const found = await allItems(ec2, describe, list, { ...params, Filter })
  const items = kind === 'instance' ? found.flatMap((reservation) => itemsAt(reservation, 'instancesSet')) : found
  return items
    .map((item): Dated => {
      const told = textAt(item, ...state)
      return {
        region,
        kind,
        id: textAt(item, id) ?? '',
        name: (name && textAt(item, name)) || '',
        tags: tagsOf(item),
        made: made === undefined ? undefined : seconds(textAt(item, made) ?? ''),
        ...(told ? { state: told } : {}),
        ...(kind === 'image'
          ? { snapshots: snapshotsOf(item), protection: textAt(item, 'deregistrationProtection') ?? '' }
          : {}),
      }
    })
    .filter((resource) => kind !== 'instance' || resource.state !== 'terminated')
}

const snapshotsOf = (image: Element) =>
  itemsAt(image, 'blockDeviceMapping').flatMap((device) => textAt(device, 'ebs', 'snapshotId') || [])
