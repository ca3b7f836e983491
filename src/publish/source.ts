import type { Ami } from '../aws/ec2.js'
import type { CopyEffects } from './copy.js'
import { namedInstead } from './namesake.js'
import { GONE } from './wait.js'

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
    const named = await namedInstead(error, { digest, name }, home, deadline, effects)
    if (named === undefined) throw error
    return withKnown(named, order)
  }
}

/** An AMI with the tags that the action set, since describes may lag behind. */
export const withKnown = (ami: Ami, { known }: Pick<SourceOrder, 'known'>): Ami => ({
  ...ami,
  tags: { ...ami.tags, ...known },
})
