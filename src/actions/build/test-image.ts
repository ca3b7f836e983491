/** The gate of a run: tests an AMI before it is handed out. */
import { readFileSync } from 'node:fs'
import { STATE_TAG, TESTED, UNTESTED } from '../../aws/ec2.js'
import { discard } from '../../gate/discard.js'
import { type GateOutcome, markOutcome, testImage } from '../../gate/gate.js'
import { levelOf } from '../../model/level.js'
import type { BuildResult, Phase } from '../../model/result.js'
import type { ExistingAmis } from '../../publish/existing.js'
import { type PackerImage, packerEffects, packerSettings, type Shared } from './shared.js'

/** Seconds before a test without an instance starts again: EC2 may have had no capacity, or not shown the AMI yet. */
const PAUSE = 20

/** A test that has ended, before the AMI is marked or discarded. */
export interface Tested {
  readonly ami: string
  readonly outcome: GateOutcome
  readonly phase: Phase
}

/**
 * Tests an available AMI at the requested level. Returns undefined without one.
 *
 * @param directory for this test alone
 * @param signal ends the test
 */
export async function testAmi(
  task: PackerImage,
  ami: string,
  directory: string,
  shared: Shared,
  signal: AbortSignal,
): Promise<Tested | undefined> {
  const { image, inputs } = task
  const level = levelOf(inputs)
  if (level === undefined) return undefined
  const system = inputs.operatingSystems[image.os]
  if (system === undefined) throw new Error(`${image.key}: inputs accepted ${image.os}`)
  const effects = { ...packerEffects('gate', task.plan.region, shared), signal }
  const { clock, log } = effects
  log.info(`${image.key}: testing ${ami} (${level})`)
  const start = clock.now()
  const settings = packerSettings(task, shared)
  const gate = {
    ...settings,
    level,
    reboot: inputs.testReboot,
    selection: { focus: inputs.testFocus, skip: inputs.testSkip },
    timeout: inputs.testTimeout,
    built: JSON.parse(readFileSync(settings.varFile, 'utf8')),
  }
  const test = () => testImage(image, ami, system, directory, gate, effects)
  let outcome = await test()
  if (outcome.unlaunched) {
    log.warning(`${outcome.failures[0]?.message ?? image.key}; the test starts once more in ${PAUSE} s`)
    await clock.sleep(PAUSE, signal).catch(() => {})
    outcome = await test()
  }
  return { ami, outcome, phase: { name: 'test', start, seconds: clock.now() - start } }
}

/**
 * Acts on a test's result: marks an AMI that passed, discards one that failed unless it was handed out, and fails its image.
 *
 * @param built the image's result so far
 * @param tested undefined without a test
 * @param existing the image's AMIs of earlier runs
 */
export async function concludeTest(
  task: PackerImage,
  built: BuildResult,
  tested: Tested | undefined,
  shared: Shared,
  existing?: ExistingAmis,
): Promise<BuildResult> {
  if (tested === undefined) return built
  const { image, inputs, plan } = task
  const { log, effects, signal } = shared.job
  const ec2 = shared.ec2(plan.region)
  const { ami } = tested
  const marking = { ec2, clock: effects.clock, signal }
  const { test, failures, cancelled, unlaunched } = await markOutcome(image.key, ami, tested.outcome, marking)
  const phases = [...built.phases, tested.phase]
  if (cancelled) return { ...built, status: 'cancelled', amis: {}, phases, test }
  if (failures.length === 0) return { ...built, phases, test }
  const before = existing?.source.tags ?? { [STATE_TAG]: UNTESTED }
  if (existing?.handedOut)
    log.info(`${image.key}: ${ami} stays, because an earlier run published it; set if-exists: rebuild for a new one`)
  else if (unlaunched && before[STATE_TAG] === TESTED)
    log.info(`${image.key}: ${ami} stays, because it passed a lower test, and the test of this run had no instance`)
  else {
    // An AMI that passed a lower level may be in SSM already, if the run that named it was killed before it marked it.
    const keep = inputs.keepFailed || before[STATE_TAG] === TESTED
    await discard({ image: image.key, ami, before, keep }, ec2, log)
  }
  return { ...built, status: 'failed', amis: {}, failures, phases, test }
}
