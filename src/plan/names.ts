import { createHash } from 'node:crypto'
import { UserError } from '../lib/errors.js'
import type { Inputs } from '../model/inputs.js'
import type { Image } from '../model/plan.js'

export interface NameParts {
  readonly kubernetes: string
  readonly os: string
  readonly arch: string
  /** `YYYYMMDD` */
  readonly date: string
  readonly run: string
}

/**
 * Fills in `{kubernetes}` and the other placeholders. EC2 accepts names of 3 to 128 characters (CreateImage, parameter Name).
 *
 * @throws UserError if the name is too short or too long
 */
export function amiName(pattern: string, parts: NameParts): string {
  const name = pattern.replace(
    /\{(\w+)\}/g,
    (whole, part: string) => (parts as unknown as Record<string, string>)[part] ?? whole,
  )
  if (name.length < 3 || name.length > 128)
    throw new UserError('ami-name', `ami-name: "${name}" has ${name.length} characters`, 'use 3 to 128')
  return name
}

/** Two, so that one of them always differs from the start of the final name. */
const PROVISIONAL = ['provisional-', 'unnamed-'] as const

/**
 * The name of an AMI that has not passed its test yet. No wildcard for the final name matches it: it begins differently, and contains
 * no part of it. Each run has its own.
 */
export function provisionalName(final: string, runId: string): string {
  const prefix = PROVISIONAL.find((each) => each[0] !== final[0]?.toLowerCase()) ?? PROVISIONAL[0]
  return prefix + createHash('sha256').update(`${runId} ${final}`).digest('hex').slice(0, 24)
}

/** The final and the provisional name of an image's AMI. */
export function amiNames(
  { amiName: pattern, publish: { nameAt } }: Pick<Inputs, 'amiName' | 'publish'>,
  image: Pick<NameParts, 'kubernetes' | 'os' | 'arch'>,
  { date, runId }: { readonly date: string; readonly runId: string },
): Pick<Image, 'amiName' | 'buildName'> {
  const final = amiName(pattern, { ...image, date, run: runId.slice(0, 6) })
  return { amiName: final, buildName: nameAt === 'test' ? provisionalName(final, runId) : final }
}
