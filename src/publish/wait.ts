import type { Ami, Ec2ByRegion } from '../aws/ec2.js'
import { isPassing } from '../aws/errors.js'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import { OUTAGE } from './outage.js'

/** Seconds between looks at a region: short as long as something is young, slowly growing for what takes minutes. */
const SHORTEST = 0.5
const LONGEST = 5
/** Part of an AMI's waiting time that the next pause may take. */
const GROWTH = 1 / 3
/** Pauses are up to this much shorter (jitter), so that regions and runs do not look in step. */
const JITTER = 0.1
/** Seconds after which an unlisted AMI counts as missing; EC2 lists new ones a little late. */
const UNKNOWN = 90
/** The same for one that EC2 listed before, counted from the last time. */
export const GONE = 10

/** What waiting takes. */
export interface WaitEffects {
  readonly ec2: Ec2ByRegion
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Between 0 and 1. */
  readonly random?: () => number
}

/** An AMI that did not become available; `state` is EC2's last word on it. */
export class NotAvailable extends UserError {
  readonly state: 'failed' | 'unknown' | 'late'
  /** Of the AMI. */
  readonly id: string

  constructor(state: NotAvailable['state'], id: string, message: string, hint: string) {
    super('aws-failed', message, hint)
    this.state = state
    this.id = id
  }
}

interface Waiting {
  readonly id: string
  readonly since: number
  /** When EC2 last listed it, or `since` if it never did. */
  seen: number
  readonly deadline: number
  readonly unknown: number
  readonly done: (ami: Ami) => void
  readonly failed: (error: unknown) => void
}

/**
 * Waits until an AMI is available, until `deadline` (seconds since 1970). Rejects with `NotAvailable`.
 *
 * @param unknown seconds after which one that is not listed counts as missing
 */
export type WaitFor = (region: string, id: string, deadline: number, unknown?: number) => Promise<Ami>

/** Waits for any number of AMIs, with one call per region for each look. */
export function waiter(effects: WaitEffects): WaitFor {
  const regions = new Map<string, Waiting[]>()
  return (region, id, deadline, unknown = UNKNOWN) =>
    new Promise((done, failed) => {
      const since = effects.clock.now()
      const waiting = { id, since, seen: since, deadline, unknown, done, failed }
      const known = regions.get(region)
      if (known !== undefined) {
        known.push(waiting)
        return
      }
      const list = [waiting]
      regions.set(region, list)
      // In one go with the list's end: who comes later begins a new one.
      const forget = () => regions.delete(region)
      watch(region, list, effects, forget).catch((error) => {
        forget()
        for (const each of list.splice(0)) each.failed(error)
      })
    })
}

/** Repeats the look until no AMI of this region is left to wait for. */
async function watch(region: string, list: Waiting[], effects: WaitEffects, onEnd: () => void): Promise<void> {
  const { ec2, clock, signal, random = Math.random } = effects
  let answered = clock.now()
  let isBack = false
  for (;;) {
    // Those that come in the same moment share the first look.
    await Promise.resolve()
    signal.throwIfAborted()
    const waiting = [...list]
    let found: readonly Ami[]
    try {
      found = await ec2(region).amis(waiting.map(({ id }) => id))
    } catch (error) {
      // A wait lasts for many looks, and must survive an outage of the runner's network.
      const next = clock.now() + LONGEST
      if (!isPassing(error) || next >= answered + OUTAGE) throw error
      for (const each of waiting.filter(({ deadline }) => next >= deadline)) {
        list.splice(list.indexOf(each), 1)
        each.failed(error)
      }
      if (list.length === 0) return onEnd()
      isBack = true
      await clock.sleep(LONGEST, signal)
      continue
    }
    const amis = new Map(found.map((ami) => [ami.id, ami]))
    const now = clock.now()
    // An outage is not an AMI's absence.
    for (const each of waiting) if (amis.has(each.id) || isBack) each.seen = now
    answered = now
    isBack = false
    for (const each of waiting) {
      const ami = amis.get(each.id)
      const error = ami?.state === 'available' ? undefined : verdict(region, each, ami, now)
      if (ami?.state !== 'available' && error === undefined) continue
      list.splice(list.indexOf(each), 1)
      if (error === undefined && ami !== undefined) each.done(ami)
      else each.failed(error)
    }
    if (list.length === 0) return onEnd()
    const youngest = Math.max(...list.map(({ since }) => since))
    const pause = Math.min(Math.max((now - youngest) * GROWTH, SHORTEST), LONGEST)
    const end = Math.min(...list.map(({ deadline }) => deadline))
    // The last look is at the deadline, not up to a pause before it.
    await clock.sleep(Math.max(Math.min(pause * (1 - JITTER * random()), end - now), 0.05), signal)
  }
}

/** Why an AMI is not waited for any longer; undefined when it is. */
function verdict(region: string, { id, seen, deadline, unknown }: Waiting, ami: Ami | undefined, now: number) {
  const name = `the AMI ${id} in ${region}`
  if (ami !== undefined && ami.state !== 'pending') {
    const why = ami.reason === undefined ? '' : `: ${ami.reason}`
    return new NotAvailable('failed', id, `${name} is ${ami.state}${why}`, 'run the job again')
  }
  if (ami === undefined && now - seen >= unknown)
    return new NotAvailable(
      'unknown',
      id,
      `${name} is not there`,
      'check whether somebody deregistered it, and run the job again',
    )
  if (now < deadline) return undefined
  return new NotAvailable(
    'late',
    id,
    `${name} is still ${ami?.state ?? 'not known'} after \`timeout\``,
    'raise `timeout`, or run the job again',
  )
}
