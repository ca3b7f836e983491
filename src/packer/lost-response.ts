/**
 * Calls that succeeded although their answers were lost or late, by the network or by a race in Packer's SDK (aws-sdk-go-v2, issue 2737).
 * The SDK repeats the call, and without a client token EC2 refuses the second one as a duplicate.
 */

import { type Ec2, RUN_TAG, STATE_TAG, UNTESTED } from '../aws/ec2.js'
import { LAG } from '../aws/lag.js'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import type { Image } from '../model/plan.js'
import { tagsAmisLate } from '../model/region.js'

/** Packer's randomly generated names, and the rule of its own new group: no other run can have created them. */
const TEMPORARY = /\bInvalid(KeyPair|Group|Permission)\.Duplicate\b/

/** Whether Packer failed only because of a lost response, before it had an instance. It can then start again; the sweep removes the rest. */
export const canBeginAgain = (errors: readonly string[]): boolean =>
  errors.length > 0 && errors.every((text) => TEMPORARY.test(text))

/** Whether Packer failed only because its AMI's name was taken, which was free at the start of the run. */
export const isNameTaken = (errors: readonly string[]): boolean =>
  errors.length > 0 && errors.every((text) => /^Error creating AMI: .*\bInvalidAMIName\.Duplicate\b/s.test(text))

const PAUSE = 2

/**
 * The AMI from the lost CreateImage: it has the name that Packer got and, where EC2 sets tags at creation, this run's. Packer calls CreateImage
 * once per run, after the instance was provisioned and stopped, so the AMI is complete. Undefined: another AMI has the name, or EC2
 * gives no answer.
 */
export async function findAmiAfterLostResponse(
  image: Image,
  runId: string,
  ec2: Ec2,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | undefined> {
  const end = clock.now() + LAG
  // Without tags at its creation, an AMI is this run's by its provisional name, which contains the run.
  const isLate = tagsAmisLate(ec2.region) && image.buildName !== image.amiName
  const isOurs = (tags: Readonly<Record<string, string>>) => tags[RUN_TAG] === runId && tags[STATE_TAG] === UNTESTED
  for (;;) {
    try {
      const found = await (isLate ? ec2.amisNamed([image.buildName]) : ec2.amisByDigest([image.digest]))
      const made = found.find(({ name, tags }) => name === image.buildName && (isLate || isOurs(tags)))
      if (made !== undefined) return ['pending', 'available'].includes(made.state) ? made.id : undefined
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return undefined
    }
    if (clock.now() >= end) return undefined
    await clock.sleep(PAUSE, signal)
  }
}
