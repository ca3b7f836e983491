/** What is to be done for each image of a plan, given what earlier runs left. */
import { type Ami, type Ec2ByRegion, RUN_TAG, STATE_TAG, TESTED_AT_TAG, TESTED_TAG, UNTESTED } from '../aws/ec2.js'
import type { Services } from '../aws/services.js'
import { gather } from '../lib/gather.js'
import type { Inputs } from '../model/inputs.js'
import type { Level } from '../model/level.js'
import { levelOf } from '../model/level.js'
import type { Image, Plan, Planned } from '../model/plan.js'
import type { BuildResult, TestResult } from '../model/result.js'
import { checkNameIsFree } from '../plan/names.js'
import { checkPublishing } from './checks.js'
import type { Asked, Left, Work } from './existing.js'
import { lookUp } from './look-up.js'
import { namesAreCurrent, namesOf, nameTrouble } from './parameters.js'
import { publishedHash } from './settings.js'

/** By the image's key. */
export type Works = ReadonlyMap<string, Work>

/**
 * Asks EC2 by one call a region, but for what is to be built anew in any case; and, where there are SSM parameters, SSM by one
 * call in the build region for ten of them: what is published stays so until another image takes its names.
 */
export async function findWork(
  plans: readonly Planned[],
  ec2: Ec2ByRegion,
  services: Services,
  now: number,
): Promise<Works> {
  const skippable = plans.filter(({ wanted }) => wanted.inputs.ifExists === 'skip').flatMap(imagesOf)
  const found = await lookUp(
    skippable.map(({ image, inputs, plan }) => asked(image, inputs, plan, now)),
    ec2,
  )
  const current = await namesAreCurrent(
    skippable.map(({ image, inputs, plan }, at) => {
      const work = found[at]
      const isThere = work !== undefined && work.kind === 'nothing'
      return {
        names: isThere ? namesOf(image, inputs.publish) : [],
        ami: isThere ? work.source.id : '',
        home: plan.region,
      }
    }),
    services,
  )
  const works = new Map(
    skippable.map(({ image }, at): [string, Work] => {
      const work = found[at] ?? { kind: 'build' }
      return [image.key, work.kind === 'nothing' && !current[at] ? { ...work, kind: 'publish' } : work]
    }),
  )
  return new Map(plans.flatMap(imagesOf).map(({ image: { key } }) => [key, works.get(key) ?? { kind: 'build' }]))
}

/** The images of a group, each with its settings. */
export function imagesOf({ plan, wanted: { inputs } }: Planned) {
  return plan.images.map((image) => ({ image, inputs, plan }))
}

/** @throws UserErrors with all that stands in the way of what is to be built or published */
export async function checkWork(
  plans: readonly Planned[],
  works: Works,
  ec2: Ec2ByRegion,
  services: Services,
): Promise<void> {
  const all = plans.flatMap(imagesOf)
  const trouble = nameTrouble(all.map(({ image, inputs }) => ({ image, names: namesOf(image, inputs.publish) })))
  if (trouble !== undefined) throw trouble
  const kind = (image: Image) => works.get(image.key)?.kind
  await gather([
    ...all
      .filter(({ image }) => kind(image) === 'build')
      .map(({ image, plan }) => checkNameIsFree(image, plan.region, ec2(plan.region))),
    ...plans
      .filter(({ plan }) => plan.images.some((image) => kind(image) !== 'nothing'))
      .map(({ plan, wanted: { inputs } }) =>
        checkPublishing(inputs.publish, [plan.region, ...plan.copyRegions], ec2, services),
      ),
  ])
}

function asked(image: Image, inputs: Inputs, plan: Plan, now: number): Asked {
  return {
    digest: image.digest,
    level: levelOf(inputs),
    home: plan.region,
    regions: [plan.region, ...plan.copyRegions],
    keys: inputs.publish.keys,
    published: publishedHash(inputs.publish, inputs.tags),
    now,
  }
}

/** Whether anything has to be built or tested, for which tools are needed. */
export const needsTools = (works: Works): boolean =>
  [...works.values()].some(({ kind }) => kind === 'build' || kind === 'gate')

/** One line for the log. */
export function describeWork(work: Work | undefined, level: Level | undefined): string {
  if (work === undefined || work.kind === 'build') return 'to be built'
  const { source } = work
  const passed = source.tags[TESTED_TAG]
  const state = passed === undefined ? 'was left untested by an earlier run' : `passed the test ${passed}`
  const next = { gate: `is to be tested (${level})`, publish: 'is to be published', nothing: 'is all that is wanted' }
  return `${source.id} of the same digest ${state} and ${next[work.kind]}`
}

/** The result of an image that exists, before anything more is done about it. */
export function existingResult(image: Image, home: string, { source, copies }: Left): BuildResult {
  const all = Object.entries({ [home]: source, ...copies })
  const amis = Object.fromEntries(all.map(([at, { id }]) => [at, id]))
  const test = testedBefore(source)
  return {
    image,
    status: 'existing',
    amis,
    ...(source.state === 'pending' ? { isPending: true } : {}),
    regions: Object.fromEntries(Object.entries(amis).map(([at, ami]) => [at, { status: 'ready', ami }])),
    failures: [],
    tasks: [],
    phases: [],
    ...(test === undefined ? {} : { test }),
  }
}

function testedBefore({ tags }: Ami): TestResult | undefined {
  const level = tags[TESTED_TAG]
  if (level === undefined) return undefined
  return { level: level as Level, passed: true, at: tags[TESTED_AT_TAG] ?? '', seconds: 0, reached: {}, checks: [] }
}

/**
 * Takes over what a killed run left untested: from now on it is this run's, whose sweep deletes it unless it passes. Gives the
 * same with its new tags.
 */
export async function adopt<T extends Left>(left: T, home: string, runId: string, ec2: Ec2ByRegion): Promise<T> {
  if (left.source.tags[STATE_TAG] !== UNTESTED) return left
  const own = { [RUN_TAG]: runId }
  const take = async (region: string, ami: Ami): Promise<Ami> => {
    await ec2(region).tag([ami.id, ...ami.snapshots], own)
    return { ...ami, tags: { ...ami.tags, ...own } }
  }
  const copies = await Promise.all(
    Object.entries(left.copies).map(async ([region, ami]) => [region, await take(region, ami)] as const),
  )
  return { ...left, source: await take(home, left.source), copies: Object.fromEntries(copies) }
}
