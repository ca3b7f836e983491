/** What the answers of AWS have in common: pages, tags, dates. */
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

/** Tags as EC2 takes them. */
export const toTags = (tags: Readonly<Record<string, string>>): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** One filter; any of the values will do. */
export const filter = (Name: string, ...Values: string[]): Filter => ({ Name, Values })

/** EC2 takes 200 values a filter. */
export function chunks<T>(items: readonly T[], size = 200): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

/** A time from AWS as seconds since 1970; undefined for none. */
export function seconds(time: Date | string | undefined): number | undefined {
  const at = time === undefined ? Number.NaN : new Date(time).getTime()
  return Number.isNaN(at) ? undefined : at / 1000
}
