/** Lists and deletes the resources of a run in EC2, by kind. */
import type { EC2, Filter, Tag } from '@aws-sdk/client-ec2'
import { images, PAGE, snapshotsOf } from './amis.js'
import { type NamedKind, type Resource, type ResourceKind, RUN_TAG } from './ec2.js'
import { isNotFound } from './errors.js'
import { allItems, filter, seconds, tagsOf } from './lists.js'
import { orWithout } from './newer.js'

export interface Listed extends Resource {
  /** Empty for kinds without names. */
  readonly name: string
  /** Seconds since 1970; undefined for kinds without a date, such as security groups. */
  readonly made: number | undefined
  /** An image's deregistration protection, in EC2's words. */
  readonly protection?: string
}

/** EC2's limit for launch templates. */
const TEMPLATES = 200

function listed(
  kind: ResourceKind,
  item: { readonly Tags?: Tag[] | undefined },
  id: string | undefined,
  {
    name = '',
    made,
    state,
  }: { name?: string | undefined; made?: Date | string | undefined; state?: string | undefined },
): Listed {
  return { kind, id: id ?? '', name, tags: tagsOf(item), made: seconds(made), ...(state ? { state } : {}) }
}

const LISTS: { readonly [Kind in ResourceKind]: (ec2: EC2, filters: Filter[]) => Promise<Listed[]> } = {
  instance: async (ec2, Filters) => {
    const pages = ec2.paginateDescribeInstances({ Filters, MaxResults: PAGE })
    const found = await allItems(pages, (page) => page.Reservations?.flatMap(({ Instances = [] }) => Instances))
    return found
      .filter(({ State }) => State?.Name !== 'terminated')
      .map((one) => listed('instance', one, one.InstanceId, { made: one.LaunchTime, state: one.State?.Name }))
  },
  volume: async (ec2, Filters) => {
    const found = await allItems(ec2.paginateDescribeVolumes({ Filters, MaxResults: PAGE }), ({ Volumes }) => Volumes)
    return found.map((one) => listed('volume', one, one.VolumeId, { made: one.CreateTime, state: one.State }))
  },
  'security-group': async (ec2, Filters) => {
    const pages = ec2.paginateDescribeSecurityGroups({ Filters, MaxResults: PAGE })
    const found = await allItems(pages, ({ SecurityGroups }) => SecurityGroups)
    return found.map((one) => listed('security-group', one, one.GroupId, { name: one.GroupName }))
  },
  'key-pair': async (ec2, Filters) => {
    // EC2 does not page these.
    const { KeyPairs = [] } = await ec2.describeKeyPairs({ Filters })
    return KeyPairs.map((one) => listed('key-pair', one, one.KeyPairId, { name: one.KeyName, made: one.CreateTime }))
  },
  'launch-template': async (ec2, Filters) => {
    const pages = ec2.paginateDescribeLaunchTemplates({ Filters, MaxResults: TEMPLATES })
    const found = await allItems(pages, ({ LaunchTemplates }) => LaunchTemplates)
    return found.map((one) =>
      listed('launch-template', one, one.LaunchTemplateId, { name: one.LaunchTemplateName, made: one.CreateTime }),
    )
  },
  image: async (ec2, Filters) => {
    const found = await images(ec2, { Owners: ['self'], Filters })
    return found.map((one) => ({
      ...listed('image', one, one.ImageId, { name: one.Name, made: one.CreationDate, state: one.State }),
      snapshots: snapshotsOf(one),
      protection: one.DeregistrationProtection ?? '',
    }))
  },
  snapshot: async (ec2, Filters) => {
    const pages = ec2.paginateDescribeSnapshots({ OwnerIds: ['self'], Filters, MaxResults: PAGE })
    const found = await allItems(pages, ({ Snapshots }) => Snapshots)
    return found.map((one) => listed('snapshot', one, one.SnapshotId, { made: one.StartTime, state: one.State }))
  },
}

/** All kinds of resources that a run makes. */
export const KINDS = Object.keys(LISTS) as readonly ResourceKind[]

/** All resources of a kind that match the filters, except terminated instances. */
export const listKind = (ec2: EC2, kind: ResourceKind, filters: Filter[]): Promise<Listed[]> =>
  LISTS[kind](ec2, filters)

/** All resources of a kind with the run's tag. */
export const taggedWith = (ec2: EC2, kind: ResourceKind, runId: string): Promise<Listed[]> =>
  listKind(ec2, kind, [filter(`tag:${RUN_TAG}`, runId)])

/** All resources of a kind with any of the names. */
export const namedAny = (ec2: EC2, kind: NamedKind, names: readonly string[]): Promise<Listed[]> =>
  listKind(ec2, kind, [filter(kind === 'key-pair' ? 'key-name' : 'group-name', ...names)])

const REMOVALS: { readonly [Kind in ResourceKind]: (ec2: EC2, id: string) => Promise<unknown> } = {
  // Its content is not needed, and its volumes and group become free sooner.
  instance: (ec2, id) =>
    orWithout({ SkipOsShutdown: true }, (more) => ec2.terminateInstances({ InstanceIds: [id], ...more })),
  volume: (ec2, VolumeId) => ec2.deleteVolume({ VolumeId }),
  'security-group': (ec2, GroupId) => ec2.deleteSecurityGroup({ GroupId }),
  'key-pair': (ec2, KeyPairId) => ec2.deleteKeyPair({ KeyPairId }),
  'launch-template': (ec2, LaunchTemplateId) => ec2.deleteLaunchTemplate({ LaunchTemplateId }),
  image: (ec2, ImageId) => ec2.deregisterImage({ ImageId }),
  snapshot: (ec2, SnapshotId) => ec2.deleteSnapshot({ SnapshotId }),
}

/** Deletes a resource; a missing one is no error. */
export async function removeResource(ec2: EC2, kind: ResourceKind, id: string): Promise<void> {
  try {
    await REMOVALS[kind](ec2, id)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
