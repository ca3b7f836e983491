/** The tags of everything that a run makes, like `run_tags` in packer/image/locals.pkr.hcl. Pure. */
import {
  DIGEST_TAG,
  IMAGE_TAG,
  KUBERNETES_TAG,
  OS_TAG,
  RUN_TAG,
  STARTED_TAG,
  STATE_TAG,
  UNTESTED,
  VERSIONS_TAG,
} from '../aws/ec2.js'
import { NAME_TAG } from '../aws/provisional.js'
import type { Inputs } from '../model/inputs.js'
import type { Image } from '../model/plan.js'

export interface TagFacts {
  readonly image: Image | undefined
  readonly inputs: Pick<Inputs, 'tags'>
  readonly runId: string
}

/** All tags, with stand-ins for versions and time, which the template sets. */
export const runTags = (facts: TagFacts): Record<string, string> => ({
  ...knownTags(facts),
  [VERSIONS_TAG]: 'preflight',
  [STARTED_TAG]: 'preflight',
})

/** Tags with values that are known outside of the template. */
export function knownTags({ image, inputs, runId }: TagFacts): Record<string, string> {
  return {
    ...inputs.tags,
    [RUN_TAG]: runId,
    [IMAGE_TAG]: image?.key ?? 'preflight',
    [DIGEST_TAG]: image?.digest ?? '',
    [KUBERNETES_TAG]: image?.node.kubernetesVersion ?? '',
    [OS_TAG]: image?.os ?? '',
    [STATE_TAG]: UNTESTED,
    ...(image === undefined || image.buildName === image.amiName ? {} : { [NAME_TAG]: image.amiName }),
  }
}
