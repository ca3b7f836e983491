/** The inputs of `prune/action.yml`. One error lists all mistakes. */

import * as parse from '../../inputs/parse.js'
import { inputReader } from '../../inputs/reader.js'
import type { Environment } from '../../lib/environment.js'
import { UserErrors } from '../../lib/errors.js'
import { REGION } from '../../model/region.js'
import type { Rules } from './decide.js'

/** All inputs with their defaults, as in prune/action.yml; a test compares the two. */
export const pruneDefaults = {
  regions: '',
  keep: '3',
  'keep-younger-than': '30d',
  'deregister-after': '30d',
  'include-shared': 'false',
  'include-protected': 'false',
  'sweep-older-than': '',
  'dry-run': 'true',
} as const satisfies Readonly<Record<string, string>>

type Name = keyof typeof pruneDefaults

export interface PruneInputs {
  /** `all`: every enabled region. */
  readonly regions: readonly string[] | 'all'
  /** The region to ask for the list of regions. */
  readonly home: string
  readonly rules: Rules
  /** Seconds; undefined: no sweep. */
  readonly sweepOlder: number | undefined
  readonly dryRun: boolean
}

const UNITS: Readonly<Record<string, number>> = { m: 60, h: 3600, d: 86400, w: 7 * 86400 }

/**
 * @param env the runner's: `INPUT_KEEP` and so on; an empty input means its default
 * @throws UserErrors with all mistakes
 */
export function readPruneInputs(env: Environment): PruneInputs {
  const { mistakes, text, reporter: report, word, yes } = inputReader<Name>(env, pruneDefaults)
  const time = (name: Name) => {
    const match = /^(\d{1,5})([mhdw])$/.exec(text(name).toLowerCase())
    if (match === null) report(name)(`"${text(name)}" is not a time`, 'write 90m, 24h, 30d or 8w')
    return Number(match?.[1] ?? 0) * (UNITS[match?.[2] ?? ''] ?? 0)
  }
  const home = env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1'
  const words = parse.list(text('regions'))
  const all = words.length === 1 && words[0]?.toLowerCase() === 'all'
  const named = all ? [] : words.length === 0 ? [home] : words
  for (const region of named)
    if (!REGION.test(region)) report('regions')(`"${region}" is not an AWS region`, 'write it like us-east-1')
  const inputs: PruneInputs = {
    regions: all ? 'all' : named,
    home: named[0] ?? home,
    rules: {
      keep: parse.integer(text('keep'), [1, 1000], report('keep')),
      keepYounger: time('keep-younger-than'),
      deregisterAfter: time('deregister-after'),
      includeShared: yes('include-shared'),
      includeProtected: yes('include-protected'),
    },
    sweepOlder: text('sweep-older-than') === '' ? undefined : time('sweep-older-than'),
    // An unreadable value must never count as permission to delete.
    dryRun: word('dry-run', ['true', 'false'] as const, 'true or false') !== 'false',
  }
  if (inputs.sweepOlder !== undefined && inputs.sweepOlder < 60 && mistakes.length === 0)
    report('sweep-older-than')('less than a minute', 'write a time longer than any run takes, such as 24h')
  if (mistakes.length > 0) throw new UserErrors(mistakes)
  return inputs
}
