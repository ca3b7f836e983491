import { list } from './parse.js'

/**
 * Names of AWS regions, all partitions that a GitHub runner can reach.
 * Source: `partitions.json` of botocore 1.44.5 (2026-11). Whether the account may use one is asked in the plan.
 */
export const regions: readonly string[] = `
  af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
  ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
  me-south-1 me-west-1 mx-central-1 sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2 cn-north-1
  cn-northwest-1 eusc-de-east-1 us-gov-east-1 us-gov-west-1`
  .trim()
  .split(/\s+/)

/**
 * The input `ami-regions`: where AMIs shall exist in the end.
 *
 * @param region the build region, which is always one of them
 */
export function readAmiRegions(
  text: string,
  region: string,
  check: (value: string) => string,
): readonly string[] | 'all' {
  const words = list(text)
  if (words.length === 1 && words[0]?.toLowerCase() === 'all') return 'all'
  return [...new Set([region, ...words.map((word) => check(word))])]
}
