import { closest, distance } from 'fastest-levenshtein'

/** The most likely intended word, or `undefined` if none is near (a third of the letters may differ). */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined
  const best = closest(word.toLowerCase(), words)
  const allowed = Math.max(2, Math.floor(Math.max(word.length, best.length) / 3))
  return distance(word.toLowerCase(), best) <= allowed ? best : undefined
}

/** A hint for an unknown word: the nearest known one, or all of them. */
export function suggest(word: string, words: readonly string[]): string {
  const best = nearest(word, words)
  return best === undefined ? `known: ${[...words].join(', ')}` : `did you mean "${best}"?`
}
