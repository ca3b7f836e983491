/** AMIs that another run named meanwhile. */
import { type Ami, DIGEST_TAG, type Ec2, type Ec2ByRegion } from '../aws/ec2.js'
import { isNotFound } from '../aws/errors.js'
import { LAG } from '../aws/lag.js'
import { nameToCome } from '../aws/provisional.js'
import type { Clock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import { NotAvailable, type WaitFor } from './wait.js'

/** Seconds between looks for an AMI that EC2 does not list yet. */
const PAUSE = 2

/** What an AMI with the final name has. */
export interface Identity {
  readonly digest: string | undefined
  /** Undefined: it has no other name to come. */
  readonly name: string | undefined
}

/** The identity of the AMI that will replace a provisional one. */
export const finalIdentity = (provisional: Ami): Identity => ({
  digest: provisional.tags[DIGEST_TAG],
  name: nameToCome(provisional),
})

/** The error for a name that another AMI has. An AMI of an earlier run keeps the name that it was built for. */
export const nameTaken = (name: string, region: string, { image, cause }: { image?: string; cause?: unknown }) =>
  new UserError(
    'ami-name',
    `${image === undefined ? '' : `${image}: `}another AMI in ${region} has the name ${name}`,
    'deregister it, or choose another ami-name and set if-exists: rebuild; {run} makes ami-name unique',
    { cause },
  )

/** The AMI with this content and name, in any state. Another run may have made it. */
export async function namesake({ digest, name }: Identity, ec2: Ec2): Promise<Ami | undefined> {
  if (digest === undefined || digest === '' || name === undefined) return undefined
  return (await ec2.amisByDigest([digest])).find((ami) => ami.name === name)
}

/** The same for an AMI that must exist, since its name is taken: EC2 may list it late. */
export async function takenName(
  identity: Identity,
  ec2: Ec2,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Ami | undefined> {
  for (const end = clock.now() + LAG; ; await clock.sleep(PAUSE, signal)) {
    const found = await namesake(identity, ec2)
    if (found !== undefined || clock.now() + PAUSE > end) return found
  }
}

/**
 * The available AMI that another run registered before it deregistered a provisional one. Undefined if there is none, or if the error does
 * not mean that an AMI is gone.
 *
 * @param deadline seconds since 1970
 */
export async function namedInstead(
  error: unknown,
  identity: Identity,
  region: string,
  deadline: number,
  { ec2, wait }: { readonly ec2: Ec2ByRegion; readonly wait: WaitFor },
): Promise<Ami | undefined> {
  const isGone = (error instanceof NotAvailable && error.state === 'unknown') || isNotFound(error)
  const named = isGone ? await namesake(identity, ec2(region)) : undefined
  return named && wait(region, named.id, deadline)
}
