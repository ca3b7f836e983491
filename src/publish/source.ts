import type { Ami } from '../aws/ec2.js'
import type { CopyEffects } from './copy.js'
import { type Identity, namedInstead } from './namesake.js'
import { GONE } from './wait.js'

/** The AMI to publish, in the build region. */
export interface SourceOrder {
  readonly home: string
  /** ID of the AMI. */
  readonly source: string
  /** The final name of that AMI and of its copies. */
  readonly name: string
  readonly digest: string
  readonly description: string
  /** Tags of the AMI that EC2 may not list yet. */
  readonly known: Ami['tags']
  /** Seconds to wait for it. */
  readonly timeout: number
}

/** The AMI in the build region, available, with its known tags. */
export async function sourceOf(order: SourceOrder, effects: CopyEffects): Promise<Ami> {
  const deadline = effects.clock.now() + order.timeout
  return withKnown(await available({ id: order.source, region: order.home, ...order }, deadline, effects, GONE), order)
}

/**
 * Waits until an AMI is available. Another run may have named and deregistered it: then the AMI with the name takes its place.
 *
 * @param deadline seconds since 1970
 * @param unknown seconds after which an AMI that is not listed counts as missing
 */
export async function available(
  { id, region, digest, name }: Identity & { readonly id: string; readonly region: string },
  deadline: number,
  effects: Pick<CopyEffects, 'ec2' | 'wait'>,
  unknown?: number,
): Promise<Ami> {
  try {
    return await effects.wait(region, id, deadline, unknown)
  } catch (error) {
    const named = await namedInstead(error, { digest, name }, region, deadline, effects)
    if (named === undefined) throw error
    return named
  }
}

/**
 * An AMI with the tags that the action set, since describes may lag behind. Packer adds the description some time after the AMI is
 * available (amazon plugin 1.8.2, common/step_modify_ami_attributes.go), which is too late for early copies.
 */
export const withKnown = (ami: Ami, { known, description }: Pick<SourceOrder, 'known' | 'description'>): Ami => ({
  description,
  ...ami,
  tags: { ...ami.tags, ...known },
})
