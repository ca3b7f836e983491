import pLimit from 'p-limit'
import type { Ami } from '../aws/ec2.js'
import { isNotFound } from '../aws/errors.js'
import { nameToCome } from '../aws/provisional.js'
import { within } from '../lib/limit.js'
import type { PublishSettings } from '../model/publish.js'
import { type CopyEffects, copyTo } from './copy.js'
import type { ExistingAmis } from './existing.js'
import { giveName, retire } from './name.js'
import { finalIdentity, namedInstead } from './namesake.js'
import { outcomes } from './outcomes.js'
import { type Published, UNNAMED } from './published.js'
import { giveTags, settle } from './settle.js'
import { type SourceOrder, sourceOf, withKnown } from './source.js'
import { NotAvailable, type WaitFor, waiter } from './wait.js'

/**
 * Concurrent copies to one region, over all images. AWS accepts 20 snapshot copies to a region at a time (EBS quota
 * "Concurrent snapshot copies per destination Region"); this leaves some for others. Naming and settling take seconds, so they have
 * their own limit. Behind copies of other images, an image would have its name in some regions only.
 */
const PER_REGION = 15

/** One image to publish. `timeout` applies to its source and to each copy. */
export interface PublishOrder extends SourceOrder {
  /** The image's key, for messages. */
  readonly image: string
  readonly runId: string
  /** Regions to copy to. */
  readonly regions: readonly string[]
  /** AMIs of earlier runs in all of them. */
  readonly left?: Pick<ExistingAmis, 'copies' | 'dead' | 'spent'>
  readonly settings: PublishSettings
  /** The user's tags. */
  readonly tags: Readonly<Record<string, string>>
}

/** Copies that began before their image was tested, by region; each is available when its promise resolves. */
export type EarlyCopies = ReadonlyMap<string, Promise<Ami>>

/** Copies and publishes images. */
export interface Publisher {
  /** Starts copies of an available AMI. They have its tags and no permissions, so a sweep deletes them until they are published. */
  begin(order: PublishOrder, source: Ami, signal: AbortSignal): EarlyCopies
  /**
   * Publishes an image to its regions: makes the missing copies, and applies the settings to each AMI. Before that, provisional AMIs get
   * their names, but only when all of them exist, so that no search by name finds half an image.
   */
  publish(order: PublishOrder, early?: EarlyCopies): Promise<Published>
}

/** Publishes images to their regions side by side: at most `maxCopies` copies at once over all calls, and within AWS's limits. */
export function publisher(
  effects: Omit<CopyEffects, 'wait'> & Partial<Pick<CopyEffects, 'wait'>>,
  maxCopies: number,
): Publisher {
  // All waits for AMIs of a region share its looks.
  const { wait = waiter(effects) } = effects
  const copies = pLimit(maxCopies)
  const copying = within(PER_REGION)
  const settling = within(PER_REGION)
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
    const abortable: WaitFor = (...given) => orAborted(wait(...given), signal)
    return copying(region, () => copies(() => copyTo(copied, { ...effects, signal, wait: abortable })))
  }
  const begin: Publisher['begin'] = (order, source, signal) =>
    new Map(
      order.regions.map((region) => {
        const copied = copy(order, withKnown(source, order), region, signal)
        // `publish` reports why a copy failed. A failed image needs no copy.
        copied.catch(() => undefined)
        return [region, copied]
      }),
    )
  const publishAll: Publisher['publish'] = async (order, early) => {
    const { image, home, left, settings, tags } = order
    const { regions, failures, attempt, each } = outcomes(image, effects.signal)
    const settled = (source: Ami) => async (region: string, ami: Ami) => {
      await settling(region, () => settle(ami, { settings, source, tags }, effects.ec2(region)))
      regions[region] = { status: 'ready', ami: ami.id }
    }
    const source = await attempt(home, () => sourceOf(order, { ...effects, wait }))
    if (source === undefined) {
      for (const region of order.regions)
        regions[region] = { status: 'failed', message: `there is nothing to copy from ${home}` }
      return { regions, failures }
    }
    /** Without these tags, the sweep would delete a copy that began before the test ended, even if only another region failed. */
    const kept = async (region: string, ami: Ami) => {
      try {
        return await settling(region, () => giveTags(ami, { settings, source, tags }, effects.ec2(region)))
      } catch (error) {
        // Another run may have named it meanwhile: see below.
        if (isNotFound(error)) return ami
        throw error
      }
    }
    const keptIfLate = async (region: string, error: unknown): Promise<never> => {
      const late = error instanceof NotAvailable && error.state === 'late' ? error.id : undefined
      const ami = late === undefined ? undefined : await effects.ec2(region).ami(late)
      if (ami !== undefined) await kept(region, ami)
      throw error
    }
    // All AMIs must be there first.
    const wanted = new Map([home, ...order.regions].map((region) => [region, early?.get(region)]))
    const unnamed = await each(wanted, async (region, begun) => {
      const made = region === home ? Promise.resolve(source) : (begun ?? copy(order, source, region))
      const ami = await made.catch((error) => keptIfLate(region, error))
      if (nameToCome(ami) !== undefined) return kept(region, ami)
      await settled(source)(region, ami)
      for (const one of left?.spent[region] ?? []) await retire(one, ami, effects.ec2(region), effects.log)
      return undefined
    })
    if (failures.length > 0) {
      for (const region of unnamed.keys()) regions[region] = { status: 'failed', message: UNNAMED }
      return { regions, failures }
    }
    // Tags come first, so that no untested AMI or snapshot ever has the name.
    const named = await each(unnamed, async (region, ami) => {
      const { runId, timeout } = order
      const ec2 = effects.ec2(region)
      try {
        const tagged = await settling(region, () => giveTags(ami, { settings, source, tags }, ec2))
        const described = { description: order.description, ...tagged }
        const naming = { image, runId, region, ami: described, key: settings.keys[region], timeout }
        const give = () => giveName(naming, { ...effects, wait })
        // Without a registration, naming makes a copy.
        return await (tagged.registration === undefined ? copying(region, () => copies(give)) : settling(region, give))
      } catch (error) {
        const deadline = effects.clock.now() + timeout
        const other = await namedInstead(error, finalIdentity(ami), region, deadline, { ...effects, wait })
        if (other === undefined) throw error
        return other
      }
    })
    await each(named, async (region, ami) => {
      const first = unnamed.get(region)
      await Promise.all([
        settled(named.get(home) ?? source)(region, ami),
        first === undefined ? undefined : retire(first, ami, effects.ec2(region), effects.log),
      ])
    })
    return { regions, failures }
  }
  return {
    begin,
    publish: async (order, early) => {
      const { regions, failures } = await publishAll(order, early)
      // Outputs have the regions in the order of the inputs, not in that of their copies.
      const ordered = [order.home, ...order.regions].flatMap((region) => {
        const result = regions[region]
        return result === undefined ? [] : [[region, result] as const]
      })
      return { regions: Object.fromEntries(ordered), failures }
    },
  }
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
