/** What becomes of each AMI: pure, over facts that were read before. */
import { BUILT, FAILED, KUBERNETES_TAG, OS_TAG, RUN_TAG, STATE_TAG, TESTED } from '../../aws/ec2.js'

/** An AMI of the account that carries a run's tag, as far as pruning looks at it. Times are seconds since 1970. */
export interface Prunable {
  readonly region: string
  readonly id: string
  readonly name: string
  /** EC2's: `available`, `pending`, `failed` … */
  readonly state: string
  readonly arch: string
  readonly created: number
  /** When it is or was deprecated; undefined: never. */
  readonly deprecated: number | undefined
  readonly isPublic: boolean
  /** As EC2 says it: `disabled`, `enabled-without-cooldown`, `enabled-with-cooldown`. */
  readonly protection: string
  readonly tags: Readonly<Record<string, string>>
  readonly snapshots: readonly string[]
}

/** What uses the AMIs of one region. */
export interface Usage {
  /** AMI ID -> what uses it, in words. */
  readonly uses: ReadonlyMap<string, readonly string[]>
  /** What could not be asked, and why. Unless it is empty, no AMI is known to be unused. */
  readonly unknown: readonly string[]
}

/** With whom an AMI is shared, or why that could not be learned. */
export type Sharing = { readonly with: readonly string[] } | { readonly unknown: string }

/** What the user wants kept. */
export interface Rules {
  /** AMIs of one operating system, architecture and Kubernetes minor that are kept in each region, the newest first. */
  readonly keep: number
  /** Seconds; an AMI that is younger is kept. */
  readonly keepYounger: number
  /** Seconds between an AMI's deprecation and its end. */
  readonly deregisterAfter: number
  readonly includeShared: boolean
  readonly includeProtected: boolean
}

/** What is to become of an AMI, and why. */
export interface Decision {
  readonly ami: Prunable
  /** `unprotect`: its protection is lifted now, and it can go in a day. */
  readonly action: 'keep' | 'deprecate' | 'unprotect' | 'deregister'
  readonly reason: string
}

/** What was learned of use and sharing. */
export interface PruneFacts {
  /** By region; a region without an entry was not asked, and nothing in it goes. */
  readonly usage: Readonly<Record<string, Usage>>
  /** By AMI ID; one without an entry was not asked yet. */
  readonly sharing: ReadonlyMap<string, Sharing>
}

/**
 * Decides for each AMI, in the order of the table that people read: by region, group, and age, the newest first.
 * Anything unknown is a reason to keep. Sharing that was not read yet does not count: so the first decision shows which AMIs have
 * to be asked about, and the second is the one that counts.
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

/** The group in which an AMI counts, such as `debian-13/amd64/1.37`; undefined when its tags do not name one. */
export function groupOf({ tags, arch }: Prunable): string | undefined {
  const os = tags[OS_TAG]
  const minor = /^(\d+\.\d+)(\.|$)/.exec(tags[KUBERNETES_TAG] ?? '')?.[1]
  return os && minor && arch ? `${os}/${arch}/${minor}` : undefined
}

/** Seconds for which an AMI that passed its test may be that of a run which still goes on. */
const UNFINISHED = 86400

interface Place {
  readonly group: string | undefined
  /** From 1, the newest; undefined for one that does not count. */
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
    return keep(`never handed out (${STATE_TAG} is ${state || 'not set'})`)
  if (ami.state !== 'available') return keep(`it is ${ami.state}`)
  if (group === undefined) return keep('its tags do not name the operating system and Kubernetes version')
  if (place !== undefined && place <= rules.keep) return keep(`number ${place} of the newest ${rules.keep} of ${group}`)
  const young = Math.max(rules.keepYounger, state === TESTED ? UNFINISHED : 0)
  if (age < young) return keep(`${days(age)} old, younger than ${days(young)}`)

  const usage = facts.usage[ami.region] ?? { uses: new Map(), unknown: ['the region was not asked'] }
  const uses = usage.uses.get(ami.id) ?? []
  if (uses.length > 0) return keep(`in use by ${listed(uses)}`)
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
  // One that failed was never handed out: nobody has to be warned. One that passed may have been, and have lost its mark.
  const since = ami.deprecated === undefined ? -1 : now - ami.deprecated
  if (state !== FAILED && since < 0) return { action: 'deprecate', reason: why }
  if (state !== FAILED && since < rules.deregisterAfter)
    return keep(`deprecated ${days(since)} ago, goes after ${days(rules.deregisterAfter)}`)
  const reason = state === FAILED ? why : `${why}, deprecated ${days(since)} ago`
  if (isProtected && ami.protection === 'enabled-with-cooldown')
    return { action: 'unprotect', reason: `${reason}; EC2 allows its deregistration a day after its protection ended` }
  return { action: 'deregister', reason }
}

/** Whether it takes one of the places of the newest. */
function counts({ tags, state }: Prunable): boolean {
  return Boolean(tags[RUN_TAG]) && tags[STATE_TAG] === BUILT && state === 'available'
}

function order(a: Prunable, b: Prunable): number {
  const key = (ami: Prunable) => `${ami.region} ${groupOf(ami) ?? '~'}`
  if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1
  return b.created - a.created || (a.id < b.id ? -1 : 1)
}

/** As many as fit a cell of a table. */
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
