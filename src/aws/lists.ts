/** Helpers for AWS's answers: pages, tags, dates. */
import type { Filter, Tag } from '@aws-sdk/client-ec2'

/** All items of all pages. */
export async function allItems<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of pages) items.push(...(itemsOf(page) ?? []))
  return items
}

/** Tags as plain data. */
export function tagsOf({ Tags = [] }: { readonly Tags?: readonly Tag[] | undefined }): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

/** Tags in EC2's form. */
export const toTags = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** A filter that matches any of the values. */
export const filter = (Name: string, ...Values: string[]): Filter => ({ Name, Values })

/** EC2 allows 200 values per filter. */
export function chunks<T>(items: readonly T[], size = 200): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

/** A time from AWS as seconds since 1970; undefined for none. */
export function seconds(time: Date | string | undefined): number | undefined {
  const at = time === undefined ? Number.NaN : new Date(time).getTime()
  return Number.isNaN(at) ? undefined : at / 1000
}
