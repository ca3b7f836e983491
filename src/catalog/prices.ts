/** The price table of the catalogue (catalog/prices.json). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Things with a price; the unit is part of the name. */
export type PricedThing =
  | 'instance-hour'
  | 'surplus-vcpu-hour'
  | 'address-hour'
  | 'gp3-gb-month'
  | 'snapshot-gb-month'
  | 'transfer-gb'

/** The used part of the table. */
export interface Prices {
  readonly prices: readonly {
    readonly what: PricedThing
    readonly region: string
    /** Instance type; for surplus-vcpu-hour its family. */
    readonly type?: string
    readonly dollars: number
  }[]
}

/** @param root the action's own directory */
export function readPrices(root: string): Prices {
  return JSON.parse(readFileSync(join(root, 'catalog/prices.json'), 'utf8'))
}

/** Dollars per unit; undefined if there is no source for it. */
export function priceOf(prices: Prices, what: PricedThing, region: string, type?: string): number | undefined {
  return prices.prices.find((one) => one.what === what && one.region === region && one.type === type)?.dollars
}
