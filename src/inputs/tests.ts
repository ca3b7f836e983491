/** The inputs that say how AMIs are tested. */

import type { Report } from '../lib/schema.js'
import { type Level, levels } from '../model/level.js'
import { inputDefaults } from './names.js'

/** The words of the input `test`. */
export const testWords: readonly ('none' | Level)[] = ['none', ...levels]

/** The words of the input `test-reboot`. */
export const rebootWords = ['auto', 'true', 'false'] as const

/** Left out whatever is selected; and, of the specs that are selected by default, those that need more than a node. */
const UNSTEADY = String.raw`\[Flaky\]|\[Serial\]`
const MORE_THAN_A_NODE = String.raw`\[sig-network\]|Container Lifecycle Hook`

/** What an empty `test-skip` means: so a `test-focus` of your own selects all that it names. */
export function skippedBy(focus: string): string {
  return focus === inputDefaults['test-focus'] ? `${UNSTEADY}|${MORE_THAN_A_NODE}` : UNSTEADY
}

/**
 * A selection of specs, as ginkgo takes it: a regular expression of Go's. Only what is wrong in every dialect is refused.
 */
export function selection(text: string, report: Report): string {
  try {
    new RegExp(text.replace(/\(\?[a-zA-Z]+\)/g, ''))
  } catch {
    report(`"${text}" is not a regular expression`, String.raw`it looks like \[Conformance\]`)
  }
  return text
}
