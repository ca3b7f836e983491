/** Estimates the cost of images from list prices. Names missing prices and never guesses. Pure. */

import { type PricedThing, type Prices, priceOf } from '../../catalog/prices.js'
import { GATE_EXTRA_GIB } from '../../gate/variables.js'
import type { Inputs } from '../../model/inputs.js'
import { type Image, type Plan, rootVolumeSize } from '../../model/plan.js'
import type { BuildResult } from '../../model/result.js'
import { templateVariable } from '../../model/variables.js'

/** Hours of a month in AWS's billing. */
const MONTH = 730

export interface CostItem {
  readonly instanceType: string
  readonly region: string
  readonly copyRegions: readonly string[]
  /** Size of the root volume in GiB; no snapshot is larger. */
  readonly gib: number
  readonly volumeType: string
  /** Whether the base AMI has billing codes, as those of RHEL have, whose licence costs by the hour. */
  readonly licensed: boolean
  /** Minutes for which instances run. */
  readonly minutes: { readonly build: number; readonly test: number }
  /** Whether the result is an AMI. */
  readonly kept: boolean
}

/** A sum in dollars. `atMost` is absent if a price is missing; `known` is the sum of the others. */
export interface Sum {
  readonly known: number
  readonly atMost?: number
}

/** In dollars. */
export interface Cost {
  /** Once: instances, their addresses and volumes, and copies to other regions. */
  readonly build: Sum
  /** Per month while the AMIs exist: their snapshots. */
  readonly month: Sum
}

export interface Estimate {
  readonly dollars?: Cost
  /** The longest time for all images: the sum of the limits in the inputs. */
  readonly minutes?: { readonly atMost: number }
  /** Missing prices, each once. */
  readonly unknown: readonly string[]
}

export interface ToBuild {
  readonly image: Pick<Image, 'system'>
  /** The build region first. */
  readonly regions: readonly string[]
  readonly inputs: Pick<
    Inputs,
    'instanceType' | 'vars' | 'varFile' | 'timeout' | 'test' | 'testTimeout' | 'parallelBuilds'
  >
}

export interface SpentTask extends Pick<ToBuild, 'image'> {
  readonly plan: Pick<Plan, 'region' | 'copyRegions'>
  readonly result: Pick<BuildResult, 'phases' | 'status' | 'test'>
  readonly inputs: ToBuild['inputs'] & { readonly publish: Pick<Inputs['publish'], 'copyBeforeTest'> }
}

/** The highest cost of builds: every build and test takes its whole limit, and every snapshot is full. */
export function estimate(builds: readonly ToBuild[], prices: Prices): Estimate {
  const [first] = builds
  if (first === undefined) return { unknown: [] }
  const limits = ({ inputs: { timeout, test, testTimeout } }: ToBuild) => ({
    build: timeout,
    test: test === 'none' ? 0 : testTimeout,
  })
  const { cost, unknown } = costOf(
    builds.map((each) => costItem(each, limits(each), true)),
    prices,
  )
  const longest = Math.max(...builds.map((each) => limits(each).build + limits(each).test))
  const copies = builds.filter(({ regions }) => regions.length > 1).map(({ inputs }) => inputs.timeout)
  const atMost = Math.ceil(builds.length / first.inputs.parallelBuilds) * longest + Math.max(0, ...copies)
  return { dollars: cost, minutes: { atMost }, unknown: [...unknown, 'how long a build usually takes on AWS'] }
}

/** The cost of finished builds, by their instances' time. Images of earlier runs do not count. */
export function spent(tasks: readonly SpentTask[], prices: Prices): Pick<Estimate, 'dollars' | 'unknown'> {
  const items = tasks
    .filter(({ result }) => result.phases.length > 0)
    .map(({ image, inputs, plan, result }) => {
      const minutes = { build: 0, test: 0 }
      for (const { name, seconds } of result.phases)
        if (name !== 'copy') minutes[name === 'test' ? 'test' : 'build'] += seconds / 60
      const kept = result.status === 'built'
      // Copies start beside the test, so a failed AMI's copies are paid for, too, as are those of an image that could not be published.
      const isPublished = result.phases.some(({ name }) => name === 'copy')
      const copied = kept || isPublished || (result.test !== undefined && inputs.publish.copyBeforeTest)
      const regions = copied ? [plan.region, ...plan.copyRegions] : [plan.region]
      return costItem({ image, regions, inputs }, minutes, kept)
    })
  if (items.length === 0) return { unknown: [] }
  const { cost, unknown } = costOf(items, prices)
  return { dollars: cost, unknown }
}

function costItem({ image, regions, inputs }: ToBuild, minutes: CostItem['minutes'], kept: boolean): CostItem {
  const size =
    Number(templateVariable(inputs, 'root_volume_size') ?? rootVolumeSize(image)) || (image.system.rootGib ?? 0)
  const [region = '', ...copyRegions] = regions
  return {
    instanceType: inputs.instanceType ?? image.system.instanceType,
    region,
    copyRegions,
    gib: size > 0 ? size : Number.NaN,
    volumeType: String(templateVariable(inputs, 'root_volume_type') ?? 'gp3'),
    licensed: image.system.needsCopy === true,
    minutes,
    kept,
  }
}

/** The cost of images by minutes. `unknown` gets each missing price once. */
export function costOf(items: readonly CostItem[], prices: Prices): { cost: Cost; unknown: readonly string[] } {
  const unknown = new Set<string>()
  const missing = (what: string): undefined => {
    unknown.add(what)
  }
  const price = (what: PricedThing, region: string, type?: string) =>
    priceOf(prices, what, region, type) ?? missing(`the price of ${NAMES[what](region, type)}`)
  const build = items.flatMap((item) => {
    const { region, minutes, gib, copyRegions, instanceType, volumeType, licensed } = item
    const hours = (minutes.build + minutes.test) / 60
    const volume = gib * minutes.build + (gib + GATE_EXTRA_GIB) * minutes.test
    return [
      times(price('instance-hour', region, instanceType), hours),
      ...surplus(instanceType).map(({ family, vcpus }) =>
        times(price('surplus-vcpu-hour', region, family), vcpus * hours),
      ),
      // At most one public address, in a subnet that gives it.
      times(price('address-hour', region), hours),
      volumeType === 'gp3'
        ? times(price('gp3-gb-month', region), volume / 60 / MONTH)
        : missing(`the price of ${volumeType} volumes in ${region}`),
      ...(licensed ? [missing(`the price of the base AMI's licence on ${instanceType}`)] : []),
      ...copyRegions.map(() => times(price('transfer-gb', region), gib)),
    ]
  })
  const month = items.flatMap(({ region, copyRegions, gib, kept }) =>
    (kept ? [region, ...copyRegions] : []).map((where) => times(price('snapshot-gb-month', where), gib)),
  )
  if (items.some(({ gib }) => Number.isNaN(gib))) missing('the size of the root volume')
  return { cost: { build: sum(build), month: sum(month) }, unknown: [...unknown] }
}

/** vCPUs of T sizes with more than two, and of T2's, from https://aws.amazon.com/ec2/instance-types/. */
const VCPUS: Readonly<Record<string, number>> = { xlarge: 4, '2xlarge': 8 }
const T2_VCPUS: Readonly<Record<string, number>> = { nano: 1, micro: 1, small: 1, ...VCPUS }

/** Burstable types run in unlimited mode: at most, every vCPU is paid for as surplus for the whole time. */
function surplus(instanceType: string): readonly { family: string; vcpus: number }[] {
  const [, family, size = ''] = /^(t2|t3a?|t4g)\.(.+)$/.exec(instanceType) ?? []
  if (family === undefined) return []
  return [{ family, vcpus: (family === 't2' ? T2_VCPUS : VCPUS)[size] ?? 2 }]
}

const NAMES: Readonly<Record<PricedThing, (region: string, type?: string) => string>> = {
  'instance-hour': (region, type) => `${type} in ${region}`,
  'surplus-vcpu-hour': (region, family) => `surplus CPU credits of ${family} in ${region}`,
  'address-hour': (region) => `public addresses in ${region}`,
  'gp3-gb-month': (region) => `gp3 volumes in ${region}`,
  'snapshot-gb-month': (region) => `snapshots in ${region}`,
  'transfer-gb': (region) => `transfer from ${region} to other regions`,
}

function times(price: number | undefined, count: number): number | undefined {
  return price === undefined || Number.isNaN(count) ? undefined : price * count
}

function sum(parts: readonly (number | undefined)[]): Sum {
  const known = parts.reduce((total: number, part) => total + (part ?? 0), 0)
  return parts.includes(undefined) ? { known } : { known, atMost: known }
}
