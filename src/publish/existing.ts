/** The AMIs of earlier runs for an image, and the remaining work. Pure. */
import {
  type Ami,
  BUILT,
  KEY_TAG,
  PUBLISHED_TAG,
  RUN_TAG,
  STATE_TAG,
  TESTED,
  TESTED_TAG,
  UNTESTED,
} from '../aws/ec2.js'
import { nameToCome } from '../aws/provisional.js'
import { type Level, passedLevel } from '../model/level.js'
import { deprecationOf } from './settings.js'

/** Requirements of an image that an existing AMI can meet. */
export interface AmiRequirements {
  readonly digest: string
  /** Undefined without a test. */
  readonly level: Level | undefined
  readonly home: string
  /** All its regions, including `home`. */
  readonly regions: readonly string[]
  /** KMS key by region, of those that have one. */
  readonly keys: Readonly<Record<string, string>>
  /** Hash of the settings that it is to be published with. */
  readonly published: string
  /** Days after which an AMI is deprecated; undefined: it is not. */
  readonly deprecateAfter: number | undefined
  /** Seconds since 1970. */
  readonly now: number
}

/** AMIs of one run and digest. */
export interface ExistingAmis {
  readonly source: Ami
  /** By region, without the build region; those that are available or will be. */
  readonly copies: Readonly<Record<string, Ami>>
  /** By region: failed copies, which block their names. */
  readonly dead: Readonly<Record<string, Ami>>
  /** By region: provisional AMIs beside a named one. They can go. */
  readonly spent: Readonly<Record<string, readonly Ami[]>>
  /** Whether their IDs were published: such AMIs are never deleted. */
  readonly handedOut: boolean
}

/** The action for an image. */
export type ImageAction =
  | { readonly kind: 'build' }
  /** Its AMI exists, but passed a lower test level only. */
  | ({ readonly kind: 'gate' } & ExistingAmis)
  /** Its AMI exists and passed, but is missing in a region, or is not published as requested. */
  | ({ readonly kind: 'publish' } & ExistingAmis)
  | ({ readonly kind: 'nothing' } & ExistingAmis)

/** Less to do is better. */
const ORDER = ['build', 'gate', 'publish', 'nothing']

/**
 * Chooses the AMI of a digest that leaves the least work; among equals, the newest.
 *
 * @param found the AMIs of this digest by region
 */
export function choose(found: Readonly<Record<string, readonly Ami[]>>, requirements: AmiRequirements): ImageAction {
  const runs = new Set((found[requirements.home] ?? []).map(({ tags }) => tags[RUN_TAG]))
  const works = [...runs].map((run) => {
    const ofRun = Object.entries(found).map(
      ([region, amis]) => [region, amis.filter(({ tags }) => tags[RUN_TAG] === run)] as const,
    )
    const best = Object.fromEntries(ofRun.map(([region, amis]) => [region, bestOf(amis)]))
    const spent = Object.fromEntries(ofRun.map(([region, amis]) => [region, spentOf(amis, best[region])]))
    return workFor(best, spent, requirements)
  })
  const value = (work: ImageAction) =>
    `${ORDER.indexOf(work.kind)} ${work.kind === 'build' || isUntested(work.source) ? 0 : 1} ${work.kind === 'build' ? '' : work.source.createdAt}`
  return works.sort((a, b) => (value(a) < value(b) ? 1 : -1))[0] ?? { kind: 'build' }
}

function workFor(
  amis: Readonly<Record<string, Ami | undefined>>,
  spent: ExistingAmis['spent'],
  requirements: AmiRequirements,
): ImageAction {
  const source = amis[requirements.home]
  if (source === undefined || !mayBeUsed(source, requirements)) return { kind: 'build' }
  const copies: Record<string, Ami> = {}
  const dead: Record<string, Ami> = {}
  for (const region of requirements.regions) {
    const ami = amis[region]
    if (region === requirements.home || ami === undefined) continue
    if (!isAlive(ami)) {
      dead[region] = ami
      continue
    }
    // With another key it would be another AMI, and its name is taken.
    if ((ami.tags[KEY_TAG] ?? '') !== (requirements.keys[region] ?? '')) return { kind: 'build' }
    copies[region] = ami
  }
  const left = { source, copies, dead, spent, handedOut: source.tags[STATE_TAG] === BUILT }
  if (!passed(source, requirements.level)) return { kind: 'gate', ...left }
  const all = [source, ...requirements.regions.flatMap((region) => copies[region] ?? [])]
  const whole =
    all.length === requirements.regions.length &&
    requirements.regions.every((region) => (spent[region] ?? []).length === 0) &&
    all.every(
      (ami) =>
        ami.state === 'available' &&
        ami.tags[STATE_TAG] === BUILT &&
        ami.tags[PUBLISHED_TAG] === requirements.published &&
        passed(ami, requirements.level),
    )
  return { kind: whole ? 'nothing' : 'publish', ...left }
}

/**
 * Whether an AMI in the build region can be reused or resumed: a killed run left it untested, or it passed a test.
 * AMIs that were published untested, are deprecated or disabled, or were kept after a failure never count.
 */
function mayBeUsed(source: Ami, { now, deprecateAfter }: AmiRequirements): boolean {
  if (source.deprecatedAt !== undefined && Date.parse(source.deprecatedAt) <= now * 1000) return false
  // EC2 refuses dates in the past (EnableImageDeprecation), and a new AMI should not be deprecated at once.
  if (deprecateAfter !== undefined && source.createdAt !== undefined) {
    if (Date.parse(deprecationOf(source.createdAt, deprecateAfter)) <= now * 1000) return false
  }
  if (isUntested(source)) return isAlive(source)
  if (source.state !== 'available') return false
  return isTested(source) && passedLevel(source.tags[TESTED_TAG], undefined)
}

/** Whether an AMI passed at least this level. Without a level, everything did. */
function passed(ami: Ami, level: Level | undefined): boolean {
  return level === undefined || passedLevel(ami.tags[TESTED_TAG], level)
}

/** Whether it is available, or will be. */
const isAlive = (ami: Ami) => ami.state === 'available' || ami.state === 'pending'

/** Whether a sweep may still delete it: it has not passed a test. */
export const isUntested = ({ tags }: Ami): boolean => tags[STATE_TAG] === UNTESTED

/** Whether an AMI passed a test of its own. */
export const isTested = ({ tags }: Ami): boolean => [TESTED, BUILT].includes(tags[STATE_TAG] ?? '')

/** Prefers available AMIs, then named ones, then the newest. */
function bestOf(amis: readonly Ami[]): Ami | undefined {
  const life = (ami: Ami) => (ami.state === 'available' ? 2 : isAlive(ami) ? 1 : 0)
  const order = (ami: Ami) => `${life(ami)} ${isNamed(ami) ? 1 : 0} ${ami.createdAt ?? ''} ${ami.id}`
  return [...amis].sort((a, b) => (order(a) < order(b) ? 1 : -1))[0]
}

/** Provisional AMIs whose snapshots have a named AMI: a run was killed before it deregistered them. */
function spentOf(amis: readonly Ami[], best: Ami | undefined): readonly Ami[] {
  return best === undefined || !isNamed(best) ? [] : amis.filter((ami) => !isNamed(ami))
}

const isNamed = (ami: Ami) => nameToCome(ami) === undefined
