import { pairs, type Report } from './parse.js'

/** EC2's limits on tags (Tag restrictions): 50 a resource, key 128, value 256 characters, `aws:` reserved. */
export function readTags(text: string, report: Report): Record<string, string> {
  const tags = pairs(text, report)
  for (const [key, value] of Object.entries(tags)) {
    if (/^(aws:|k8s-image:)/i.test(key)) report(`"${key}" begins with a reserved word`, 'choose another key')
    if (key.length > 128 || value.length > 256)
      report(`"${key.slice(0, 40)}" is too long`, 'at most 128 characters for a key, 256 for a value')
  }
  if (Object.keys(tags).length > 40) report('more than 40 tags', 'EC2 takes 50 a resource, ten are ours')
  return tags
}
