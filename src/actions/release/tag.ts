/** The name of a release, and which other names are of its series. Pure. */

import { minorOf } from '../../catalog/versions.js'
import { dayOf } from '../../lib/clock.js'
import { UserError } from '../../lib/errors.js'
import { suggest } from '../../lib/nearest.js'
import { newestKubernetes } from './manifest.js'

/** What fills the placeholders of a name. */
export interface TagParts {
  readonly kubernetes: string
  /** `YYYYMMDD` */
  readonly date: string
  /** The workflow's run number. */
  readonly run: string
}

const placeholders = ['kubernetes', 'date', 'run']

/** @throws UserError when git would not take the name (git check-ref-format), or a placeholder is not known */
export function tagName(template: string, parts: TagParts): string {
  for (const [whole, name = ''] of template.matchAll(/\{([^{}]*)\}/g))
    if (!placeholders.includes(name))
      throw new UserError('input', `tag: "${whole}" is not filled in`, suggest(name, placeholders))
  const tag = template.replace(
    /\{(\w+)\}/g,
    (_, name: string) => (parts as unknown as Record<string, string>)[name] ?? '',
  )
  if (!/^[A-Za-z0-9][A-Za-z0-9._+/-]*$/.test(tag) || /\.\.|\/\/|\/\.|\.lock(\/|$)|[./]$/.test(tag))
    throw new UserError(
      'input',
      `tag: "${tag}" is not a valid name for a git tag`,
      'use letters, digits and . _ + - / only',
    )
  return tag
}

/** Whether its names are of a day, so that there may be several of one. */
const isOfDay = (template: string) => template.includes('{date}')

/** Candidate names for a release; the first free one counts. Later ones of a day end with `-2`, `-3` and so on. */
export function* namesFor(template: string, tag: string): Generator<string> {
  yield tag
  if (isOfDay(template)) for (let number = 2; ; number++) yield `${tag}-${number}`
}

/** Matches the names that a template gives for any date, any run and any patch of the same minor, others of a day included. */
export function seriesOf(template: string, kubernetes: string): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const fillings: Readonly<Record<string, string>> = {
    kubernetes: `${literal(minorOf(kubernetes))}\\.\\d+`,
    date: '\\d{8}',
    run: '\\d+',
  }
  const pattern = template.split(/\{(\w+)\}/).map((part, at) => (at % 2 === 0 ? literal(part) : (fillings[part] ?? '')))
  return new RegExp(`^${pattern.join('')}${isOfDay(template) ? '(-\\d+)?' : ''}$`)
}

/** The tag of a release of these images. */
export function nameOf(
  images: readonly { readonly kubernetes: string }[],
  template: string,
  { now, run }: { /** Seconds since 1970. */ readonly now: number; readonly run: string | undefined },
): string {
  return tagName(template, { kubernetes: newestKubernetes(images), date: dayOf(now), run: run || '1' })
}

/** What is said of a name that is in use. */
export const taken = (tag: string) =>
  new UserError(
    'release',
    `the tag ${tag} exists already`,
    'run the job again to get another name, or write {date} or {run} into the input tag',
  )
