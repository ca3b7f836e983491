/** Lists everything in a region with a run's tag, with its age. */
import type { EC2 } from '@aws-sdk/client-ec2'
import { RUN_TAG } from '../../aws/ec2.js'
import { filter } from '../../aws/lists.js'
import { KINDS, listKind } from '../../aws/resources.js'
import type { Dated } from './by-age.js'

/** Rejects with a UserError if any kind cannot be listed: a partial view would make a run look older than it is. */
export async function readLeftovers(ec2: EC2, region: string): Promise<Dated[]> {
  const found = await Promise.all(KINDS.map((kind) => listKind(ec2, kind, [filter('tag-key', RUN_TAG)])))
  return found.flat().map((one) => ({ ...one, region }))
}
