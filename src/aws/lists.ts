/** What every answer of EC2 that lists things has in common. */
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
