import {
  DIGEST_TAG,
  IMAGE_TAG,
  KEY_TAG,
  KUBERNETES_TAG,
  OS_TAG,
  PRUNED_TAG,
  PUBLISHED_TAG,
  RUN_TAG,
  STARTED_TAG,
  STATE_TAG,
  TESTED_AT_TAG,
  TESTED_TAG,
  VERSIONS_TAG,
} from '../aws/ec2.js'
import { NAME_TAG } from '../aws/provisional.js'
import type { Report } from '../lib/schema.js'
import { pairs } from './parse.js'

/** EC2's limit for a resource (EC2 User Guide, Tag restrictions). */
const LIMIT = 50

/** The action's own tags on the resource with the most: the snapshot of an encrypted AMI that was published and is pruned. */
const OWN: readonly string[] = [
  // From its birth (packer/image/locals.pkr.hcl).
  ...[RUN_TAG, IMAGE_TAG, DIGEST_TAG, KUBERNETES_TAG, OS_TAG, VERSIONS_TAG, STATE_TAG, STARTED_TAG, NAME_TAG],
  ...[TESTED_TAG, TESTED_AT_TAG],
  ...[KEY_TAG, PUBLISHED_TAG, PRUNED_TAG],
]

/** Most user tags on a resource. */
export const MOST = LIMIT - OWN.length

/** The input `tags`. EC2's further limits: key 128, value 256 characters, `aws:` reserved. */
export function readTags(text: string, report: Report): Record<string, string> {
  const tags = pairs(text, report)
  for (const [key, value] of Object.entries(tags)) {
    if (/^(aws:|k8s-image:)/i.test(key)) report(`"${key}" begins with a reserved word`, 'choose another key')
    if (key.length > 128 || value.length > 256)
      report(`"${key.slice(0, 40)}" is too long`, 'use at most 128 characters for a key, and 256 for a value')
    // Packer's plugin renders keys and values as templates.
    if (`${key}\n${value}`.includes('{{')) report(`"${key}" holds {{`, 'write it without {{: Packer would fill it in')
  }
  if (Object.keys(tags).length > MOST)
    report(`more than ${MOST} tags`, `EC2 allows ${LIMIT} per resource, and the action uses ${OWN.length}`)
  return tags
}
