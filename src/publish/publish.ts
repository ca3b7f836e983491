import pLimit from 'p-limit'
import type { Ami } from '../aws/ec2.js'
import { failureOf, UserError } from '../lib/errors.js'
import { within } from '../lib/limit.js'
import type { PublishSettings } from '../model/publish.js'
import type { BuildResult, Failure, RegionResult } from '../model/result.js'
import { type CopyEffects, copyTo } from './copy.js'
import type { ExistingAmis } from './existing.js'
import { settle } from './settle.js'
import { type WaitFor, waiter } from './wait.js'

/**
 * What is asked of one region at once, over all images. AWS takes 20 snapshot copies to a region at a time (EBS quota
 * "Concurrent snapshot copies per destination Region"); some are left for others.
 */
const PER_REGION = 15

/** One image that is to be published. */
export interface PublishOrder {
  /** The image's key, for messages. */
  readonly image: string
  readonly runId: string
  /** The build region, and the ID of its AMI. */
  readonly home: string
  readonly source: string
  /** Regions to copy to. */
  readonly regions: readonly string[]
  /** What earlier runs left in them. */
  readonly left?: Pick<ExistingAmis, 'copies' | 'dead'>
  readonly settings: PublishSettings
  /** The user's tags. */
  readonly tags: Readonly<Record<string, string>>
  /** Seconds for one copy. */
  readonly timeout: number
}

/** Its result. */
export interface Published {
  /** Region -> what became of it, the build region included; all that were asked for. */
  readonly regions: Readonly<Record<string, RegionResult>>
  readonly failures: readonly Failure[]
}

/** Copies that began before their image was tested, by region; each is available when its promise resolves. */
export type EarlyCopies = ReadonlyMap<string, Promise<Ami>>

/** Copies and publishes images. */
export interface Publisher {
  /** Begins copies of an AMI that is available. They have its tags and no permissions, so a sweep takes them until they are published. */
  begin(order: PublishOrder, source: Ami, signal: AbortSignal): EarlyCopies
  /** Publishes an image to its regions: makes the copies that did not begin, waits for all, and gives each AMI what the settings ask for. */
  publish(order: PublishOrder, early?: EarlyCopies): Promise<Published>
}

/** Publishes images to their regions side by side: at most `maxCopies` copies at once over all calls, and within AWS's limits. */
export function publisher(
  effects: Omit<CopyEffects, 'wait'> & Partial<Pick<CopyEffects, 'wait'>>,
  maxCopies: number,
): Publisher {
  // Who waits for other AMIs as well shares the looks at a region.
  const { wait = waiter(effects) } = effects
  const copies = pLimit(maxCopies)
  const inRegion = within(PER_REGION)
  const copy = (order: PublishOrder, source: Ami, region: string, signal = effects.signal) => {
    const { image, runId, home, left, settings, timeout } = order
    const copied = {
      image,
      runId,
      region,
      sourceRegion: home,
      source,
      begun: left?.copies[region],
      dead: left?.dead[region],
      key: settings.keys[region],
      timeout,
    }
    const abortable: WaitFor = (...asked) => orAborted(wait(...asked), signal)
    return inRegion(region, () => copies(() => copyTo(copied, { ...effects, signal, wait: abortable })))
  }
  const begin: Publisher['begin'] = (order, source, signal) =>
    new Map(
      order.regions.map((region) => {
        const copied = copy(order, source, region, signal)
        // Whoever publishes the image learns why a copy failed; an image that failed needs none.
        copied.catch(() => undefined)
        return [region, copied]
      }),
    )
  const publish: Publisher['publish'] = async (order, early) => {
    const regions: Record<string, RegionResult> = {}
    const failures: Failure[] = []
    const attempt = async (region: string, work: () => Promise<Ami>): Promise<void> => {
      try {
        effects.signal.throwIfAborted()
        const { id } = await work()
        regions[region] = { status: 'ready', ami: id }
      } catch (error) {
        effects.signal.throwIfAborted()
        if (!(error instanceof UserError)) throw error
        regions[region] = { status: 'failed', message: error.message }
        failures.push(failureOf(order.image, error))
      }
    }
    let source: Ami | undefined
    const settled = (region: string, ami: Ami) =>
      inRegion(region, async () => {
        if (source === undefined) throw new Error('nothing is published before its source is there')
        await settle(ami, { settings: order.settings, source, tags: order.tags }, effects.ec2(region))
        return ami
      })
    await attempt(order.home, async () => {
      source = await wait(order.home, order.source, effects.clock.now() + order.timeout)
      return settled(order.home, source)
    })
    const from = source
    await Promise.all(
      order.regions.map((region) => {
        if (from === undefined) {
          regions[region] = { status: 'failed', message: `there is nothing to copy from ${order.home}` }
          return undefined
        }
        return attempt(region, async () => settled(region, await (early?.get(region) ?? copy(order, from, region))))
      }),
    )
    return { regions, failures }
  }
  return { begin, publish }
}

/** The promise's outcome, or the reason of an abort that comes first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
  })
  return Promise.race([promise, aborted])
}

/** Whole only when every region is ready. What is ready stays if it passed a test; the sweep takes it otherwise. */
export function publishedResult(done: BuildResult, { regions, failures }: Published): BuildResult {
  const amis = Object.fromEntries(Object.entries(regions).flatMap(([region, { ami }]) => (ami ? [[region, ami]] : [])))
  if (failures.length === 0) return { ...done, amis, regions }
  const lost = { status: 'failed', message: 'not kept: it was not tested, and another region failed' } as const
  const kept = done.test?.passed
    ? regions
    : Object.fromEntries(Object.entries(regions).map(([at, told]) => [at, told.ami === undefined ? told : lost]))
  return { ...done, status: 'failed', amis: {}, regions: kept, failures }
}
