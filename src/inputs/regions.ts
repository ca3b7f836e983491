import { list } from './parse.js'

/**
 * The input `ami-regions`: the regions to copy AMIs to.
 *
 * @param region the build region, which is always included
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
