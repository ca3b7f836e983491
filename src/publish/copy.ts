import pLimit from 'p-limit'
import type { Ami, Ec2, Ec2ByRegion } from '../ec2.js'
import { UserError } from '../errors.js'
import type { Clock, Failure, Log } from '../model.js'

/** Copies that are waited for at once, over all images. EC2 does the work; this bounds what is asked of it. */
const AT_ONCE = 8
/** Seconds between looks at an AMI: short at first, longer for copies that take minutes. */
const FIRST_PAUSE = 0.5
const LONGEST_PAUSE = 15

export interface CopyOrder {
  /** The image's key, for messages. */
  readonly image: string
  readonly runId: string
  readonly sourceRegion: string
  readonly sourceId: string
  readonly regions: readonly string[]
  /** Seconds until a copy is given up. */
  readonly timeout: number
}

export interface CopyEffects {
  readonly ec2: Ec2ByRegion
  readonly clock: Clock
  readonly log: Log
  readonly signal: AbortSignal
}

export interface Copies {
  /** Region -> AMI ID of all that are available, the source's region included. */
  readonly amis: Readonly<Record<string, string>>
  readonly failures: readonly Failure[]
}

/** Copies AMIs to other regions, side by side, a bounded number at once over all calls. */
export function copier(effects: CopyEffects): (order: CopyOrder) => Promise<Copies> {
  const limit = pLimit(AT_ONCE)
  return async (order) => {
    const deadline = effects.clock.now() + order.timeout
    const amis: Record<string, string> = {}
    const failures: Failure[] = []
    const attempt = async (region: string, work: () => Promise<string>) => {
      try {
        amis[region] = await work()
      } catch (error) {
        effects.signal.throwIfAborted()
        if (!(error instanceof UserError)) throw error
        failures.push({
          message: `${order.image}: ${error.message}`,
          ...(error.hint === undefined ? {} : { hint: error.hint }),
        })
      }
    }
    let source: Ami | undefined
    await attempt(order.sourceRegion, async () => {
      source = await available(effects.ec2(order.sourceRegion), order.sourceId, deadline, effects)
      return source.id
    })
    const from = source
    if (from !== undefined) {
      await Promise.all(
        order.regions.map((region) =>
          limit(() => attempt(region, () => copyTo(region, from, order, deadline, effects))),
        ),
      )
    }
    return { amis, failures }
  }
}

async function copyTo(
  region: string,
  source: Ami,
  order: CopyOrder,
  deadline: number,
  effects: CopyEffects,
): Promise<string> {
  effects.signal.throwIfAborted()
  const ec2 = effects.ec2(region)
  const id = await ec2.copy({
    name: source.name,
    sourceRegion: order.sourceRegion,
    sourceId: source.id,
    tags: ownTags(source.tags),
    token: `${order.runId}-${source.id}-${region}`.slice(0, 64),
  })
  await available(ec2, id, deadline, effects)
  effects.log.info(`${order.image}: copied to ${region} as ${id}`)
  return id
}

/** Tags that may be set: those of AWS's own services may not. */
function ownTags(tags: Ami['tags']): Ami['tags'] {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('aws:')))
}

/** Waits until an AMI is available, until `deadline` (seconds since 1970). */
export async function available(
  ec2: Pick<Ec2, 'ami' | 'region'>,
  id: string,
  deadline: number,
  { clock, signal }: Pick<CopyEffects, 'clock' | 'signal'>,
): Promise<Ami> {
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
    signal.throwIfAborted()
    const ami = await ec2.ami(id)
    if (ami?.state === 'available') return ami
    if (ami !== undefined && ami.state !== 'pending') {
      throw new UserError(
        `the AMI ${id} in ${ec2.region} is ${ami.state}${ami.reason === undefined ? '' : `: ${ami.reason}`}`,
        'run it again',
      )
    }
    if (clock.now() + pause > deadline) {
      throw new UserError(
        `the AMI ${id} in ${ec2.region} is still ${ami?.state ?? 'not known'} after the time that \`timeout\` gives`,
        'raise `timeout`, or name fewer regions in `ami-regions`',
      )
    }
    await clock.sleep(pause, signal)
  }
}
