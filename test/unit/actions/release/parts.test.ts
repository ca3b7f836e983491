import {
  choose,
  newestKubernetes,
  type PlannedImage,
  previewRelease,
  type ReleasedImage,
} from '../../../../src/actions/release/manifest.js'
import { notes, packageChanges, packagesOf } from '../../../../src/actions/release/notes.js'
import { namesFor, seriesOf, tagName } from '../../../../src/actions/release/tag.js'
import type { Ami } from '../../../../src/aws/ec2.js'

const digest = `sha256:${'b'.repeat(64)}`
const planned = (changes: Partial<PlannedImage> = {}): PlannedImage => ({
  image: 'debian-13-amd64',
  os: 'debian-13',
  arch: 'amd64',
  kubernetes: '1.37.2',
  required: true,
  work: true,
  action: 'build',
  test: 'node',
  digest,
  baseAmi: { id: 'ami-0base', name: 'debian-13-amd64-20261101' },
  versions: { kubernetes: '1.37.2-1.1', containerd: '2.3.7' },
  regions: ['us-east-1', 'us-west-2'],
  ...changes,
})
const ami = (id: string, tags: Readonly<Record<string, string>> = {}, state = 'available'): Ami => ({
  id,
  state,
  name: `k8s-${id}`,
  snapshots: [id.replace('ami', 'snap')],
  tags: {
    'k8s-image:state': 'built',
    'k8s-image:digest': digest,
    'k8s-image:tested': 'node',
    'k8s-image:tested-at': '2026-11-23T10:00:00Z',
    ...tags,
  },
})
const both = (east: Ami[] = [ami('ami-1')], west: Ami[] = [ami('ami-2')]) =>
  new Map([
    ['us-east-1', east],
    ['us-west-2', west],
  ])

describe('the AMIs of a release', () => {
  test('are those with the digest, in every region', () => {
    const planOnly = { reason: 'no AMI', changes: [], last: null } // in the plan's record, but not in the release's
    const { images, left } = choose([{ ...planned(), ...planOnly }], both())
    expect(left).toEqual([])
    expect(images).toEqual([
      {
        image: 'debian-13-amd64',
        os: 'debian-13',
        arch: 'amd64',
        kubernetes: '1.37.2',
        digest,
        baseAmi: { id: 'ami-0base', name: 'debian-13-amd64-20261101' },
        versions: { kubernetes: '1.37.2-1.1', containerd: '2.3.7' },
        tested: { level: 'node', at: '2026-11-23T10:00:00Z' },
        amis: {
          'us-east-1': { ami: 'ami-1', snapshots: ['snap-1'] },
          'us-west-2': { ami: 'ami-2', snapshots: ['snap-2'] },
        },
      },
    ])
  })

  test('are the last tested ones, of several', () => {
    const older = ami('ami-9', { 'k8s-image:tested-at': '2026-11-22T10:00:00Z' })
    expect(choose([planned()], both([older, ami('ami-1')])).images[0]?.amis['us-east-1']?.ami).toBe('ami-1')
  })

  test.each<[string, Partial<PlannedImage>, ReadonlyMap<string, Ami[]>, RegExp]>([
    [
      'a region lacks it',
      {},
      both([ami('ami-1')], []),
      /us-west-2 has no tested AMI with the digest sha256:bbbbbbbbbbbb/,
    ],
    ['another digest', {}, both([ami('ami-1', { 'k8s-image:digest': 'sha256:c' })]), /us-east-1 has no tested AMI/],
    ['not handed out', {}, both([ami('ami-1', { 'k8s-image:state': 'untested' })]), /us-east-1 has no tested AMI/],
    [
      'passed a lower level',
      { test: 'cluster' },
      both(),
      /ami-1 in us-east-1 passed the test node, but this job requires `test: cluster`/,
    ],
    ['not available', {}, both([ami('ami-1', {}, 'pending')]), /us-east-1 has no tested AMI/],
    ['the plan did not know its digest', { digest: null }, both(), /its digest is unknown/],
  ])('%s: a required image stops the release, an optional one is left out', (_, changes, found, why) => {
    expect(() => choose([planned(changes)], found)).toThrow(why)
    const other = planned({ image: 'other', regions: ['us-west-2'] })
    const optional = planned({ ...changes, required: false })
    if ((found.get('us-west-2') ?? []).length === 0) return
    const { images, left } = choose([optional, other], found)
    expect(images.map(({ image }) => image)).toEqual(['other'])
    expect(left).toEqual([expect.stringMatching(why)])
  })

  test('an AMI that was never tested is not released', () => {
    const { 'k8s-image:tested': _, ...tags } = ami('ami-1').tags
    expect(() => choose([planned()], both([{ ...ami('ami-1'), tags }]))).toThrow(/us-east-1 has no tested AMI/)
  })

  test('no images make no release', () => {
    expect(() => choose([planned({ required: false, digest: null })], both())).toThrow('there is no image to release')
  })

  test('every missing required image is reported', () => {
    expect(() => choose([planned({ image: 'a' }), planned({ image: 'b' })], both([]))).toThrow(
      /a: us-east-1[\s\S]*b: us-east-1/,
    )
  })
})

describe('the check of a release before the build', () => {
  const untested = { test: 'none', action: 'build' }

  test.each<[string, Partial<PlannedImage>, RegExp | undefined]>([
    ['it is tested', {}, undefined],
    ['it is tested again', { action: 'test', test: 'cluster' }, undefined],
    ['it is built without a test', untested, /debian-13-amd64: it is built without a test \(`test: none`\)/],
    ['an AMI that passed a test is published', { test: 'none', action: 'publish' }, undefined],
    ['an AMI that passed a test exists everywhere', { test: 'none', action: 'nothing', work: false }, undefined],
    ['it is rehearsed', { digest: null }, /debian-13-amd64: its digest is unknown/],
  ])('%s: stops the release if required, or leaves the image out', (_, changes, why) => {
    const other = planned({ image: 'other' })
    const names = ({ images, left }: ReturnType<typeof previewRelease>) => [images.map(({ image }) => image), left]
    if (why === undefined) {
      expect(names(previewRelease([other, planned(changes)]))).toEqual([['debian-13-amd64', 'other'], []])
      return
    }
    expect(() => previewRelease([other, planned(changes)])).toThrow(why)
    expect(names(previewRelease([other, planned({ ...changes, required: false })]))).toEqual([
      ['other'],
      [expect.stringMatching(why)],
    ])
  })

  test('every required image that prevents it is reported', () => {
    const two = [planned({ image: 'a', ...untested }), planned({ image: 'b', digest: null })]
    expect(() => previewRelease(two)).toThrow(/a: it is built without a test[\s\S]*b: its digest is unknown/)
  })

  test('optional images that cannot be released make no release', () => {
    expect(() => previewRelease([planned({ required: false, ...untested })])).toThrow('there is no image to release')
  })

  test('refuses with the same words as the release, whatever EC2 has', () => {
    expect(() => choose([planned(untested)], both())).toThrow(/it is built without a test/)
  })
})

test('the newest Kubernetes version is chosen by number', () => {
  expect(newestKubernetes([{ kubernetes: '1.37.9' }, { kubernetes: '1.37.10' }, { kubernetes: '1.36.20' }])).toBe(
    '1.37.10',
  )
})

describe('the tag', () => {
  const parts = { kubernetes: '1.37.2', date: '20261123', run: '42' }
  test.each([
    ['images-v{kubernetes}-{date}', 'images-v1.37.2-20261123'],
    ['nodes/{kubernetes}+{run}', 'nodes/1.37.2+42'],
  ])('%s', (template, name) => {
    expect(tagName(template, parts)).toBe(name)
    expect(seriesOf(template, '1.37.9').test(name)).toBe(true)
    expect(seriesOf(template, '1.36.2').test(name)).toBe(false)
  })

  test.each([
    ['{kubernets}', 'tag: "{kubernets}" is not a placeholder'],
    ['a b', 'tag: "a b" is not a valid name for a git tag'],
    ['--force', 'tag: "--force" is not a valid name for a git tag'],
    ['a..b', 'tag: "a..b" is not a valid name for a git tag'],
    ['x.lock', 'tag: "x.lock" is not a valid name for a git tag'],
    ['x/', 'tag: "x/" is not a valid name for a git tag'],
  ])('%s is refused', (template, message) => {
    expect(() => tagName(template, parts)).toThrow(message)
  })

  test.each([
    ['images-v{kubernetes}-{date}', true],
    ['{date}/{kubernetes}', true],
    ['images-v{kubernetes}', false],
  ])('%s: further releases of the day belong to the series: %s', (template, expected) => {
    const [first = '', second] = namesFor(template, tagName(template, parts))
    expect(second).toBe(expected ? `${first}-2` : undefined)
    expect(seriesOf(template, '1.37.2').test(`${first}-2`)).toBe(expected)
    expect(seriesOf(template, '1.37.2').test(`${first}-x`)).toBe(false)
  })

  test('a dot in the template matches only a dot', () => {
    expect(seriesOf('a.b-{date}', '1.37.2').test('axb-20261123')).toBe(false)
  })
})

describe('the notes', () => {
  const [now] = choose([planned()], both()).images as [ReleasedImage]
  const facts = { images: [now], left: [], packages: {}, repository: 'o/r', signer: '', sum: 'a'.repeat(64) }

  test('of a first release', () => {
    expect(notes(facts)).toMatchSnapshot()
  })

  test('after another one, with packages; kernels come first', () => {
    const before: ReleasedImage = {
      ...now,
      kubernetes: '1.37.1',
      versions: { kubernetes: '1.37.1-1.1', containerd: '2.3.6' },
      baseAmi: { id: 'ami-0old', name: 'debian-13-amd64-20261001' },
    }
    const text = notes({
      ...facts,
      left: ['debian-12-amd64: us-east-1 has no tested AMI'],
      previous: { tag: 'images-v1.37.1-20261101', images: [before, { ...before, image: 'gone', os: 'x' }] },
      packages: {
        'debian-13-amd64': {
          before: { bash: '5.2', 'linux-image-cloud-amd64': '6.12.1', zsh: '1' },
          after: { bash: '5.3', 'linux-image-cloud-amd64': '6.12.2', apt: '3' },
        },
      },
    })
    expect(text).toMatchSnapshot()
  })

  test.each([
    ['', 'gh attestation verify images.json --repo o/r\n'],
    ['org/k8s-image-action', 'gh attestation verify images.json --repo o/r --signer-repo org/k8s-image-action\n'],
  ])('say how to verify what %s attested', (signer, command) => {
    expect(notes({ ...facts, signer })).toContain(command)
  })

  test('say nothing of attestations if there is none', () => {
    expect(notes({ ...facts, signer: 'none' })).not.toContain('attestation')
  })

  test("are within GitHub's limit", () => {
    const many = Array.from({ length: 3000 }, (_, at) => ({ ...now, image: `image-${at}` }))
    expect(notes({ ...facts, images: many }).length).toBeLessThan(125_000)
  })
})

test('packages are read from both kinds of SBOM', () => {
  expect(packagesOf({ components: [{ name: 'bash', version: '5.2' }, { version: '1' }] })).toEqual({ bash: '5.2' })
  expect(packagesOf({ packages: [{ name: 'bash', versionInfo: '5.2' }] })).toEqual({ bash: '5.2' })
  expect(packagesOf('broken')).toEqual({})
  expect(packageChanges({ a: '1' }, { a: '1' })).toEqual([])
})
