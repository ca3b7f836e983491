/** Finds AMIs in use that no run published, by their tags: a person shared them, or the tag was lost. */
import pLimit from 'p-limit'
import type { Aws } from '../../aws/clients.js'
import { PUBLISHED_TAG } from '../../aws/ec2.js'
import { UserError } from '../../lib/errors.js'
import { type AgeDecision, type Dated, keyOf } from './by-age.js'
import { listed, type Sharing, type Usage } from './decide.js'
import { readSharing } from './images.js'
import { readUsage } from './usage.js'

/** Concurrent AMIs of one region. */
const AT_ONCE = 4

/**
 * Why an AMI must not be swept; undefined: no reason. Unknown facts count as a reason.
 *
 * @param own instances of the run itself, which are swept, too
 */
export function whyTaken(
  ami: Dated,
  usage: Usage,
  sharing: Sharing,
  own: ReadonlySet<string>,
  includeShared: boolean,
): string | undefined {
  const uses = (usage.uses.get(ami.id) ?? []).filter((use) => !own.has(use.replace(/^instance /, '')))
  if (ami.tags[PUBLISHED_TAG]) return 'it was published, by its tag'
  if (ami.protection !== undefined && ami.protection !== '' && ami.protection !== 'disabled')
    return 'protected from deregistration'
  if (uses.length > 0) return `in use by ${listed(uses)}`
  if (usage.unknown.length > 0) return `unknown use: ${listed(usage.unknown)}`
  if (includeShared) return undefined
  if ('unknown' in sharing) return `unknown sharing: ${sharing.unknown}`
  return sharing.with.length > 0 ? `shared with ${listed(sharing.with)}` : undefined
}

/** For AMIs that are to go: reasons to keep them, by `keyOf`. */
export async function readTaken(
  decisions: readonly AgeDecision[],
  aws: Aws,
  includeShared: boolean,
): Promise<Map<string, string>> {
  const going = decisions.filter(({ action }) => action === 'remove').map(({ resource }) => resource)
  const regions = Map.groupBy(going, ({ region }) => region)
  const limit = pLimit(AT_ONCE)
  const found = await Promise.all(
    [...regions].map(async ([region, things]) => {
      const amis = things.filter(({ kind }) => kind === 'image')
      if (amis.length === 0) return []
      const own = new Set(things.filter(({ kind }) => kind === 'instance').map(({ id }) => id))
      const usage = await readUsage(aws, region)
      const ec2 = await aws.ec2(region)
      const sharing = (id: string) =>
        readSharing(ec2, id).catch((error): Sharing => {
          if (!(error instanceof UserError)) throw error
          return { unknown: error.message }
        })
      return Promise.all(
        amis.map((ami) =>
          limit(async () => {
            const why = whyTaken(ami, usage, await sharing(ami.id), own, includeShared)
            return why === undefined ? [] : [[keyOf(ami), why] as const]
          }),
        ),
      )
    }),
  )
  return new Map(found.flat(2))
}
