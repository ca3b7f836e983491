import { awsCalls } from './aws/calls.js'
import type { Call } from './aws/client.js'
import { isNotFound, isUnsupported } from './aws/errors.js'
import { allItems, tagsOf } from './aws/lists.js'
import { type Element, itemsAt, type Params, textAt } from './aws/query.js'
import { newTally, type Tally } from './aws/tally.js'
import type { Clock } from './clock.js'
import { systemClock } from './clock.js'
import {
  type Ami,
  BUILT,
  DIGEST_TAG,
  type Ec2,
  type Ec2ByRegion,
  type Resource,
  type ResourceKind,
  RUN_TAG,
  STATE_TAG,
} from './ec2.js'
import type { Environment } from './environment.js'
import { UserError } from './errors.js'

/** Architectures as EC2 names them. */
const EC2_ARCH: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'arm64' }

/**
 * EC2 by region.
 *
 * @param account what stands in for `env`: endpoint and credentials; empty for AWS itself
 */
export function ec2ByRegion(
  account: Environment,
  env: Environment = process.env,
  clock: Clock = systemClock,
  tally: Tally = newTally(),
): Ec2ByRegion {
  const calls = awsCalls(account, env, clock, tally)
  const regions = new Map<string, Ec2>()
  return (region) => {
    const known = regions.get(region) ?? inRegion(region, calls.query('ec2', region))
    regions.set(region, known)
    return known
  }
}

function inRegion(region: string, call: Call): Ec2 {
  const all = (action: string, list: string, params: Params) => allItems(call, action, list, params)
  const images = (Owner: string, Filter: Params[]) => all('DescribeImages', 'imagesSet', { Owner: [Owner], Filter })
  /** The account's AMIs that match any of the values. */
  const amisWith = async (name: string, values: readonly string[]): Promise<Ami[]> => {
    const found: Ami[] = []
    for (const some of chunks(values))
      found.push(...(await images('self', [filter(name, ...some)])).map((image) => toAmi(image)))
    return found
  }

  return {
    region,
    enabledRegions: async () => {
      const regions = await all('DescribeRegions', 'regionInfo', { AllRegions: false })
      return regions.map((item) => textAt(item, 'regionName') ?? '').sort()
    },
    newestAmi: async ({ owner, nameFilter, arch }) => {
      const found = await images(owner, [
        filter('name', nameFilter),
        filter('architecture', EC2_ARCH[arch] ?? arch),
        filter('state', 'available'),
        filter('root-device-type', 'ebs'),
        filter('virtualization-type', 'hvm'),
      ])
      const order = (image: Element) => ['creationDate', 'name', 'imageId'].map((name) => textAt(image, name)).join(' ')
      const newest = found.sort((a, b) => (order(a) < order(b) ? 1 : -1))[0]
      if (newest === undefined) return undefined
      const rootDevice = textAt(newest, 'rootDeviceName')
      const ami = { id: textAt(newest, 'imageId') ?? '', name: textAt(newest, 'name') ?? '' }
      return rootDevice === undefined ? ami : { ...ami, rootDevice }
    },
    amiNameTaken: async (name) => (await images('self', [filter('name', name)])).length > 0,
    // By filter and not by ID: a copy that was just begun may not be known yet, which is no error.
    ami: async (id) => {
      const [image] = await images('self', [filter('image-id', id)])
      return image && toAmi(image)
    },
    builtAmis: () => amisWith(`tag:${STATE_TAG}`, [BUILT]),
    amis: (ids) => amisWith('image-id', ids),
    amisByDigest: (digests) => amisWith(`tag:${DIGEST_TAG}`, digests),
    copy: async (request) => {
      const Tag = toTags(request.tags)
      const answer = await call('CopyImage', {
        Name: request.name,
        SourceRegion: request.sourceRegion,
        SourceImageId: request.sourceId,
        ClientToken: request.token,
        ...(request.key === undefined ? {} : { Encrypted: true, KmsKeyId: request.key }),
        TagSpecification: [
          { ResourceType: 'image', Tag },
          { ResourceType: 'snapshot', Tag },
        ],
      })
      const id = textAt(answer, 'imageId')
      if (!id) throw new UserError(`EC2 answered to CopyImage in ${region}, and named no AMI`, 'run it again')
      return id
    },
    share: async (ImageId, { accounts, organizations, organizationalUnits, everybody }) => {
      const Add = [
        ...accounts.map((UserId) => ({ UserId })),
        ...organizations.map((OrganizationArn) => ({ OrganizationArn })),
        ...organizationalUnits.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
        ...(everybody ? [{ Group: 'all' }] : []),
      ]
      await call('ModifyImageAttribute', { ImageId, LaunchPermission: { Add } })
    },
    shareSnapshot: async (SnapshotId, accounts) => {
      const Add = accounts.map((UserId) => ({ UserId }))
      await call('ModifySnapshotAttribute', {
        SnapshotId,
        Attribute: 'createVolumePermission',
        CreateVolumePermission: { Add },
      })
    },
    deprecate: async (ImageId, DeprecateAt) => {
      await call('EnableImageDeprecation', { ImageId, DeprecateAt })
    },
    protect: async (ImageId, WithCooldown) => {
      await call('EnableImageDeregistrationProtection', { ImageId, WithCooldown })
    },
    requireImdsV2: async (ImageId) => {
      await call('ModifyImageAttribute', { ImageId, ImdsSupport: { Value: 'v2.0' } })
    },
    blocksPublicAmis: async () => {
      const answer = await call('GetImageBlockPublicAccessState', {})
      return textAt(answer, 'imageBlockPublicAccessState') !== 'unblocked'
    },
    defaultEncryption: async () => {
      const answer = await call('GetEbsEncryptionByDefault', {})
      if (textAt(answer, 'ebsEncryptionByDefault') !== 'true') return undefined
      return textAt(await call('GetEbsDefaultKmsKeyId', {}), 'kmsKeyId')
    },
    tag: async (ids, tags) => {
      for (const some of chunks(ids)) await call('CreateTags', { ResourceId: some, Tag: toTags(tags) })
    },
    tagged: async (kind, runId) => {
      const Filter = [filter(`tag:${RUN_TAG}`, runId)]
      if (kind === 'image') return (await images('self', Filter)).map((image) => ({ kind, ...toAmi(image) }))
      const { describe, list, id, state } = KINDS[kind]
      const owner = kind === 'snapshot' ? { Owner: ['self'] } : {}
      const found = await all(describe, list, { Filter, ...owner })
      const items = kind === 'instance' ? found.flatMap((reservation) => itemsAt(reservation, 'instancesSet')) : found
      return items
        .map((item) => toResource(kind, textAt(item, id), tagsOf(item), textAt(item, ...state)))
        .filter((resource) => kind !== 'instance' || resource.state !== 'terminated')
    },
    console: async (InstanceId) => {
      try {
        // Latest: as it is now, and not as it was after the boot. Instances of the Nitro system alone can tell.
        const ask = (Latest?: boolean) => call('GetConsoleOutput', { InstanceId, Latest })
        const answer = await ask(true).catch((error) => {
          if (isUnsupported(error)) return ask()
          throw error
        })
        const text = Buffer.from(textAt(answer, 'output') ?? '', 'base64').toString('utf8')
        return text === '' ? undefined : text
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    remove: async (kind, id) => {
      const { action, parameter } = REMOVALS[kind]
      try {
        await call(action, { [parameter]: id })
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    },
  }
}

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

const filter = (Name: string, ...Value: readonly string[]): Params => ({ Name, Value })

/** EC2 takes 200 values a filter. */
function chunks<T>(items: readonly T[], size = 200): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

const toTags = (tags: Readonly<Record<string, string>>): Params[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const toResource = (
  kind: ResourceKind,
  id: string | undefined,
  tags: Record<string, string>,
  state: string | undefined,
): Resource => ({ kind, id: id ?? '', tags, ...(state === undefined ? {} : { state }) })

function toAmi(image: Element): Ami {
  const reason = textAt(image, 'stateReason', 'message')
  const text = (name: 'createdAt' | 'deprecatedAt', element: string) => {
    const value = textAt(image, element)
    return value ? { [name]: value } : {}
  }
  return {
    id: textAt(image, 'imageId') ?? '',
    name: textAt(image, 'name') ?? '',
    state: textAt(image, 'imageState') ?? 'pending',
    tags: tagsOf(image),
    snapshots: itemsAt(image, 'blockDeviceMapping').flatMap((device) => textAt(device, 'ebs', 'snapshotId') ?? []),
    ...(reason === undefined ? {} : { reason }),
    ...text('createdAt', 'creationDate'),
    ...text('deprecatedAt', 'deprecationTime'),
    isProtected: (textAt(image, 'deregistrationProtection') ?? '').startsWith('enabled'),
    needsImdsV2: textAt(image, 'imdsSupport') === 'v2.0',
  }
}
