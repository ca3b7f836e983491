import type { DescribeImagesCommandInput, EC2Client, Filter, Tag } from '@aws-sdk/client-ec2'
import { awsError, isNotFound } from './aws-errors.js'
import {
  type Ami,
  type CopyRequest,
  type Ec2,
  type Ec2ByRegion,
  type Resource,
  type ResourceKind,
  RUN_TAG,
} from './ec2.js'

type Sdk = typeof import('@aws-sdk/client-ec2')

const VERSION = '0.1.0'
/** Tries of one call; between them the SDK backs off exponentially, up to 20 s, with jitter. */
const MAX_ATTEMPTS = 6
/** Architectures as EC2 names them. */
const EC2_ARCH: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'arm64' }

/**
 * EC2 by region. The SDK is loaded at the first call, not before.
 *
 * @param account what stands in for the process's own environment: endpoint and credentials; empty for AWS itself
 */
export function ec2ByRegion(account: Readonly<Record<string, string>>): Ec2ByRegion {
  const regions = new Map<string, Ec2>()
  return (region) => {
    const known = regions.get(region) ?? inRegion(region, account)
    regions.set(region, known)
    return known
  }
}

/** Client settings; what is left out the SDK reads from the process's environment itself. */
export function clientConfig(region: string, account: Readonly<Record<string, string>>) {
  const endpoint = account.AWS_ENDPOINT_URL_EC2 ?? account.AWS_ENDPOINT_URL
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = account
  return {
    region,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'standard',
    customUserAgent: `k8s-image-action/${VERSION}`,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
  }
}

function inRegion(region: string, account: Readonly<Record<string, string>>): Ec2 {
  let loaded: Promise<{ sdk: Sdk; client: EC2Client }> | undefined
  const load = () => {
    loaded ??= import('@aws-sdk/client-ec2').then((sdk) => ({
      sdk,
      client: new sdk.EC2Client(clientConfig(region, account)),
    }))
    return loaded
  }
  const call = async <T>(action: string, work: (client: EC2Client, sdk: Sdk) => Promise<T>): Promise<T> => {
    const { sdk, client } = await load()
    try {
      return await work(client, sdk)
    } catch (error) {
      throw awsError(error, action, region)
    }
  }
  const images = (input: DescribeImagesCommandInput) =>
    call('DescribeImages', async (client, sdk) => {
      const found = []
      for await (const page of sdk.paginateDescribeImages({ client }, input)) found.push(...(page.Images ?? []))
      return found
    })

  return {
    region,
    enabledRegions: () =>
      call('DescribeRegions', async (client, sdk) => {
        const answer = await client.send(new sdk.DescribeRegionsCommand({ AllRegions: false }))
        return (answer.Regions ?? []).flatMap(({ RegionName }) => RegionName ?? []).sort()
      }),
    newestAmi: async ({ owner, nameFilter, arch }) => {
      const found = await images({
        Owners: [owner],
        Filters: [
          filter('name', nameFilter),
          filter('architecture', EC2_ARCH[arch] ?? arch),
          filter('state', 'available'),
          filter('root-device-type', 'ebs'),
          filter('virtualization-type', 'hvm'),
        ],
      })
      const order = (image: (typeof found)[number]) => `${image.CreationDate} ${image.Name} ${image.ImageId}`
      const newest = found.sort((a, b) => (order(a) < order(b) ? 1 : -1))[0]
      return newest?.ImageId === undefined ? undefined : { id: newest.ImageId, name: newest.Name ?? '' }
    },
    amiNameTaken: async (name) => (await images({ Owners: ['self'], Filters: [filter('name', name)] })).length > 0,
    // By filter and not by ID: a copy that was just begun may not be known yet, which is no error.
    ami: async (id) => {
      const [image] = await images({ Owners: ['self'], Filters: [filter('image-id', id)] })
      return image === undefined ? undefined : toAmi(image)
    },
    copy: (request) => call('CopyImage', (client, sdk) => copy(client, sdk, request)),
    tag: async (ids, tags) => {
      await call('CreateTags', (client, sdk) =>
        client.send(new sdk.CreateTagsCommand({ Resources: [...ids], Tags: toTags(tags) })),
      )
    },
    tagged: async (kind, runId) => {
      const Filters = [filter(`tag:${RUN_TAG}`, runId)]
      if (kind !== 'image') return call(DESCRIBE[kind], (client, sdk) => tagged(kind, client, sdk, Filters))
      return (await images({ Owners: ['self'], Filters })).map((image) => ({ kind, ...toAmi(image) }))
    },
    remove: async (kind, id) => {
      const { sdk, client } = await load()
      try {
        await remove(kind, id, client, sdk)
      } catch (error) {
        if (!isNotFound(error)) throw awsError(error, REMOVE[kind], region)
      }
    },
  }
}

async function copy(client: EC2Client, sdk: Sdk, request: CopyRequest): Promise<string> {
  const Tags = toTags(request.tags)
  const answer = await client.send(
    new sdk.CopyImageCommand({
      Name: request.name,
      SourceRegion: request.sourceRegion,
      SourceImageId: request.sourceId,
      ClientToken: request.token,
      TagSpecifications: [
        { ResourceType: 'image', Tags },
        { ResourceType: 'snapshot', Tags },
      ],
    }),
  )
  if (answer.ImageId === undefined) throw new Error('CopyImage gave no AMI ID')
  return answer.ImageId
}

const DESCRIBE = {
  instance: 'DescribeInstances',
  volume: 'DescribeVolumes',
  'security-group': 'DescribeSecurityGroups',
  'key-pair': 'DescribeKeyPairs',
  snapshot: 'DescribeSnapshots',
} as const

const REMOVE: Readonly<Record<ResourceKind, string>> = {
  instance: 'TerminateInstances',
  volume: 'DeleteVolume',
  'security-group': 'DeleteSecurityGroup',
  'key-pair': 'DeleteKeyPair',
  image: 'DeregisterImage',
  snapshot: 'DeleteSnapshot',
}

async function tagged(
  kind: Exclude<ResourceKind, 'image'>,
  client: EC2Client,
  sdk: Sdk,
  Filters: Filter[],
): Promise<Resource[]> {
  const found: Resource[] = []
  const add = (id: string | undefined, tags: Tag[] | undefined, state?: string) => {
    if (id !== undefined) found.push({ kind, id, tags: fromTags(tags), ...(state === undefined ? {} : { state }) })
  }
  if (kind === 'instance') {
    for await (const page of sdk.paginateDescribeInstances({ client }, { Filters })) {
      for (const instance of (page.Reservations ?? []).flatMap(({ Instances }) => Instances ?? [])) {
        if (instance.State?.Name !== 'terminated') add(instance.InstanceId, instance.Tags, instance.State?.Name)
      }
    }
  } else if (kind === 'volume') {
    for await (const page of sdk.paginateDescribeVolumes({ client }, { Filters })) {
      for (const volume of page.Volumes ?? []) add(volume.VolumeId, volume.Tags, volume.State)
    }
  } else if (kind === 'security-group') {
    for await (const page of sdk.paginateDescribeSecurityGroups({ client }, { Filters })) {
      for (const group of page.SecurityGroups ?? []) add(group.GroupId, group.Tags)
    }
  } else if (kind === 'key-pair') {
    const answer = await client.send(new sdk.DescribeKeyPairsCommand({ Filters }))
    for (const pair of answer.KeyPairs ?? []) add(pair.KeyPairId, pair.Tags)
  } else {
    for await (const page of sdk.paginateDescribeSnapshots({ client }, { OwnerIds: ['self'], Filters })) {
      for (const snapshot of page.Snapshots ?? []) add(snapshot.SnapshotId, snapshot.Tags, snapshot.State)
    }
  }
  return found
}

async function remove(kind: ResourceKind, id: string, client: EC2Client, sdk: Sdk): Promise<void> {
  if (kind === 'instance') await client.send(new sdk.TerminateInstancesCommand({ InstanceIds: [id] }))
  else if (kind === 'volume') await client.send(new sdk.DeleteVolumeCommand({ VolumeId: id }))
  else if (kind === 'security-group') await client.send(new sdk.DeleteSecurityGroupCommand({ GroupId: id }))
  else if (kind === 'key-pair') await client.send(new sdk.DeleteKeyPairCommand({ KeyPairId: id }))
  else if (kind === 'image') await client.send(new sdk.DeregisterImageCommand({ ImageId: id }))
  else await client.send(new sdk.DeleteSnapshotCommand({ SnapshotId: id }))
}

const filter = (Name: string, value: string): Filter => ({ Name, Values: [value] })

const toTags = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const fromTags = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']))

function toAmi(image: import('@aws-sdk/client-ec2').Image): Ami {
  const reason = image.StateReason?.Message
  return {
    id: image.ImageId ?? '',
    name: image.Name ?? '',
    state: image.State ?? 'pending',
    tags: fromTags(image.Tags),
    snapshots: (image.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []),
    ...(reason === undefined ? {} : { reason }),
  }
}
