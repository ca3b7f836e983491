/** The name of a release, and the other names of its series. Pure, except for `freeName`. */

import { minorOf } from '../../catalog/versions.js'
import { dayOf } from '../../lib/clock.js'
import { UserError } from '../../lib/errors.js'
import { suggest } from '../../lib/nearest.js'
import type { GitHub } from './github.js'
import { newestKubernetes } from './manifest.js'

/** Values for the placeholders of a name. */
export interface TagParts {
  readonly kubernetes: string
  /** `YYYYMMDD` */
  readonly date: string
  /** The workflow's run number. */
  readonly run: string
}

const placeholders = ['kubernetes', 'date', 'run']

/** @throws UserError if git would reject the name (git check-ref-format), or a placeholder is unknown */
export function tagName(template: string, parts: TagParts): string {
  for (const [whole, name = ''] of template.matchAll(/\{([^{}]*)\}/g))
    if (!placeholders.includes(name))
      throw new UserError('input', `tag: "${whole}" is not a placeholder`, suggest(name, placeholders))
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

/** Whether names contain the day, so that a day may have several. */
const isOfDay = (template: string) => template.includes('{date}')

/** Candidate names for a release; the first free one counts. Later ones of the same day end with `-2`, `-3` and so on. */
export function* namesFor(template: string, tag: string): Generator<string> {
  yield tag
  if (isOfDay(template)) for (let number = 2; ; number++) yield `${tag}-${number}`
}

/** The first name without a published release, and without a tag on another commit; undefined if there is none. */
export async function freeName(
  names: Iterable<string>,
  hub: Pick<GitHub, 'releases' | 'tagged'>,
  commit: string | undefined,
): Promise<string | undefined> {
  const releases = await hub.releases()
  const used = new Set(releases.filter(({ draft }) => !draft).map(({ tag_name }) => tag_name))
  for (const name of names) {
    // A tag on this commit is that of an interrupted step, which `publish` continues.
    if (!used.has(name) && [undefined, commit].includes(await hub.tagged(name))) return name
  }
  return undefined
}

/** Matches a template's names for any date, run and patch of the same minor, including further ones of a day. */
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

/** The error for a name that is in use. */
export const taken = (tag: string) =>
  new UserError(
    'release',
    `the tag ${tag} exists already`,
    'run the job again, or write {date} or {run} into the input tag; if the tag has no release, delete it',
  )
