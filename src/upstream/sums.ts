/**
 * Reads `sha256sum` lines: `HEX  NAME` or `HEX *NAME`.
 *
 * @returns lower-case hex by the name in the file, without a leading `./`
 */
export function readSums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>()
  for (const [, sum = '', name = ''] of text.matchAll(/^([0-9a-fA-F]{64})[ \t]+\*?(\S.*?)\s*$/gm))
    sums.set(name.replace(/^\.\//, ''), sum.toLowerCase())
  return sums
}

/** The sum of one file, from its line, or from a text with only a sum. */
export function sumOf(text: string, name: string): string | undefined {
  const bare = /^\s*([0-9a-fA-F]{64})\s*$/.exec(text)
  return bare?.[1]?.toLowerCase() ?? readSums(text).get(name)
}
