/**
 * Calls that acted although their answers were lost: the connection broke, or the answer came too late. Packer's SDK asks again, and
 * where EC2 takes no client token it refuses the second call, since what the first one made is in its way.
 */

import { type Ec2, LAG, RUN_TAG, STATE_TAG, UNTESTED } from '../aws/ec2.js'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import type { Image } from '../model/plan.js'

/** Names that Packer makes at random for each process, and the rule of its own new group: nobody else can have taken them. */
const TEMPORARY = /\bInvalid(KeyPair|Group|Permission)\.Duplicate\b/

/** Whether Packer failed only because of a lost response, before there was an instance. Packer can then start again; the sweep removes the rest. */
export const canBeginAgain = (errors: readonly string[]): boolean =>
  errors.length > 0 && errors.every((text) => TEMPORARY.test(text))

/** Whether Packer failed for the name of its AMI alone, which was free when the run began. */
export const isNameTaken = (errors: readonly string[]): boolean =>
  errors.length > 0 && errors.every((text) => /^Error creating AMI: .*\bInvalidAMIName\.Duplicate\b/s.test(text))

const PAUSE = 2

/**
 * The AMI that the lost CreateImage made: it has the name that Packer was given, and tags of this very run, which EC2 sets as it makes it. Packer
 * asks for it once a run, and not before the instance is provisioned and stopped, so that it is what the build was for. Undefined: the
 * name is another's, or EC2 cannot be asked.
 */
export async function findAmiAfterLostResponse(
  image: Image,
  runId: string,
  ec2: Ec2,
  clock: Clock,
  signal: AbortSignal,
): Promise<string | undefined> {
  const end = clock.now() + LAG
  for (;;) {
    try {
      const found = (await ec2.amisByDigest([image.digest])).find(
        ({ name, tags }) => name === image.buildName && tags[RUN_TAG] === runId && tags[STATE_TAG] === UNTESTED,
      )
      if (found !== undefined) return ['pending', 'available'].includes(found.state) ? found.id : undefined
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      return undefined
    }
    if (clock.now() >= end) return undefined
    await clock.sleep(PAUSE, signal)
  }
}
