/** The gate of a run: what an AMI goes through before it is handed out. */
import { readFileSync } from 'node:fs'
import { STATE_TAG, TESTED, UNTESTED } from '../../aws/ec2.js'
import { discard } from '../../gate/discard.js'
import { testImage } from '../../gate/gate.js'
import { failureOf, UserError } from '../../lib/errors.js'
import { levelOf } from '../../model/level.js'
import { type BuildResult, type Failure, isWhole } from '../../model/result.js'
import type { ExistingAmis } from '../../publish/existing.js'
import { type PackerImage, packerEffects, packerSettings, type Shared } from './shared.js'

/**
 * Tests an image that was built, as far as the inputs ask for it. An AMI that fails is discarded, unless it was handed out;
 * its image is then failed.
 *
 * @param built the image's result so far
 * @param directory for this test alone
 * @param existing what earlier runs left of the image
 */
export async function testBuilt(
  task: PackerImage,
  built: BuildResult,
  directory: string,
  shared: Shared,
  existing?: ExistingAmis,
): Promise<BuildResult> {
  const { image, inputs } = task
  const settings = packerSettings(task, shared)
  const { region, ec2 } = settings
  const gate = packerEffects('gate', shared)
  const { clock, log } = gate
  const level = levelOf(inputs)
  const id = built.amis[region]
  if (level === undefined || !isWhole(built) || id === undefined) return built
  const system = inputs.operatingSystems[image.os]
  if (system === undefined) throw new Error(`${image.key}: inputs let ${image.os} pass`)
  if (built.isPending) {
    const failure = await unavailable(image.key, () => shared.wait(region, id, clock.now() + inputs.timeout * 60))
    if (failure !== undefined) return { ...built, status: 'failed', amis: {}, failures: [failure] }
  }
  log.info(`${image.key}: testing ${id} (${level})`)
  const start = clock.now()
  const gateSettings = {
    ...settings,
    level,
    reboot: inputs.testReboot,
    selection: { focus: inputs.testFocus, skip: inputs.testSkip },
    timeout: inputs.testTimeout,
    built: JSON.parse(readFileSync(settings.varFile, 'utf8')),
  }
  const { test, failures, cancelled } = await testImage(image, id, system, directory, gateSettings, gate)
  const phases = [...built.phases, { name: 'test', start, seconds: clock.now() - start }]
  if (cancelled) return { ...built, status: 'cancelled', amis: {}, phases, test }
  if (failures.length === 0) return { ...built, phases, test }
  if (existing?.handedOut)
    log.info(`${image.key}: ${id} stays, since it was handed out before; if-exists: rebuild makes another`)
  else {
    const before = existing?.source.tags ?? { [STATE_TAG]: UNTESTED }
    // One that passed a lower test may be in SSM already, named by a run that was killed before it could mark it.
    const keep = inputs.keepFailed || before[STATE_TAG] === TESTED
    await discard({ image: image.key, ami: id, before, keep }, ec2, log)
  }
  return { ...built, status: 'failed', amis: {}, failures, phases, test }
}

/** Why an AMI that is waited for does not come. */
async function unavailable(image: string, wait: () => Promise<unknown>): Promise<Failure | undefined> {
  try {
    await wait()
    return undefined
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return failureOf(image, error)
  }
}
