/** Everything in a region that carries a run's tag, with its age. */

import { snapshotsOf } from '../../aws/amis.js'
import type { Call } from '../../aws/client.js'
import { type ResourceKind, RUN_TAG } from '../../aws/ec2.js'
import { tagsOf } from '../../aws/lists.js'
import { textAt } from '../../aws/query.js'
import { LISTINGS, listKind, stateOf } from '../../aws/resources.js'
import type { Dated } from './by-age.js'
import { seconds } from './images.js'

/** Rejects with a UserError when any kind cannot be listed: half a view of a run would make it look older than it is. */
export async function readLeftovers(ec2: Call, region: string): Promise<Dated[]> {
  const kinds = Object.keys(LISTINGS) as ResourceKind[]
  return (await Promise.all(kinds.map((kind) => datedOf(ec2, region, kind)))).flat()
}

async function datedOf(ec2: Call, region: string, kind: ResourceKind): Promise<Dated[]> {
  const { id, name, made } = LISTINGS[kind]
  const found = await listKind(ec2, kind, [{ Name: 'tag-key', Value: [RUN_TAG] }])
  return found.map((item): Dated => {
    const state = stateOf(kind, item)
    return {
      region,
      kind,
      id: textAt(item, id) ?? '',
      name: (name && textAt(item, name)) || '',
      tags: tagsOf(item),
      made: made === undefined ? undefined : seconds(textAt(item, made) ?? ''),
      ...(state === undefined ? {} : { state }),
      ...(kind === 'image'
        ? { snapshots: snapshotsOf(item), protection: textAt(item, 'deregistrationProtection') ?? '' }
        : {}),
    }
  })
}
