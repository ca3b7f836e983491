/** What EC2's lists have in common: filters and tags of a question, pages and tags of an answer. */
import type { Call } from './client.js'
import { type Element, itemsAt, type Params, textAt } from './query.js'

/** All items of a list, over all pages. */
export async function allItems(call: Call, action: string, list: string, params: Params): Promise<Element[]> {
  const items: Element[] = []
  for (let NextToken: string | undefined; ; ) {
    const answer = await call(action, { ...params, NextToken })
    items.push(...itemsAt(answer, list))
    NextToken = textAt(answer, 'nextToken') || undefined
    if (NextToken === undefined) return items
  }
}

/** Tags of a listed thing. */
export function tagsOf(item: Element): Record<string, string> {
  return Object.fromEntries(
    itemsAt(item, 'tagSet').map((tag) => [textAt(tag, 'key') ?? '', textAt(tag, 'value') ?? '']),
  )
}

/** One filter; any of the values will do. */
export const filter = (Name: string, ...Value: readonly string[]): Params => ({ Name, Value })

/** EC2 takes 200 values a filter. */
export function chunks<T>(items: readonly T[], size = 200): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size))
}

/** Tags as EC2 takes them. */
export const toTags = (tags: Readonly<Record<string, string>>): Params[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
