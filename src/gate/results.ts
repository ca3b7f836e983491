import { isLevel } from '../model/level.js'
import type { Check } from '../model/result.js'
/** A line from packer/gate/guest. */
export type GuestLine =
  | { readonly kind: 'check'; readonly check: Check }
  | { readonly kind: 'journal'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'end'; readonly passed: boolean }

/** Parses one line of the results; undefined for anything else, including partial lines. */
export function parseGuestLine(line: string): GuestLine | undefined {
  let value: Record<string, unknown>
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { level, check, passed, seconds, message, evidence, journal, note, end } = value
  if (typeof journal === 'string') return { kind: 'journal', text: journal }
  if (typeof note === 'string') return { kind: 'note', text: note }
  if (end === true && typeof passed === 'boolean') return { kind: 'end', passed }
  if (!isLevel(level) || typeof check !== 'string' || typeof passed !== 'boolean') return undefined
  return {
    kind: 'check',
    check: {
      level,
      name: check,
      passed,
      seconds: typeof seconds === 'number' ? seconds : 0,
      message: typeof message === 'string' ? message : '',
      evidence: typeof evidence === 'string' ? evidence : '',
    },
  }
}
