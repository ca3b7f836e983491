import type { Inputs } from '../../../src/model/inputs.js'
import type { ImageAction } from '../../../src/publish/existing.js'
import { checkNamesAreFree } from '../../../src/publish/names.js'
import { existingResult } from '../../../src/publish/resume.js'
import type { ImageTask } from '../../../src/publish/task.js'
import { imageRecord } from '../../../src/report/record.js'
import { image, memoryEc2, type Thing } from '../fakes.js'

const ami = (region: string, changes: Partial<Thing> = {}): Thing => ({
  ...{ region, kind: 'image', id: `ami-${region}`, state: 'available', name: 'fixed', snapshots: [] },
  tags: { 'k8s-image:digest': 'other' },
  ...changes,
})
const provisional = (region: string) => ({
  ...{ id: 'ami-1', state: 'available', snapshots: [], name: 'provisional-1' },
  ...{ region, tags: { 'k8s-image:name': 'fixed', 'k8s-image:digest': image().digest } },
})
const existing = (copies: readonly string[]): ImageAction => ({
  kind: 'publish',
  source: provisional('us-east-1'),
  copies: Object.fromEntries(copies.map((region) => [region, { ...provisional(region), name: 'fixed' }])),
  ...{ dead: {}, spent: {}, handedOut: false },
})
const task = (action: ImageAction, amiName = 'fixed'): ImageTask => ({
  image: { ...image(), amiName: amiName.replace('{run}', 'abc') },
  inputs: { amiName } as Inputs,
  plan: { runId: 'r', region: 'us-east-1', copyRegions: ['us-west-2'], images: [] },
  action,
})
const taken = (region: string) => `debian-13-amd64: another AMI in ${region} has the name fixed`

test.each<[string, ImageTask, Thing[], string | undefined, number]>([
  ['a new image needs it in all regions', task({ kind: 'build' }), [ami('us-west-2')], taken('us-west-2'), 2],
  ['a free one', task({ kind: 'build' }), [ami('us-west-2', { name: 'x' })], undefined, 2],
  [
    'in the build region, also of equal content',
    task({ kind: 'build' }),
    [ami('us-east-1', { tags: provisional('x').tags })],
    taken('us-east-1'),
    2,
  ],
  [
    'elsewhere, not of equal content',
    task({ kind: 'build' }),
    [ami('us-west-2', { tags: provisional('x').tags })],
    undefined,
    2,
  ],
  ['with {run} costs no request', task({ kind: 'build' }, 'k8s-{run}'), [ami('us-west-2')], undefined, 0],
  [
    'an AMI of an earlier run keeps its name',
    task(existing([]), 'k8s-{run}'),
    [ami('us-west-2')],
    taken('us-west-2'),
    2,
  ],
  ['an AMI that has it needs no other', task(existing(['us-west-2'])), [ami('us-west-2')], undefined, 1],
])('a name: %s', async (_, one, things, message, requests) => {
  const ec2 = memoryEc2(...things)
  const check = checkNamesAreFree([one], ec2.byRegion)
  await (message === undefined ? expect(check).resolves.toBeUndefined() : expect(check).rejects.toThrow(message))
  expect(ec2.calls).toHaveLength(requests)
})

test.each<[string, Readonly<Record<string, string>>, string]>([
  ['its own name', {}, 'provisional-1'],
  ['the name that it will get', { 'k8s-image:name': 'fixed' }, 'fixed'],
])('the record of an AMI of an earlier run has %s, not one of this run', (_, tags, name) => {
  const { source, copies, dead, spent, handedOut } = existing([]) as Extract<ImageAction, { source: unknown }>
  const found = { source: { ...source, tags }, copies, dead, spent, handedOut }
  const planned = { ...image(), amiName: 'this-run' }
  expect(imageRecord(existingResult(planned, 'us-east-1', found)).name).toBe(name)
})
