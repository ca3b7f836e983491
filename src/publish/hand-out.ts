import { BUILT, type Ec2ByRegion, TESTED, UNTESTED } from '../aws/ec2.js'
import type { Services } from '../aws/services.js'
import type { Planned } from '../model/plan.js'
import type { BuildResult } from '../model/result.js'
import { isWhole } from '../model/result.js'
import type { Work } from './existing.js'
import { markBuilt } from './mark.js'
import { namesOf, writeParameters } from './parameters.js'
import { publishedHash } from './settings.js'
import { imagesOf, type Works } from './work.js'

/** Writes the SSM parameters of images that are ready everywhere and were tested. One that could not be told of is failed. */
export async function nameResults(
  plans: readonly Planned[],
  works: Works,
  results: readonly BuildResult[],
  services: Services,
  signal: AbortSignal,
): Promise<readonly BuildResult[]> {
  const settings = new Map(plans.flatMap(imagesOf).map((each) => [each.image.key, each]))
  const todo = results.flatMap((result) => {
    const { key } = result.image
    const own = settings.get(key)
    if (own === undefined || works.get(key)?.kind === 'nothing' || !isWhole(result) || !result.test?.passed) return []
    return [{ result, names: namesOf(result.image, own.inputs.publish), home: own.plan.region }]
  })
  const failed = await writeParameters(todo, services, signal)
  return results.map((result) => {
    const failures = failed.get(result.image.key)
    return failures === undefined ? result : { ...result, status: 'failed', amis: {}, failures }
  })
}

/** Marks what is to be handed out, but for images about which nothing was done: they are marked. */
export async function handOut(
  plans: readonly Planned[],
  works: Works,
  results: readonly BuildResult[],
  ec2: Ec2ByRegion,
): Promise<readonly BuildResult[]> {
  const settings = new Map(plans.flatMap(imagesOf).map(({ image, inputs }) => [image.key, inputs]))
  const todo = results.flatMap((result) => {
    const { key } = result.image
    const work = works.get(key)
    const inputs = settings.get(key)
    if (inputs === undefined || work?.kind === 'nothing') return []
    return [{ result, published: publishedHash(inputs.publish, inputs.tags), before: stateBefore(work, result) }]
  })
  const marked = new Map((await markBuilt(todo, ec2)).map((result) => [result.image.key, result]))
  return results.map((result) => marked.get(result.image.key) ?? result)
}

/** What a result's AMIs are, should they not be handed out after all. */
function stateBefore(work: Work | undefined, { test }: BuildResult): string {
  if (work !== undefined && work.kind !== 'build' && work.handedOut) return BUILT
  return test?.passed ? TESTED : UNTESTED
}
