import pLimit, { type LimitFunction } from 'p-limit'

/** Limits concurrent work per region. */
export function within(most: number): <T>(region: string, work: () => Promise<T>) => Promise<T> {
  const limits = new Map<string, LimitFunction>()
  return (region, work) => {
    const limit = limits.get(region) ?? pLimit(most)
    limits.set(region, limit)
    return limit(work)
  }
}
