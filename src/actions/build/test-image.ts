/** The gate of a run: what an AMI goes through before it is published. */
import { readFileSync } from 'node:fs'
import { type Ec2, STATE_TAG, TESTED, UNTESTED } from '../../aws/ec2.js'
import { discard } from '../../gate/discard.js'
import { testImage } from '../../gate/gate.js'
import { failureOf, UserError } from '../../lib/errors.js'
import type { Inputs } from '../../model/inputs.js'
import { levelOf } from '../../model/level.js'
import type { BuildResult, Failure } from '../../model/result.js'
import { isWhole } from '../../model/result.js'
import type { PackerEffects, PackerSettings } from '../../packer/packer.js'
import type { Left } from '../../publish/existing.js'
import type { WaitFor } from '../../publish/wait.js'

/** What the gates of a group share. */
interface GateGroup {
  readonly inputs: Inputs
  readonly settings: PackerSettings & {
    /** The var-file of the build. */
    readonly varFile: string
    /** Of the build region. */
    readonly ec2: Ec2
  }
  readonly effects: PackerEffects
  readonly wait: WaitFor
}

/**
 * Gives what tests an image that was built, as far as the inputs ask for it. An AMI that fails is discarded, unless it was handed out;
 * its image is then failed.
 *
 * @returns a function of the image's result so far, a directory for its gate alone, and what earlier runs left of it
 */
export function gateStep({
  inputs,
  settings,
  effects,
  wait,
}: GateGroup): (built: BuildResult, directory: string, left?: Left) => Promise<BuildResult> {
  const { clock, log } = effects
  const { region } = settings.ec2
  const level = levelOf(inputs)
  return async (built, directory, left) => {
    const { image } = built
    const id = built.amis[region]
    if (level === undefined || !isWhole(built) || id === undefined) return built
    const system = inputs.operatingSystems[image.os]
    if (system === undefined) throw new Error(`${image.key}: inputs let ${image.os} pass`)
    if (built.isPending) {
      const failure = await unavailable(image.key, () => wait(region, id, clock.now() + inputs.timeout * 60))
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
    const { test, failures, cancelled } = await testImage(image, id, system, directory, gateSettings, effects)
    const phases = [...built.phases, { name: 'test', start, seconds: clock.now() - start }]
    if (cancelled) return { ...built, status: 'cancelled', amis: {}, phases, test }
    if (failures.length === 0) return { ...built, phases, test }
    if (left?.handedOut)
      log.info(`${image.key}: ${id} stays, since it was handed out before; if-exists: rebuild makes another`)
    else {
      const before = left?.source.tags ?? { [STATE_TAG]: UNTESTED }
      // One that passed a lower test may be in SSM already, named by a run that was killed before it could mark it.
      const keep = inputs.keepFailed || before[STATE_TAG] === TESTED
      await discard({ image: image.key, ami: id, before, keep }, settings.ec2, log)
    }
    return { ...built, status: 'failed', amis: {}, failures, phases, test }
  }
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
