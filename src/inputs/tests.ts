/** The inputs that say how AMIs are tested. */

import type { Report } from '../lib/schema.js'
import { type Level, levels } from '../model/level.js'

/** The words of the input `test`. */
export const testWords: readonly ('none' | Level)[] = ['none', ...levels]

/** The words of the input `test-reboot`. */
export const rebootWords = ['auto', 'true', 'false'] as const

/**
 * A selection of specs, as ginkgo takes it: a regular expression of Go's. Only what is wrong in every dialect is refused.
 */
export function selection(text: string, report: Report): string {
  try {
    new RegExp(text.replace(/\(\?[a-zA-Z]+\)/g, ''))
  } catch {
    report(`"${text}" is not a regular expression`, String.raw`it looks like \[NodeConformance\]`)
  }
  return text
}
