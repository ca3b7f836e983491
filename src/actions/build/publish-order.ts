import type { ExistingAmis } from '../../publish/existing.js'
import type { PublishOrder } from '../../publish/publish.js'
import type { ImageTask } from '../../publish/task.js'
import type { Shared } from './shared.js'

/** What is asked of the publisher for one image, whose AMI in the build region is `source`. */
export function publishOrder(
  { image, inputs, plan }: ImageTask,
  source: string,
  { job }: Shared,
  existing?: ExistingAmis,
): PublishOrder {
  return {
    image: image.key,
    runId: job.runId,
    home: plan.region,
    source,
    regions: plan.copyRegions,
    ...(existing === undefined ? {} : { left: existing }),
    settings: inputs.publish,
    tags: inputs.tags,
    timeout: inputs.timeout * 60,
  }
}
