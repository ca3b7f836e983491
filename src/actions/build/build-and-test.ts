import type { Ami } from '../../aws/ec2.js'
import { failureOf, UserError } from '../../lib/errors.js'
import { type BuildResult, type Failure, isWhole } from '../../model/result.js'
import { buildImage } from '../../packer/build.js'
import { type ExistingAmis, isUntested } from '../../publish/existing.js'
import { finalName } from '../../publish/names.js'
import type { EarlyCopies } from '../../publish/publish.js'
import { existingResult } from '../../publish/resume.js'
import { available } from '../../publish/source.js'
import { GONE } from '../../publish/wait.js'
import { publishOrder } from './publish-order.js'
import { type PackerImage, packerEffects, packerSettings, type Shared } from './shared.js'
import { tagAtOnce } from './tag-at-once.js'
import { concludeTest, testAmi } from './test-image.js'

/** An image that was built and tested, with the copies that began meanwhile. */
export interface BuiltImage {
  readonly result: BuildResult
  readonly copies?: EarlyCopies
}

/**
 * Builds an image and tests its AMI. Test and copies begin when EC2 says that the AMI is available: Packer looks for that up to two
 * minutes late, and then still tags and cleans up.
 *
 * @param directory for the build; the test has one of its own beside it
 */
export async function buildAndTest(task: PackerImage, directory: string, shared: Shared): Promise<BuiltImage> {
  const { image, inputs, plan } = task
  const begun = Promise.withResolvers<string | undefined>()
  let tagging = Promise.resolve()
  const onAmi = (id: string) => {
    tagging = tagAtOnce(task, id, shared)
    begun.resolve(id)
  }
  const effects = { ...packerEffects('packer', plan.region, shared), onAmi }
  const building = buildImage(image, directory, packerSettings(task, shared), effects)
  const ended = building.then(
    () => undefined,
    () => undefined,
  )
  const id = await Promise.race([begun.promise, ended])
  await tagging
  const limit = shared.job.effects.clock.now() + inputs.timeout * 60
  const looking =
    id === undefined ? undefined : Promise.race([shared.wait(plan.region, id, limit).catch(unknown), ended])
  const early = await looking?.catch((error) => ended.then(() => Promise.reject(error)))
  if (early !== undefined) return beside(task, early, building, directory, shared)
  const built = await building
  return isWhole(built) ? testBuilt(task, built, directory, shared) : { result: built }
}

/** An AMI that the waiter gives up is a failure that Packer will name. */
function unknown(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error
}

/** Tests an image that exists already; it may still be pending. */
async function testBuilt(
  task: PackerImage,
  built: BuildResult,
  directory: string,
  shared: Shared,
  existing?: ExistingAmis,
): Promise<BuiltImage> {
  const { image, inputs, plan } = task
  const deadline = shared.job.effects.clock.now() + inputs.timeout * 60
  try {
    const { region } = plan
    const made = {
      id: built.amis[region] ?? '',
      region,
      digest: image.digest,
      name: finalName(image, existing),
    }
    const source = await available(made, deadline, shared, existing === undefined ? undefined : GONE)
    const amis = { ...built.amis, [region]: source.id }
    return await beside(task, source, Promise.resolve({ ...built, amis }), directory, shared, existing)
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { result: failed(built, failureOf(image.key, error)) }
  }
}

/** Tests an image that an earlier run left. Its regions are ready only once it has passed, unless others may use its AMIs already. */
export function testExisting(task: PackerImage, existing: ExistingAmis, directory: string, shared: Shared) {
  const before = existingResult(task.image, task.plan.region, existing)
  const result = existing.handedOut ? before : { ...before, regions: {} }
  return testBuilt(task, result, directory, shared, existing)
}

/** A result that became a failure. Its regions stay as they were. */
export function failed(built: BuildResult, failure: Failure): BuildResult {
  return { ...built, status: 'failed', amis: {}, failures: [failure] }
}

/** Tests an AMI that is available, and copies it meanwhile if the inputs say so. Both end when the build fails after all. */
async function beside(
  task: PackerImage,
  source: Ami,
  building: Promise<BuildResult>,
  directory: string,
  shared: Shared,
  existing?: ExistingAmis,
): Promise<BuiltImage> {
  const stop = new AbortController()
  const signal = AbortSignal.any([shared.job.signal, stop.signal])
  const { image, plan } = task
  // Copies of an AMI that passed a lower level would count as tested.
  const isNew = existing === undefined || isUntested(existing.source)
  const wanted = isNew && task.inputs.publish.copyBeforeTest && plan.copyRegions.length > 0
  if (wanted) shared.job.log.info(`${image.key}: copying ${source.id} to ${plan.copyRegions.join(', ')}`)
  const copies = wanted
    ? shared.publisher.begin(publishOrder(task, source.id, shared, existing), source, signal)
    : undefined
  const testing = testAmi(task, source.id, `${directory}t`, shared, signal)
  // Awaited below. Until then its failure must not crash the process.
  testing.catch(() => undefined)
  try {
    const built = await building
    if (!isWhole(built)) {
      stop.abort(new UserError('build-failed', 'the build failed'))
      await testing
      return { result: built }
    }
    const result = await concludeTest(task, built, await testing, shared, existing)
    if (!isWhole(result)) stop.abort(new UserError('test-failed', 'the test failed'))
    return { result, ...(copies === undefined ? {} : { copies }) }
  } catch (error) {
    stop.abort(error)
    await testing.catch(() => undefined)
    throw error
  }
}
