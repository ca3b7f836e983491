import { RUN_TAG, STARTED_TAG, STATE_TAG, TESTED, TESTED_AT_TAG, TESTED_TAG } from '../../aws/ec2.js'
import { NAME_TAG } from '../../aws/provisional.js'
import { descriptionOf } from '../../model/plan.js'
import { tagsAmisLate } from '../../model/region.js'
import type { TestResult } from '../../model/result.js'
import { knownTags } from '../../preflight/tags.js'
import { type ExistingAmis, isUntested } from '../../publish/existing.js'
import { finalName } from '../../publish/names.js'
import type { PublishOrder } from '../../publish/publish.js'
import type { ImageTask } from '../../publish/task.js'
import type { Shared } from './shared.js'

/**
 * The publisher's order for one image, whose AMI in the build region is `source`.
 *
 * @param test the AMI's result, if the test has ended
 */
export function publishOrder(
  { image, inputs, plan }: ImageTask,
  source: string,
  { job }: Shared,
  existing?: ExistingAmis,
  test?: TestResult,
): PublishOrder {
  const passed = test?.passed ? { [TESTED_TAG]: test.level, [TESTED_AT_TAG]: test.at } : {}
  return {
    image: image.key,
    runId: job.runId,
    home: plan.region,
    source,
    regions: plan.copyRegions,
    ...(existing === undefined ? {} : { left: existing }),
    name: finalName(image, existing),
    digest: image.digest,
    description: descriptionOf(image),
    known: {
      // Packer's own come late there, and copies take those that are known when they begin.
      ...(existing === undefined && tagsAmisLate(plan.region) ? knownTags({ image, inputs, runId: job.runId }) : {}),
      ...(existing === undefined && image.buildName !== image.amiName ? { [NAME_TAG]: image.amiName } : {}),
      // An adopted AMI belongs to this run, and so must its copies.
      ...(existing === undefined || !isUntested(existing.source) ? {} : ownership(existing.source.tags)),
      ...passed,
      ...(test?.passed && !existing?.handedOut ? { [STATE_TAG]: TESTED } : {}),
    },
    settings: inputs.publish,
    tags: inputs.tags,
    timeout: inputs.timeout * 60,
  }
}

const ownership = (tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => name === RUN_TAG || name === STARTED_TAG))
