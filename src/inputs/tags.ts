import type { Report } from '../lib/schema.js'
import { pairs } from './parse.js'

/**
 * Most user tags on a resource. Ours are at most twelve: eight from an AMI's birth (packer/image/locals.pkr.hcl), two from its test, and
 * two more on an encrypted published one (src/aws/ec2.ts).
 */
const MOST = 38

/** The input `tags`. EC2's limits (Tag restrictions): 50 per resource, key 128, value 256 characters, `aws:` reserved. */
export function readTags(text: string, report: Report): Record<string, string> {
  const tags = pairs(text, report)
  for (const [key, value] of Object.entries(tags)) {
    if (/^(aws:|k8s-image:)/i.test(key)) report(`"${key}" begins with a reserved word`, 'choose another key')
    if (key.length > 128 || value.length > 256)
      report(`"${key.slice(0, 40)}" is too long`, 'use at most 128 characters for a key, and 256 for a value')
  }
  if (Object.keys(tags).length > MOST)
    report(`more than ${MOST} tags`, 'EC2 allows 50 per resource, and the action uses twelve')
  return tags
}
