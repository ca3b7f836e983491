/** The inputs for publishing. */

import { suggest } from '../lib/nearest.js'
import type { Report } from '../lib/schema.js'
import type { PublishSettings } from '../model/publish.js'
import { REGION } from '../model/region.js'
import * as parse from './parse.js'

/** The inputs' texts, by name. */
export const publishingDefaults = {
  'copy-before-test': 'true',
  'name-at': 'test',
  'max-concurrent-copies': '200',
  'kms-key-ids': '',
  'share-with-accounts': '',
  'share-with-organizations': '',
  'share-with-ous': '',
  'share-publicly': 'false',
  'deprecate-after': '',
  'deregistration-protection': 'false',
  'ssm-parameters': '',
} as const

type Name = keyof typeof publishingDefaults

/** Placeholders in the name of an SSM parameter. */
const PLACEHOLDERS = ['os', 'arch', 'kubernetes', 'minor'] as const

/** EC2's limit for public AMIs: two years (EnableImageDeprecation, parameter DeprecateAt). */
const PUBLIC_DAYS = 730

export interface Given {
  readonly text: (name: Name) => string
  readonly report: (name: Name) => Report
  /** The build region and the regions for copies; `all` is not resolved yet. */
  readonly region: string
  readonly amiRegions: readonly string[] | 'all'
  readonly test: string
  readonly many: Readonly<Record<'os' | 'arch' | 'kubernetes', readonly string[]>>
}

/** Reads the inputs and reports all mistakes. */
export function readPublishing(given: Given): PublishSettings {
  const { text, report } = given
  const words = (name: Name, pattern: RegExp, what: string, example: string) =>
    parse
      .list(text(name))
      .map((word) => {
        if (!pattern.test(word)) report(name)(`"${word}" is not ${what}`, `write it like ${example}`)
        return word
      })
      .sort()
  const choice = <T extends string>(name: Name, known: readonly T[]): T => {
    const word = text(name).toLowerCase()
    if (!(known as readonly string[]).includes(word))
      report(name)(`"${word}" is not ${known.join(' or ')}`, suggest(word, known))
    return word as T
  }
  const settings: PublishSettings = {
    keys: readKeys(given),
    accounts: words('share-with-accounts', /^\d{12}$/, 'an AWS account', '123456789012'),
    organizations: words(
      'share-with-organizations',
      /^arn:aws[\w-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/,
      'the ARN of an organization',
      'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5',
    ),
    organizationalUnits: words(
      'share-with-ous',
      /^arn:aws[\w-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/,
      'the ARN of an organizational unit',
      'arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6',
    ),
    everybody: choice('share-publicly', ['true', 'false']) === 'true',
    deprecateAfter:
      text('deprecate-after') === ''
        ? undefined
        : // EC2 allows at most ten years (EnableImageDeprecation).
          parse.integer(text('deprecate-after'), [1, 3650], report('deprecate-after')),
    protection: choice('deregistration-protection', ['true', 'false', 'with-cooldown']),
    parameters: readParameters(given),
    copyBeforeTest: choice('copy-before-test', ['true', 'false']) === 'true',
    nameAt: choice('name-at', ['test', 'build']),
    maxCopies: parse.integer(text('max-concurrent-copies'), [1, 500], report('max-concurrent-copies')),
  }
  checkTogether(settings, given)
  return settings
}

/** Reports settings that exclude each other. */
function checkTogether(settings: PublishSettings, { test, report }: Given): void {
  if (settings.everybody && Object.keys(settings.keys).length > 0)
    report('share-publicly')('an encrypted AMI cannot be public', 'leave kms-key-ids out, or share with accounts')
  if (settings.everybody && (settings.deprecateAfter ?? 0) > PUBLIC_DAYS)
    report('deprecate-after')(
      `EC2 deprecates a public AMI after ${PUBLIC_DAYS} days at most`,
      `write up to ${PUBLIC_DAYS}, or leave share-publicly out`,
    )
  if (test !== 'none') return
  const why = 'it needs AMIs that passed a test, but `test` is none'
  if (settings.parameters.length > 0) report('ssm-parameters')(why, 'write test: boot or higher')
  // The sweep could not remove the leftovers of a failed run.
  if (settings.protection !== 'false') report('deregistration-protection')(why, 'write test: boot or higher')
}

/** `region=key` lines. A key is an ID, an ARN or an alias (KMS, DescribeKey, parameter KeyId). */
function readKeys({ text, report, region, amiRegions }: Given): Record<string, string> {
  const name = 'kms-key-ids'
  const keys = parse.pairs(text(name), report(name))
  for (const [at, key] of Object.entries(keys)) {
    if (!REGION.test(at)) report(name)(`"${at}" is not an AWS region`, 'write it like us-east-1')
    const arn = /^arn:aws[\w-]*:kms:([a-z0-9-]+):\d{12}:(key|alias)\/\S+$/.exec(key)
    if (arn === null && !/^(mrk-)?[0-9a-f-]{32,36}$|^alias\/\S+$/.test(key))
      report(name)(`"${key}" is not a KMS key`, 'write its ID, its ARN, or alias/NAME')
    else if (arn !== null && arn[1] !== at) report(name)(`${key} is not a key of ${at}`, 'name a key of that region')
  }
  const wanted = [region, ...(amiRegions === 'all' ? [] : amiRegions)]
  const missing = [...new Set(wanted)].filter((each) => !(each in keys))
  if (Object.keys(keys).length > 0 && missing.length > 0)
    report(name)(`there is no key for ${missing.join(', ')}`, 'write a REGION=KEY line for each region')
  return keys
}

/** SSM's rules for names (PutParameter, parameter Name). */
function readParameters({ text, report, many }: Given): string[] {
  const name = 'ssm-parameters'
  const patterns = parse.list(text(name))
  for (const pattern of patterns) {
    for (const [whole, placeholder = ''] of pattern.matchAll(/\{([^{}]*)\}/g))
      if (!(PLACEHOLDERS as readonly string[]).includes(placeholder))
        report(name)(`"${whole}" is not a placeholder`, suggest(placeholder, PLACEHOLDERS))
    const rest = pattern.replace(/\{[^{}]*\}/g, 'x')
    if (!/^((\/[A-Za-z0-9_.-]+){1,15}|[A-Za-z0-9_.-]+)$/.test(rest))
      report(name)(`"${pattern}" is not a parameter's name`, 'write it like /k8s-image/{os}/{arch}/{minor}/latest')
    if (/^\/?(aws|ssm)/i.test(pattern))
      report(name)(`"${pattern}" begins with a word that AWS reserves`, 'choose another prefix')
    for (const each of ['os', 'arch', 'kubernetes'] as const) {
      const distinct = pattern.includes(`{${each}}`) || (each === 'kubernetes' && pattern.includes('{minor}'))
      if (many[each].length > 1 && !distinct)
        report(name)(`several images would write the same parameter`, `write {${each}} into ${pattern}`)
    }
  }
  return patterns
}
