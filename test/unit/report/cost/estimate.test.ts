import { resolve } from 'node:path'
import { type Prices, priceOf, readPrices } from '../../../../src/catalog/prices.js'
import type { BuildResult } from '../../../../src/model/result.js'
import { costOf, estimate, type SpentTask, spent, type ToBuild } from '../../../../src/report/cost/estimate.js'
import { dollars, estimateSection, spentSection, sumInWords } from '../../../../src/report/cost/words.js'
import { image, result } from '../../fakes.js'

const prices: Prices = {
  prices: [
    { what: 'instance-hour', region: 'us-east-1', type: 't3.medium', dollars: 0.06 },
    { what: 'instance-hour', region: 'us-east-1', type: 't2.micro', dollars: 0.01 },
    { what: 'instance-hour', region: 'us-east-1', type: 't4g.xlarge', dollars: 0.2 },
    { what: 'instance-hour', region: 'us-east-1', type: 'm7i.large', dollars: 0.1 },
    { what: 'surplus-vcpu-hour', region: 'us-east-1', type: 't2', dollars: 0.05 },
    { what: 'surplus-vcpu-hour', region: 'us-east-1', type: 't3', dollars: 0.05 },
    { what: 'surplus-vcpu-hour', region: 'us-east-1', type: 't4g', dollars: 0.04 },
    { what: 'address-hour', region: 'us-east-1', dollars: 0.005 },
    { what: 'gp3-gb-month', region: 'us-east-1', dollars: 0.0876 },
    { what: 'snapshot-gb-month', region: 'us-east-1', dollars: 0.05 },
    { what: 'snapshot-gb-month', region: 'us-west-2', dollars: 0.06 },
    { what: 'transfer-gb', region: 'us-east-1', dollars: 0.02 },
  ],
}

const inputs: ToBuild['inputs'] = {
  instanceType: undefined,
  vars: {},
  varFile: {},
  timeout: 60,
  test: 'none',
  testTimeout: 20,
  parallelBuilds: 2,
}
const build = (
  changes: Partial<ToBuild['inputs']> = {},
  regions = ['us-east-1'],
  instanceType = 't3.medium',
): ToBuild => ({
  image: { system: { ...image().system, instanceType } },
  regions,
  inputs: { ...inputs, ...changes },
})

const ADDRESS = 0.005
/** Both vCPUs of a t3.medium, for an hour. */
const SURPLUS = 2 * 0.05

test('one build: an hour of the instance, its surplus credits and its volume, and a full snapshot a month', () => {
  const { dollars: cost, minutes, unknown } = estimate([build()], prices)
  expect(cost?.build.atMost).toBeCloseTo(0.06 + SURPLUS + ADDRESS + (20 * 0.0876) / 730)
  expect(cost?.month.atMost).toBeCloseTo(20 * 0.05)
  expect(minutes).toEqual({ atMost: 60 })
  expect(unknown).toEqual(['how long a build usually takes on AWS'])
})

test.each<[string, Partial<ToBuild['inputs']>, number]>([
  ['a test runs on an instance of its own', { test: 'node' }, 0.08],
  ['an instance type of the user’s', { instanceType: 't3.medium' }, 0.06],
  ['half the time', { timeout: 30 }, 0.03],
])('%s', (_, changes, instance) => {
  const { dollars: cost } = estimate([build(changes)], prices)
  const minutes = (changes.timeout ?? 60) + (changes.test === 'node' ? 20 : 0)
  const extra = changes.test === 'node' ? (20 / 60) * 0.00012 : 0
  expect(cost?.build.atMost).toBeCloseTo(
    instance + (minutes / 60) * (SURPLUS + ADDRESS) + ((minutes / 60) * 20 * 0.0876) / 730 + extra,
    6,
  )
})

test.each<[string, number]>([
  ['t2.micro', 0.01 + 0.05],
  ['t4g.xlarge', 0.2 + 4 * 0.04],
  ['m7i.large', 0.1],
])('an hour of %s costs at most $%d: burstable types pay for surplus credits', (instanceType, dollars) => {
  const cost = estimate([build({ instanceType })], prices).dollars
  expect(cost?.build.atMost).toBeCloseTo(dollars + ADDRESS + (20 * 0.0876) / 730, 6)
})

test('copies cost their transfer once and their snapshot each month', () => {
  const one = estimate([build()], prices).dollars
  const two = estimate([build({}, ['us-east-1', 'us-west-2'])], prices).dollars
  expect((two?.build.atMost ?? 0) - (one?.build.atMost ?? 0)).toBeCloseTo(20 * 0.02)
  expect((two?.month.atMost ?? 0) - (one?.month.atMost ?? 0)).toBeCloseTo(20 * 0.06)
})

test.each<[ToBuild, string]>([
  [build({}, ['eu-west-1']), 'the price of t3.medium in eu-west-1'],
  [build({}, ['eu-west-1']), 'the price of gp3 volumes in eu-west-1'],
  [build({}, ['us-east-1', 'eu-west-1']), 'the price of snapshots in eu-west-1'],
  [build({}, ['us-west-2', 'us-east-1']), 'the price of transfer from us-west-2 to other regions'],
  [build({ instanceType: 'x1.large' }), 'the price of x1.large in us-east-1'],
  [build({ vars: { root_volume_size: '0' } }), 'the size of the root volume'],
  [build({ vars: { root_volume_type: 'gp2' } }), 'the price of gp2 volumes in us-east-1'],
  [
    { ...build(), image: { system: { ...image().system, needsCopy: true } } },
    "the price of the base AMI's licence on t3.medium",
  ],
])('what has no price is named, and the sum is not called one', (one, what) => {
  const { dollars: cost, unknown } = estimate([one], prices)
  expect(unknown).toContain(what)
  expect([cost?.build.atMost, cost?.month.atMost]).toContain(undefined)
})

test('each unknown once, however many images', () => {
  const { unknown } = estimate([build({}, ['eu-west-1']), build({}, ['eu-west-1'])], prices)
  expect(new Set(unknown).size).toBe(unknown.length)
})

test.each([
  [1, 2, 60],
  [2, 2, 60],
  [3, 2, 120],
  [10, 1, 600],
])('%d images, %d at once: at most %d minutes', (count, parallelBuilds, atMost) => {
  const many = Array.from({ length: count }, () => build({ parallelBuilds }))
  expect(estimate(many, prices).minutes).toEqual({ atMost })
})

test('copies have the time limit of a build', () => {
  expect(estimate([build({}, ['us-east-1', 'us-west-2'])], prices).minutes).toEqual({ atMost: 120 })
})

test('the size of the root volume is the template’s, or the user’s', () => {
  const month = (changes: Partial<ToBuild['inputs']>) => estimate([build(changes)], prices).dollars?.month.atMost
  expect(month({ varFile: { root_volume_size: 40 } })).toBeCloseTo(2)
  expect(month({ varFile: { root_volume_size: 40 }, vars: { root_volume_size: '10' } })).toBeCloseTo(0.5)
})

test('the size 0 is that of the base AMI, if known', () => {
  const { system } = image()
  const one = { ...build({ vars: { root_volume_size: '0' } }), image: { system: { ...system, rootGib: 10 } } }
  expect(estimate([one], prices).dollars?.month.atMost).toBeCloseTo(0.5)
})

test('nothing to build costs nothing', () => {
  expect(estimate([], prices)).toEqual({ unknown: [] })
  expect(estimateSection({ unknown: [] })).toBe('')
})

const failedTest = { level: 'node', passed: false, at: '', seconds: 1, reached: {}, checks: [] } as const

describe('what was spent', () => {
  const phases = [
    { name: 'launch', start: 0, seconds: 60 },
    { name: 'provision', start: 60, seconds: 540 },
    { name: 'test', start: 600, seconds: 300 },
    { name: 'copy', start: 900, seconds: 9000 },
  ]
  const withoutCopy = phases.filter(({ name }) => name !== 'copy')
  const task = (changes: Partial<BuildResult>): SpentTask => ({
    image: image(),
    inputs: { ...inputs, publish: { copyBeforeTest: true } },
    plan: { region: 'us-east-1', copyRegions: ['us-west-2'] },
    result: result({ phases, ...changes }),
  })
  const of = (changes: Partial<BuildResult>) =>
    spent([task(changes)], {
      prices: [
        ...prices.prices,
        { what: 'instance-hour', region: 'us-east-1', type: image().system.instanceType, dollars: 0.06 },
      ],
    })

  test('goes by the minutes that instances ran; a copy needs none', () => {
    const { dollars: cost, unknown } = of({})
    expect(unknown).toEqual([])
    expect(cost?.build.known).toBeCloseTo((0.06 + SURPLUS) * 0.25 + 20 * 0.02, 2)
    expect(cost?.month.known).toBeCloseTo(20 * 0.11)
  })

  test('a failed build costs its instance, and nothing each month', () => {
    const { dollars: cost } = of({ status: 'failed', amis: {}, phases: withoutCopy })
    expect(cost?.build.known).toBeCloseTo(0.01561 + (SURPLUS + ADDRESS) * (15 / 60), 5)
    expect(cost?.month).toEqual({ known: 0, atMost: 0 })
  })

  test.each<[string, Partial<BuildResult>]>([
    ['an AMI that failed its test', { phases: withoutCopy, test: failedTest }],
    ['an image that could not be published', {}],
  ])('%s had copies on their way', (_, changes) => {
    const { dollars: cost } = of({ status: 'failed', amis: {}, ...changes })
    expect(cost?.build.known).toBeCloseTo(0.01561 + (SURPLUS + ADDRESS) * (15 / 60) + 20 * 0.02, 5)
    expect(cost?.month).toEqual({ known: 0, atMost: 0 })
  })

  test('what ran on no instance is not counted', () => {
    expect(of({ phases: [] })).toEqual({ unknown: [] })
  })
})

test('no item, no cost', () => {
  expect(costOf([], prices).cost).toEqual({ build: { known: 0, atMost: 0 }, month: { known: 0, atMost: 0 } })
})

test.each<[number, string, string, string]>([
  [0, 'nothing', 'nothing', 'nothing'],
  [1e-9, 'less than $0.01', 'less than $0.01', 'at most $0.01'],
  [0.001, 'less than $0.01', 'less than $0.01', 'at most $0.01'],
  [0.0099, 'less than $0.01', 'less than $0.01', 'at most $0.01'],
  [0.01, '$0.01', 'about $0.01', 'at most $0.01'],
  [0.011, '$0.02', 'about $0.02', 'at most $0.02'],
  [0.06, '$0.06', 'about $0.06', 'at most $0.06'],
  [12.3, '$12.30', 'about $12.30', 'at most $12.30'],
])('%d is %s, %s, %s', (amount, alone, about, atMost) => {
  expect([dollars(amount), dollars(amount, 'about'), dollars(amount, 'at most')]).toEqual([alone, about, atMost])
  expect(sumInWords({ known: amount, atMost: amount }, 'about')).toBe(about)
  expect(sumInWords({ known: amount, atMost: amount }, 'at most')).toBe(atMost)
})

test('the summary of a build that cost less than a cent and keeps nothing', () => {
  const cost = { build: { known: 0.004, atMost: 0.004 }, month: { known: 0, atMost: 0 } }
  expect(spentSection({ dollars: cost, unknown: [] })).toMatch(
    /<summary>Cost, estimated: less than &#36;0\.01<[\s\S]*- to build: less than &#36;0\.01\n- to keep, each month: nothing\n/,
  )
})

test('words', () => {
  expect(sumInWords({ known: 1, atMost: 1 }, 'at most')).toBe('at most $1.00')
  expect(sumInWords({ known: 1 })).toBe('$1.00 plus unknown costs')
  expect(sumInWords({ known: 0 })).toBe('unknown')
  const section = estimateSection(estimate([build({}, ['us-east-1', 'eu-west-1'])], prices))
  expect(section).toContain('An estimate from list prices')
  expect(section).toContain('unknown: the price of snapshots in eu-west-1')
  expect(section).not.toContain('$')
  expect(spentSection({ unknown: [] })).toBe('')
})

test('the catalogue has what the default build needs, in us-east-1', () => {
  const real = readPrices(resolve(import.meta.dirname, '../../../..'))
  expect(priceOf(real, 'instance-hour', 'us-east-1', 't3.medium')).toBe(0.0416)
  expect(estimate([build({ test: 'node' })], real).dollars?.build.atMost).toBeLessThan(0.3)
  expect(estimate([build({}, ['us-east-1', 'us-west-2'])], real).unknown).toEqual([
    'the price of snapshots in us-west-2',
    'how long a build usually takes on AWS',
  ])
})
