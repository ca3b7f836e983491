/** The inputs for tests. */

import type { Report } from '../lib/schema.js'
import { type Level, levels } from '../model/level.js'
import { inputDefaults } from './names.js'

/** Words of the input `test`. */
export const testWords: readonly ('none' | Level)[] = ['none', ...levels]

/** Words of the input `test-reboot`. */
export const rebootWords = ['auto', 'true', 'false'] as const

/** Always skipped; and, of the default selection, specs that need more than a node. */
const UNSTEADY = String.raw`\[Flaky\]|\[Serial\]`
const MORE_THAN_A_NODE = String.raw`\[sig-network\]|Container Lifecycle Hook`

/** The default of `test-skip`, which does not limit a `test-focus` of the user's. */
export function skippedBy(focus: string): string {
  return focus === inputDefaults['test-focus'] ? `${UNSTEADY}|${MORE_THAN_A_NODE}` : UNSTEADY
}

/**
 * A selection of specs for ginkgo: a Go regular expression. Rejects only mistakes in every dialect.
 */
export function selection(text: string, report: Report): string {
  try {
    new RegExp(text.replace(/\(\?[a-zA-Z]+\)/g, ''))
  } catch {
    report(`"${text}" is not a regular expression`, String.raw`write it like \[Conformance\]`)
  }
  return text
}
