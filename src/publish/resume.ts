/** Resumes AMIs of earlier runs. */
import { type Ami, type Ec2ByRegion, RUN_TAG, STARTED_TAG, TESTED_AT_TAG, TESTED_TAG } from '../aws/ec2.js'
import { isNotFound } from '../aws/errors.js'
import type { Level } from '../model/level.js'
import type { Image } from '../model/plan.js'
import type { BuildResult, TestResult } from '../model/result.js'
import { type ExistingAmis, isUntested } from './existing.js'
import { finalName } from './names.js'

/** The result of an existing image before further work. */
export function existingResult(image: Image, home: string, existing: ExistingAmis): BuildResult {
  const { source, copies } = existing
  const all = Object.entries({ [home]: source, ...copies })
  const amis = Object.fromEntries(all.map(([at, { id }]) => [at, id]))
  const test = testedBefore(source)
  return {
    image: { ...image, amiName: finalName(image, existing) },
    status: 'existing',
    amis,
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
 * Adopts an untested AMI of a killed run: this run's sweep now deletes it unless it passes. Returns it with its new tags. If another
 * run named the AMI meanwhile, this one is gone. It is returned unchanged, and `namedInstead` finds the named one.
 *
 * @param now ISO 8601 in UTC. Becomes the AMI's start, so that prune does not mistake this run for an old one.
 */
export async function adopt<T extends ExistingAmis>(
  existing: T,
  home: string,
  runId: string,
  now: string,
  ec2: Ec2ByRegion,
): Promise<T> {
  if (!isUntested(existing.source)) return existing
  const own = { [RUN_TAG]: runId, [STARTED_TAG]: now }
  const take = async (region: string, ami: Ami): Promise<Ami> => {
    try {
      await ec2(region).tag([ami.id, ...ami.snapshots], own)
    } catch (error) {
      if (isNotFound(error)) return ami
      throw error
    }
    return { ...ami, tags: { ...ami.tags, ...own } }
  }
  const copies = await Promise.all(
    Object.entries(existing.copies).map(async ([region, ami]) => [region, await take(region, ami)] as const),
  )
  const spent = await Promise.all(
    Object.entries(existing.spent).map(
      async ([region, amis]) => [region, await Promise.all(amis.map((ami) => take(region, ami)))] as const,
    ),
  )
  const source = await take(home, existing.source)
  return { ...existing, source, copies: Object.fromEntries(copies), spent: Object.fromEntries(spent) }
}
