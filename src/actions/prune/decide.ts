/** Decides what happens to each AMI, over facts that were read before. Pure. */
import { BUILT, FAILED, IMAGE_TAG, KUBERNETES_TAG, OS_TAG, RUN_TAG, STATE_TAG, TESTED } from '../../aws/ec2.js'

/** An AMI of the account with a run's tag. Times are seconds since 1970. */
export interface Prunable {
  readonly region: string
  readonly id: string
  readonly name: string
  /** EC2's: `available`, `pending`, `failed` … */
  readonly state: string
  readonly arch: string
  readonly created: number
  /** Time of its deprecation; undefined: never. */
  readonly deprecated: number | undefined
  /** Time of its last launch, which EC2 reports a day late; undefined: none is known. */
  readonly launched: number | undefined
  readonly isPublic: boolean
  /** EC2's: `disabled`, `enabled-without-cooldown`, `enabled-with-cooldown`. */
  readonly protection: string
  readonly tags: Readonly<Record<string, string>>
  readonly snapshots: readonly string[]
}

/** Uses of the AMIs in one region. */
export interface Usage {
  /** AMI ID -> its uses, for people. */
  readonly uses: ReadonlyMap<string, readonly string[]>
  /** Services that could not be read, and why. Unless it is empty, no AMI counts as unused. */
  readonly unknown: readonly string[]
}

/** With whom an AMI is shared, or why that is unknown. */
export type Sharing = { readonly with: readonly string[] } | { readonly unknown: string }

export interface Rules {
  /** Number of newest AMIs to keep per region, name in the config file, operating system, architecture and Kubernetes minor. */
  readonly keep: number
  /** Seconds; AMIs that are younger, or were launched since, are kept. */
  readonly keepYounger: number
  /** Seconds between an AMI's deprecation and its removal. */
  readonly deregisterAfter: number
  readonly includeShared: boolean
  readonly includeProtected: boolean
}

export interface Decision {
  readonly ami: Prunable
  /** `unprotect`: ends its protection now; it can be deregistered in a day. */
  readonly action: 'keep' | 'deprecate' | 'unprotect' | 'deregister'
  readonly reason: string
}

export interface PruneFacts {
  /** By region; in a region without an entry, everything is kept. */
  readonly usage: Readonly<Record<string, Usage>>
  /** By AMI ID; without an entry, not read yet. */
  readonly sharing: ReadonlyMap<string, Sharing>
}

/**
 * Decides for each AMI, in the order of the table: by region, group and age, newest first. Anything unknown is a reason to keep an AMI,
 * except sharing that was not read yet. So a first call shows which AMIs' sharing to read, and a second call decides.
 *
 * @param now seconds since 1970
 */
export function decide(amis: readonly Prunable[], facts: PruneFacts, rules: Rules, now: number): Decision[] {
  const sorted = [...amis].sort((a, b) => order(a, b))
  const counted = new Map<string, number>()
  return sorted.map((ami): Decision => {
    const group = groupOf(ami)
    let place: number | undefined
    if (group !== undefined && counts(ami)) {
      place = (counted.get(`${ami.region} ${group}`) ?? 0) + 1
      counted.set(`${ami.region} ${group}`, place)
    }
    return { ami, ...judge(ami, { group, place, now }, facts, rules) }
  })
}

/**
 * The group of an AMI, such as `debian-13/amd64/1.37`, or `gpu/debian-13/amd64/1.37` for an image that the config file names. Undefined if
 * its tags do not name one.
 */
export function groupOf({ tags, arch }: Prunable): string | undefined {
  const { [OS_TAG]: os, [KUBERNETES_TAG]: version = '', [IMAGE_TAG]: key = '' } = tags
  const minor = /^(\d+\.\d+)(\.|$)/.exec(version)?.[1]
  if (!os || !minor || !arch) return undefined
  const ends = [`-${os}-${arch}`, `-${os}-${arch}-${version}`]
  const end = ends.find((each) => key.endsWith(each)) ?? key
  return [key.slice(0, key.length - end.length), os, arch, minor].filter((part) => part !== '').join('/')
}

/** Seconds for which a tested AMI may belong to a run that is still active. */
const UNFINISHED = 86400

interface Place {
  readonly group: string | undefined
  /** From 1 for the newest; undefined if it does not count. */
  readonly place: number | undefined
  readonly now: number
}

function judge(
  ami: Prunable,
  { group, place, now }: Place,
  facts: PruneFacts,
  rules: Rules,
): Pick<Decision, 'action' | 'reason'> {
  const keep = (reason: string) => ({ action: 'keep', reason }) as const
  const age = now - ami.created
  const state = ami.tags[STATE_TAG]
  if (!ami.tags[RUN_TAG]) return keep('not ours: it has no run tag')
  if (state !== BUILT && state !== FAILED && state !== TESTED)
    return keep(`never tested or published (${STATE_TAG} is ${state || 'not set'})`)
  if (ami.state !== 'available') return keep(`it is ${ami.state}`)
  if (group === undefined) return keep('its tags do not name the operating system and Kubernetes version')
  if (place !== undefined && place <= rules.keep) return keep(`number ${place} of the newest ${rules.keep} of ${group}`)
  const young = Math.max(rules.keepYounger, state === TESTED ? UNFINISHED : 0)
  if (age < young) return keep(`${days(age)} old, younger than ${days(young)}`)

  const usage = facts.usage[ami.region] ?? { uses: new Map(), unknown: ['the region was not read'] }
  const uses = usage.uses.get(ami.id) ?? []
  if (uses.length > 0) return keep(`in use by ${listed(uses)}`)
  // A pool that is empty now, such as at the weekend, launches it again, and may name it where nothing was read.
  const idle = now - (ami.launched ?? Number.NEGATIVE_INFINITY)
  if (idle < rules.keepYounger) return keep(`launched ${days(idle)} ago`)
  if (usage.unknown.length > 0) return keep(`unknown use: ${listed(usage.unknown)}`)
  const sharing = facts.sharing.get(ami.id)
  if (!rules.includeShared) {
    if (ami.isPublic) return keep('it is public')
    if (sharing !== undefined && 'unknown' in sharing) return keep(`unknown sharing: ${sharing.unknown}`)
    if (sharing !== undefined && sharing.with.length > 0) return keep(`shared with ${listed(sharing.with)}`)
  }
  const isProtected = ami.protection !== '' && ami.protection !== 'disabled'
  if (isProtected && !rules.includeProtected) return keep('protected from deregistration')

  const why =
    place !== undefined
      ? `${days(age)} old, number ${place} of ${group}`
      : state === FAILED
        ? `it failed its test, ${days(age)} ago`
        : `${days(age)} old, passed its test, but no run published it`
  // A failed AMI was never published, so no warning is needed. A tested one may have been published, and have lost its tag.
  const since = ami.deprecated === undefined ? -1 : now - ami.deprecated
  if (state !== FAILED && since < 0) return { action: 'deprecate', reason: why }
  if (state !== FAILED && since < rules.deregisterAfter)
    return keep(`deprecated ${days(since)} ago, deregistered after ${days(rules.deregisterAfter)}`)
  const reason = state === FAILED ? why : `${why}, deprecated ${days(since)} ago`
  if (isProtected && ami.protection === 'enabled-with-cooldown')
    return { action: 'unprotect', reason: `${reason}; EC2 allows its deregistration a day after its protection ended` }
  return { action: 'deregister', reason }
}

/** Whether it counts as one of the newest. */
function counts({ tags, state }: Prunable): boolean {
  return Boolean(tags[RUN_TAG]) && tags[STATE_TAG] === BUILT && state === 'available'
}

function order(a: Prunable, b: Prunable): number {
  const key = (ami: Prunable) => `${ami.region} ${groupOf(ami) ?? '~'}`
  if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1
  return b.created - a.created || (a.id < b.id ? -1 : 1)
}

/** Most entries of a table's cell. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, 3).join(', ')
  return items.length > 3 ? `${shown} and ${items.length - 3} more` : shown
}

/** `12 days`, `1 day`, `5 hours`, `3 minutes`; rounded down. */
export function days(seconds: number): string {
  const [size, name] = [86400, 3600, 60]
    .map((unit, at) => [unit, ['day', 'hour', 'minute'][at]] as const)
    .find(([unit]) => seconds >= unit) ?? [60, 'minute']
  const count = Math.max(0, Math.floor(seconds / size))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
