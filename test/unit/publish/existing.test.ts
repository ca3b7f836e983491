import type { Ami } from '../../../src/aws/ec2.js'
import { type AmiRequirements, choose } from '../../../src/publish/existing.js'

const now = Date.parse('2026-11-23T10:00:00Z') / 1000
const required: AmiRequirements = {
  digest: 'sha256:d',
  level: 'node',
  home: 'us-east-1',
  regions: ['us-east-1', 'us-west-2'],
  keys: {},
  published: 'p',
  deprecateAfter: undefined,
  now,
}

/** An AMI that is published as required, with changes. */
const ami = (id: string, changes: Partial<Ami> = {}, tags: Record<string, string> = {}): Ami => ({
  id,
  name: 'k8s-x',
  state: 'available',
  snapshots: [],
  createdAt: '2026-11-01T00:00:00.000Z',
  ...changes,
  tags: {
    'k8s-image:run': 'r1',
    'k8s-image:digest': 'sha256:d',
    'k8s-image:state': 'built',
    'k8s-image:tested': 'node',
    'k8s-image:published': 'p',
    ...tags,
  },
})

/** An AMI without the named tags. */
const without = (made: Ami, ...names: string[]): Ami => ({
  ...made,
  tags: Object.fromEntries(Object.entries(made.tags).filter(([name]) => !names.includes(`${name}`.slice(10)))),
})

/** An AMI that passed and has no final name yet. */
const first = (id: string, changes: Partial<Ami> = {}) =>
  ami(id, { name: 'provisional-1', ...changes }, { 'k8s-image:state': 'tested', 'k8s-image:name': 'k8s-x' })

const east = ami('ami-east')
const west = ami('ami-west')

test.each<[string, Record<string, Ami[]>, Partial<AmiRequirements>, string]>([
  ['no AMI exists', {}, {}, 'build'],
  ['every AMI exists', { 'us-east-1': [east], 'us-west-2': [west] }, {}, 'nothing ami-east us-west-2=ami-west'],
  ['it exists in the only required region', { 'us-east-1': [east] }, { regions: ['us-east-1'] }, 'nothing ami-east'],
  [
    'it would be deprecated as soon as it is handed out',
    { 'us-east-1': [east], 'us-west-2': [west] },
    { deprecateAfter: 22 },
    'build',
  ],
  [
    'it is deprecated tomorrow',
    { 'us-east-1': [east], 'us-west-2': [west] },
    { deprecateAfter: 23 },
    'nothing ami-east us-west-2=ami-west',
  ],
  ['a copy is missing', { 'us-east-1': [east] }, {}, 'publish ami-east'],
  ['only a copy is left', { 'us-west-2': [west] }, {}, 'build'],
  [
    'a copy is pending',
    { 'us-east-1': [east], 'us-west-2': [ami('ami-west', { state: 'pending' })] },
    {},
    'publish ami-east us-west-2=ami-west',
  ],
  [
    'a copy failed',
    { 'us-east-1': [east], 'us-west-2': [ami('ami-west', { state: 'failed' })] },
    {},
    'publish ami-east dead us-west-2=ami-west',
  ],
  [
    'a copy is not handed out yet',
    { 'us-east-1': [east], 'us-west-2': [ami('ami-west', {}, { 'k8s-image:state': 'tested' })] },
    {},
    'publish ami-east us-west-2=ami-west',
  ],
  [
    'the publishing settings changed',
    { 'us-east-1': [east], 'us-west-2': [west] },
    { published: 'q' },
    'publish ami-east us-west-2=ami-west',
  ],
  [
    'it still has its provisional name',
    { 'us-east-1': [first('ami-p')], 'us-west-2': [west] },
    {},
    'publish ami-p us-west-2=ami-west not handed out',
  ],
  [
    'it was just named, and the provisional AMI still exists',
    {
      'us-east-1': [ami('ami-east', {}, { 'k8s-image:state': 'tested' }), first('ami-p', { createdAt: '2026-11-02' })],
    },
    {},
    'publish ami-east not handed out spent us-east-1=ami-p',
  ],
  [
    'every AMI exists, and so does a provisional copy',
    { 'us-east-1': [east], 'us-west-2': [first('ami-p'), west] },
    {},
    'publish ami-east us-west-2=ami-west spent us-west-2=ami-p',
  ],
  [
    'its copy with the final name is pending',
    { 'us-east-1': [first('ami-p'), ami('ami-east', { state: 'pending' }, { 'k8s-image:state': 'tested' })] },
    {},
    'publish ami-p not handed out',
  ],
  [
    'its publishing was not finished',
    { 'us-east-1': [without(east, 'published')], 'us-west-2': [west] },
    {},
    'publish ami-east us-west-2=ami-west',
  ],
  [
    'it passed more than required',
    { 'us-east-1': [east], 'us-west-2': [west] },
    { level: 'boot' },
    'nothing ami-east us-west-2=ami-west',
  ],
  [
    'it passed less than required',
    { 'us-east-1': [ami('ami-east', {}, { 'k8s-image:tested': 'boot' })], 'us-west-2': [west] },
    {},
    'gate ami-east us-west-2=ami-west',
  ],
  [
    'only its copy lacks the tag that it passed',
    { 'us-east-1': [east], 'us-west-2': [ami('ami-west', {}, { 'k8s-image:tested': 'boot' })] },
    {},
    'publish ami-east us-west-2=ami-west',
  ],
  [
    'no test is required, and it passed one',
    { 'us-east-1': [east], 'us-west-2': [west] },
    { level: undefined },
    'nothing ami-east us-west-2=ami-west',
  ],
  ['it was handed out untested', { 'us-east-1': [without(east, 'tested')], 'us-west-2': [west] }, {}, 'build'],
  [
    'it was handed out untested, and no test is required',
    { 'us-east-1': [without(east, 'tested')] },
    { level: undefined },
    'build',
  ],
  [
    'it passed, but was never handed out',
    { 'us-east-1': [ami('ami-east', {}, { 'k8s-image:state': 'tested' })] },
    {},
    'publish ami-east not handed out',
  ],
  [
    'it was left untested',
    { 'us-east-1': [without(ami('ami-east', {}, { 'k8s-image:state': 'untested' }), 'tested', 'published')] },
    {},
    'gate ami-east not handed out',
  ],
  [
    'it was left untested and pending',
    { 'us-east-1': [without(ami('ami-east', { state: 'pending' }, { 'k8s-image:state': 'untested' }), 'tested')] },
    {},
    'gate ami-east not handed out',
  ],
  [
    'it was left untested, and no test is required',
    { 'us-east-1': [without(ami('ami-east', {}, { 'k8s-image:state': 'untested' }), 'tested')] },
    { level: undefined },
    'publish ami-east not handed out',
  ],
  [
    'it was left untested, and EC2 failed to make it',
    { 'us-east-1': [ami('ami-east', { state: 'failed' }, { 'k8s-image:state': 'untested' })] },
    {},
    'build',
  ],
  [
    'it failed its test and was kept',
    { 'us-east-1': [ami('ami-east', {}, { 'k8s-image:state': 'failed' })] },
    {},
    'build',
  ],
  ['it is disabled', { 'us-east-1': [ami('ami-east', { state: 'disabled' })], 'us-west-2': [west] }, {}, 'build'],
  [
    'it is deprecated',
    { 'us-east-1': [ami('ami-east', { deprecatedAt: '2026-11-23T09:59:00.000Z' })], 'us-west-2': [west] },
    {},
    'build',
  ],
  [
    'it will be deprecated',
    { 'us-east-1': [ami('ami-east', { deprecatedAt: '2026-11-23T10:01:00.000Z' })], 'us-west-2': [west] },
    {},
    'nothing ami-east us-west-2=ami-west',
  ],
  [
    'its copy has another key',
    { 'us-east-1': [east], 'us-west-2': [west] },
    { keys: { 'us-west-2': 'alias/k' } },
    'build',
  ],
  [
    'its copy has the required key',
    { 'us-east-1': [east], 'us-west-2': [ami('ami-west', {}, { 'k8s-image:kms-key': 'alias/k' })] },
    { keys: { 'us-east-1': 'alias/k', 'us-west-2': 'alias/k' } },
    'nothing ami-east us-west-2=ami-west',
  ],
  [
    'a copy belongs to another run',
    { 'us-east-1': [east], 'us-west-2': [ami('ami-west', {}, { 'k8s-image:run': 'r2' })] },
    {},
    'publish ami-east',
  ],
  [
    'of two runs, the newer one',
    {
      'us-east-1': [east, ami('ami-newer', { createdAt: '2026-11-02T00:00:00.000Z' }, { 'k8s-image:run': 'r2' })],
      'us-west-2': [west, ami('ami-newest', {}, { 'k8s-image:run': 'r2' })],
    },
    {},
    'nothing ami-newer us-west-2=ami-newest',
  ],
  [
    'of two runs, the complete one, although it is older',
    {
      'us-east-1': [east, ami('ami-newer', { createdAt: '2026-11-02T00:00:00.000Z' }, { 'k8s-image:run': 'r2' })],
      'us-west-2': [west],
    },
    {},
    'nothing ami-east us-west-2=ami-west',
  ],
  [
    'of two runs, the tested one, although a newer one was left untested',
    {
      'us-east-1': [
        ami('ami-boot', {}, { 'k8s-image:tested': 'boot' }),
        without(
          ami(
            'ami-newer',
            { createdAt: '2026-11-02T00:00:00.000Z' },
            { 'k8s-image:run': 'r2', 'k8s-image:state': 'untested' },
          ),
          'tested',
        ),
      ],
    },
    {},
    'gate ami-boot',
  ],
])('%s', (_, found, changes, expected) => {
  const work = choose(found, { ...required, ...changes })
  if (work.kind === 'build') {
    expect(work.kind).toBe(expected)
    return
  }
  const list = (name: string, amis: Readonly<Record<string, Ami>>) =>
    Object.entries(amis).map(([region, { id }]) => `${name}${region}=${id}`)
  const described = [
    work.kind,
    work.source.id,
    ...list('', work.copies),
    ...list('dead ', work.dead),
    ...(work.handedOut ? [] : ['not handed out']),
    ...Object.entries(work.spent).flatMap(([region, amis]) => amis.map(({ id }) => `spent ${region}=${id}`)),
  ]
  expect(described.join(' ')).toBe(expected)
})
