import { BUILT, type Ec2ByRegion, STATE_TAG, UNTESTED } from '../ec2.js'
import { UserError } from '../errors.js'
import type { BuildResult, Failure } from '../model.js'

/**
 * Marks the AMIs of built images as handed out, with their snapshots, so that no sweep deletes them.
 *
 * An image counts only if its AMIs could be marked in all regions; otherwise it is failed, and the marks that it got are
 * taken back as far as possible, so that the sweep finds it. So what is handed out is always marked before.
 */
export async function markBuilt(results: readonly BuildResult[], ec2: Ec2ByRegion): Promise<BuildResult[]> {
  return Promise.all(results.map((result) => (result.status === 'built' ? markImage(result, ec2) : result)))
}

async function markImage(result: BuildResult, ec2: Ec2ByRegion): Promise<BuildResult> {
  const regions = Object.entries(result.amis)
  const marks = await Promise.allSettled(regions.map(([region, id]) => mark(region, id, ec2)))
  const failures = marks.flatMap((outcome) =>
    outcome.status === 'rejected' ? [failure(result.image.key, outcome.reason)] : [],
  )
  if (failures.length === 0) return result
  await Promise.allSettled(regions.map(([region, id]) => ec2(region).tag([id], { [STATE_TAG]: UNTESTED })))
  return { ...result, status: 'failed', amis: {}, failures: [...result.failures, ...failures] }
}

async function mark(region: string, id: string, ec2: Ec2ByRegion): Promise<void> {
  const client = ec2(region)
  const ami = await client.ami(id)
  if (ami?.state !== 'available') {
    throw new UserError(`the AMI ${id} in ${region} is not available (${ami?.state ?? 'it is gone'})`, 'run it again')
  }
  await client.tag([id, ...ami.snapshots], { [STATE_TAG]: BUILT })
}

function failure(image: string, error: unknown): Failure {
  if (!(error instanceof UserError)) throw error
  return { message: `${image}: ${error.message}`, ...(error.hint === undefined ? {} : { hint: error.hint }) }
}
