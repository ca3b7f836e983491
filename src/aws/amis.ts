/** AMIs, as EC2 lists them. */

import type { Call } from './client.js'
import type { Ami, Ec2 } from './ec2.js'
import { allItems, chunks, filter, tagsOf } from './lists.js'
import { newestOf } from './newest.js'
import { type Element, itemsAt, type Params, textAt } from './query.js'

/** Architectures as EC2 names them. */
const EC2_ARCH: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'arm64' }

const images = (call: Call, owner: string, Filter: Params[]) =>
  allItems(call, 'DescribeImages', 'imagesSet', { Owner: [owner], Filter })

/** The account's AMIs that match any of the values; any number of them. */
export async function ownAmis(call: Call, name: string, values: readonly string[]): Promise<Ami[]> {
  const found: Ami[] = []
  for (const some of chunks(values))
    found.push(...(await images(call, 'self', [filter(name, ...some)])).map((image) => toAmi(image)))
  return found
}

/** As `newestAmi` of `Ec2` has it. */
export async function newestAmi(
  call: Call,
  { owner, nameFilter, arch, order = 'date' }: Parameters<Ec2['newestAmi']>[0],
): ReturnType<Ec2['newestAmi']> {
  const found = await images(call, owner, [
    filter('name', nameFilter),
    filter('architecture', EC2_ARCH[arch] ?? arch),
    filter('state', 'available'),
    filter('root-device-type', 'ebs'),
    filter('virtualization-type', 'hvm'),
  ])
  const text = (image: Element, name: string) => textAt(image, name) ?? ''
  const dated = found.map((image) => ({
    ...{ id: text(image, 'imageId'), name: text(image, 'name'), created: text(image, 'creationDate') },
    rootDevice: textAt(image, 'rootDeviceName'),
  }))
  const newest = newestOf(
    dated.filter(({ id }) => id !== ''),
    order,
  )
  if (newest === undefined) return undefined
  const { id, name, rootDevice } = newest
  const ami = { id, name }
  return rootDevice === undefined ? ami : { ...ami, rootDevice }
}

/** The snapshots that an AMI stands on. */
export const snapshotsOf = (image: Element): string[] =>
  itemsAt(image, 'blockDeviceMapping').flatMap((device) => textAt(device, 'ebs', 'snapshotId') || [])

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
    snapshots: snapshotsOf(image),
    ...(reason === undefined ? {} : { reason }),
    ...text('createdAt', 'creationDate'),
    ...text('deprecatedAt', 'deprecationTime'),
    isProtected: (textAt(image, 'deregistrationProtection') ?? '').startsWith('enabled'),
    needsImdsV2: textAt(image, 'imdsSupport') === 'v2.0',
  }
}
