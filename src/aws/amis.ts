/** Reads AMIs from EC2. */
import type { DescribeImagesCommandInput, EC2, Image } from '@aws-sdk/client-ec2'
import type { Ami, BaseQuery, Ec2 } from './ec2.js'
import { allItems, chunks, filter, tagsOf } from './lists.js'
import { newestOf } from './newest.js'
import { registration } from './registration.js'

const EC2_ARCH: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'arm64' }

/** An AMI's architecture in our words. */
export function archOf({ Architecture }: Image): string {
  return Object.keys(EC2_ARCH).find((arch) => EC2_ARCH[arch] === Architecture) ?? Architecture ?? ''
}

/** Items per page. AWS recommends paging for all lists; without it, large accounts are throttled. */
export const PAGE = 1000

/** AMIs that match. */
export const images = (ec2: EC2, input: DescribeImagesCommandInput): Promise<Image[]> =>
  allItems(ec2.paginateDescribeImages({ MaxResults: PAGE, ...input }), ({ Images }) => Images)

/** The account's AMIs that match any of the values. There may be any number of values. */
export async function ownAmis(
  ec2: EC2,
  name: string,
  values: readonly string[],
  more: DescribeImagesCommandInput = {},
): Promise<Ami[]> {
  const found: Ami[] = []
  for (const some of chunks(values)) {
    const own = await images(ec2, { Owners: ['self'], Filters: [filter(name, ...some)], ...more })
    found.push(...own.map((image) => toAmi(image)))
  }
  return found
}

/** See `Ec2.newestAmi`. */
export async function newestAmi(
  ec2: EC2,
  { owner, nameFilter, sourceAmi, arch, order = 'date' }: Omit<BaseQuery, 'ssmParameter'>,
): ReturnType<Ec2['newestAmi']> {
  const named = sourceAmi === undefined || nameFilter !== undefined
  const found = await images(ec2, {
    // A named AMI counts even if its publisher has deprecated it.
    ...(sourceAmi !== undefined && { IncludeDeprecated: true }),
    ...(named && { Owners: [owner] }),
    Filters: [
      ...(sourceAmi === undefined ? [] : [filter('image-id', sourceAmi)]),
      ...(named ? [filter('name', nameFilter ?? '')] : []),
      filter('architecture', EC2_ARCH[arch] ?? arch),
      filter('state', 'available'),
      filter('root-device-type', 'ebs'),
      filter('virtualization-type', 'hvm'),
    ],
  })
  const dated = found.map((image) => ({
    ...{ id: image.ImageId ?? '', name: image.Name ?? '', created: image.CreationDate ?? '' },
    rootDevice: image.RootDeviceName,
    rootGib: rootGibOf(image),
    encrypted: (image.BlockDeviceMappings ?? []).some(({ Ebs }) => Ebs?.Encrypted),
    needsCopy: registration(image) === undefined,
  }))
  const newest = newestOf(
    dated.filter(({ id }) => id !== ''),
    order,
  )
  if (newest === undefined) return undefined
  const { id, name, rootDevice, rootGib, encrypted, needsCopy } = newest
  return {
    ...{ id, name, needsCopy },
    ...(rootDevice === undefined ? {} : { rootDevice }),
    ...(rootGib === undefined ? {} : { rootGib }),
    ...(encrypted ? { encrypted } : {}),
  }
}

/** GiB of the root volume's snapshot: the smallest possible root volume. */
const rootGibOf = ({ RootDeviceName, BlockDeviceMappings = [] }: Image): number | undefined =>
  BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs?.VolumeSize

/** The snapshots of an AMI. */
export const snapshotsOf = ({ BlockDeviceMappings = [] }: Image): string[] =>
  BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId || [])

function toAmi(image: Image): Ami {
  const reason = image.StateReason?.Message
  const same = registration(image)
  return {
    id: image.ImageId ?? '',
    name: image.Name ?? '',
    state: image.State ?? 'pending',
    tags: tagsOf(image),
    snapshots: snapshotsOf(image),
    ...(reason === undefined ? {} : { reason }),
    ...(image.Description ? { description: image.Description } : {}),
    ...(image.SourceImageId ? { copiedFrom: image.SourceImageId } : {}),
    ...(image.CreationDate ? { createdAt: image.CreationDate } : {}),
    ...(image.DeprecationTime ? { deprecatedAt: image.DeprecationTime } : {}),
    isProtected: (image.DeregistrationProtection ?? '').startsWith('enabled'),
    needsImdsV2: image.ImdsSupport === 'v2.0',
    ...(same === undefined ? {} : { registration: same }),
  }
}
