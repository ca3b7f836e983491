import type { Ami } from '../aws/ec2.js'
import type { CopyEffects } from './copy.js'
import { namesake } from './namesake.js'
import { GONE, NotAvailable } from './wait.js'

/** The AMI to publish, in the build region. */
export interface SourceOrder {
  readonly home: string
  /** ID of the AMI. */
  readonly source: string
  /** The final name of that AMI and of its copies. */
  readonly name: string
  readonly digest: string
  /** Tags of the AMI that EC2 may not list yet. */
  readonly known: Ami['tags']
  /** Seconds to wait for it. */
  readonly timeout: number
}

/** The AMI in the build region, available. Another run may have named it meanwhile. */
export async function sourceOf(order: SourceOrder, effects: CopyEffects): Promise<Ami> {
  const { home, source, digest, name, timeout } = order
  const deadline = effects.clock.now() + timeout
  try {
    return withKnown(await effects.wait(home, source, deadline, GONE), order)
  } catch (error) {
    if (!(error instanceof NotAvailable) || error.state !== 'unknown') throw error
    const named = await namesake(digest, name, effects.ec2(home))
    if (named === undefined) throw error
    return withKnown(await effects.wait(home, named.id, deadline), order)
  }
}

/** An AMI with the tags that the action set, since describes may lag behind. */
export const withKnown = (ami: Ami, { known }: Pick<SourceOrder, 'known'>): Ami => ({
  ...ami,
  tags: { ...ami.tags, ...known },
})
