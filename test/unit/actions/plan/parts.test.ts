import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { changesSince, describeChange, lastTested } from '../../../../src/actions/plan/changes.js'
import { comment } from '../../../../src/actions/plan/comment.js'
import { matrix } from '../../../../src/actions/plan/matrix.js'
import { planOutputs, tooLong } from '../../../../src/actions/plan/outputs.js'
import { type Found, judge, type Verdict } from '../../../../src/actions/plan/verdict.js'
import type { Ami } from '../../../../src/aws/ec2.js'
import { readCatalog } from '../../../../src/catalog/catalog.js'
import { readWanted } from '../../../../src/inputs/config/read.js'
import { readOptions } from '../../../../src/inputs/options.js'
import type { Inputs, Wanted } from '../../../../src/model/inputs.js'
import type { Image, Planned } from '../../../../src/model/plan.js'
import { image } from '../../fakes.js'

const versions =
  'arch=amd64 kubernetes=1.37.1-1.1 containerd=2.3.6 runc=1.4.3 cni-plugins=1.9.1 sandbox=3.10.2 base=ami-0base'

function ami(id: string, tags: Readonly<Record<string, string>> = {}, state = 'available'): Ami {
  return {
    id,
    state,
    name: `k8s-${id}`,
    snapshots: [],
    tags: {
      'k8s-image:state': 'built',
      'k8s-image:os': 'debian-13',
      'k8s-image:tested': 'node',
      'k8s-image:tested-at': '2026-11-01T00:00:00Z',
      'k8s-image:versions': versions,
      ...tags,
    },
  }
}

const unresolved = (): Image => ({ ...image(), baseAmi: { id: '', name: '' }, digest: 'sha256:partial' })
const group = (changes: Partial<Wanted> = {}): Wanted => ({
  name: undefined,
  required: true,
  texts: {},
  inputs: {
    region: 'us-east-1',
    amiRegions: ['us-east-1'],
    kubernetesVersions: ['1.37'],
    lock: { mode: 'off' },
  } as unknown as Inputs,
  ...changes,
})
const planned = (images: readonly Image[], wanted = group(), copyRegions: readonly string[] = []): Planned => ({
  wanted,
  plan: { runId: 'r', region: 'us-east-1', copyRegions, images },
})
const found = (...amis: readonly Ami[]): Found => ({ amis, existing: { action: 'build', amis: {} } })

describe('the last tested AMI', () => {
  test('is the newest one of the same system, architecture and minor', () => {
    const newer = ami('ami-2', { 'k8s-image:tested-at': '2026-11-09T00:00:00Z' })
    expect(lastTested(image(), [ami('ami-1'), newer, ami('ami-3')])?.id).toBe('ami-2')
  })

  test.each<[string, Ami]>([
    ['another system', ami('ami-1', { 'k8s-image:os': 'debian-12' })],
    ['another architecture', ami('ami-1', { 'k8s-image:versions': versions.replace('amd64', 'arm64') })],
    ['another minor', ami('ami-1', { 'k8s-image:versions': versions.replace('1.37.1', '1.36.1') })],
    ['not handed out', ami('ami-1', { 'k8s-image:state': 'untested' })],
    ['not available', ami('ami-1', {}, 'deregistered')],
    ['no versions', ami('ami-1', { 'k8s-image:versions': '' })],
  ])('%s does not count', (_, other) => {
    expect(lastTested(image(), [other])).toBeUndefined()
  })

  test('an AMI that was never tested does not count', () => {
    const { 'k8s-image:tested': _, ...tags } = ami('ami-1').tags
    expect(lastTested(image(), [{ ...ami('ami-1'), tags }])).toBeUndefined()
  })

  test('every difference is listed, in order', () => {
    const base = versions.replace('ami-0base', 'ami-0old').replace(' runc=1.4.3', '')
    expect(changesSince(image(), ami('ami-1', { 'k8s-image:versions': base })).map(describeChange)).toEqual([
      'Kubernetes 1.37.1-1.1 -> 1.37.2-1.1',
      'containerd 2.3.6 -> 2.3.7',
      'runc 1.4.3',
      'base AMI ami-0old -> ami-0base',
    ])
  })
})

describe('the action and its reason', () => {
  const one = (what: Found | undefined, which = image()) => judge([planned([which])], () => what)[0]

  test.each<[string, Found | undefined, Partial<Verdict>]>([
    [
      'no AMI exists',
      found(),
      {
        action: 'build',
        work: true,
        last: undefined,
        reason: expect.stringMatching(/no tested AMI/) as unknown as string,
      },
    ],
    [
      'a version changed',
      found(ami('ami-1')),
      {
        action: 'build',
        work: true,
        last: { id: 'ami-1', name: 'k8s-ami-1' },
        reason: 'Kubernetes 1.37.1-1.1 -> 1.37.2-1.1, containerd 2.3.6 -> 2.3.7',
      },
    ],
    [
      'no version changed',
      found(ami('ami-1', { 'k8s-image:versions': versions.replace('1.37.1', '1.37.2').replace('2.3.6', '2.3.7') })),
      {
        action: 'build',
        reason: 'same versions; the playbook, the template or the settings changed',
      },
    ],
    [
      'every AMI exists',
      { amis: [], existing: { action: 'nothing', amis: { 'us-east-1': 'ami-9' } } },
      {
        action: 'nothing',
        work: false,
        amis: { 'us-east-1': 'ami-9' },
        reason: 'a tested AMI has this digest, in all regions',
      },
    ],
    [
      'a region lacks it',
      { amis: [], existing: { action: 'publish', amis: { 'us-east-1': 'ami-9' } } },
      { action: 'publish', work: true },
    ],
    [
      'it passed a lower level',
      { amis: [], existing: { action: 'test', amis: { 'us-east-1': 'ami-9' } } },
      { action: 'test', work: true },
    ],
  ])('%s', (_, what, expected) => {
    expect(one(what)).toMatchObject({ digest: image().digest, ...expected })
  })

  test('without an account, there is no digest, not even a partial one', () => {
    const verdict = one(undefined, unresolved())
    expect(verdict).toMatchObject({ action: 'build', work: true, reason: 'digest unknown: base AMI not resolved' })
    expect(verdict?.digest).toBeUndefined()
    expect(JSON.stringify(planOutputs(verdict ? [verdict] : [], ''))).not.toContain('partial')
  })
})

describe('the matrix', () => {
  const facts = {
    catalog: readCatalog('.'),
    templateVariables: [],
    readFile: () => '',
    readDirectory: () => [],
    options: readOptions('.'),
  }
  const texts = {
    'kubernetes-version': '1.37',
    os: 'debian-12,debian-13',
    test: 'boot',
    mirror: 'http://m.example',
    rehearse: 'true',
  }

  test('one entry per job, with a config that gives exactly the same settings', async () => {
    const [verdict] = judge([planned([image()], group({ name: 'web', texts }))], () => found())
    const { include } = matrix(verdict ? [verdict] : [])
    expect(include).toEqual([
      {
        image: 'debian-13-amd64',
        os: 'debian-13',
        arch: 'amd64',
        'kubernetes-version': '1.37.2-1.1',
        required: true,
        config: expect.any(String),
      },
    ])
    const [again, ...rest] = await readWanted({ INPUT_CONFIG: include[0]?.config }, facts)
    expect(rest).toEqual([])
    expect(again).toMatchObject({
      name: 'web',
      inputs: {
        kubernetesVersions: ['1.37.2-1.1'],
        os: ['debian-13'],
        arch: ['amd64'],
        test: 'boot',
        rehearse: 'true',
        mirror: 'http://m.example',
      },
    })
  })

  test("names the plan's build region, whatever AWS_REGION a job has", async () => {
    const env = { INPUT_OS: 'debian-13', AWS_REGION: 'eu-central-1' }
    const [wanted] = await readWanted(env, facts)
    const verdicts = judge([planned([image()], wanted)], () => found())
    const [entry] = matrix(verdicts).include
    const [again] = await readWanted({ INPUT_CONFIG: entry?.config, AWS_REGION: 'us-west-2' }, facts)
    expect(again?.inputs).toMatchObject({ region: 'eu-central-1', amiRegions: ['eu-central-1'] })
  })

  test.each<[string, readonly string[], object | undefined, string]>([
    ['no lock', ['1.37'], undefined, '1.37.2-1.1'],
    ['a lock with two entries of this version', ['1.37'], { '1.37': '1.37.2-1.1', '1.37.2': '1.37.2-1.1' }, '1.37'],
    ['the other of these', ['1.37.2'], { '1.37': '1.37.2-1.1', '1.37.2': '1.37.2-1.1' }, '1.37.2'],
    [
      'both, of which the plan takes the last',
      ['1.37', '1.37.2'],
      { '1.37': '1.37.2-1.1', '1.37.2': '1.37.2-1.1' },
      '1.37.2',
    ],
    ['another version beside it', ['1.37', '1.36'], { '1.36': '1.36.3-1.1', '1.37': '1.37.2-1.1' }, '1.37'],
    ['a lock that has it by another name', ['1.37.2'], { '1.37': '1.37.2-1.1' }, '1.37.2-1.1'],
  ])('names the Kubernetes version by which a job finds it: %s', (_, kubernetesVersions, debs, expected) => {
    const locked = Object.entries(debs ?? {}).map(([written, deb]) => [written, { deb }])
    const content = debs && { kubernetes: Object.fromEntries(locked) }
    const inputs = { region: 'us-east-1', kubernetesVersions, lock: { mode: 'use', content } } as unknown as Inputs
    const [entry] = matrix(judge([planned([image()], group({ inputs }))], () => found())).include
    expect(entry).toMatchObject({ 'kubernetes-version': '1.37.2-1.1' })
    expect(JSON.parse(entry?.config ?? '').images).toMatchObject([{ 'kubernetes-version': expected }])
  })

  test('leaves out images without work', () => {
    const look = (each: Image) =>
      each.os === 'debian-12' ? { amis: [], existing: { action: 'nothing' as const, amis: {} } } : found()
    const verdicts = judge([planned([image(), { ...image('debian-12-amd64'), os: 'debian-12' }])], look)
    expect(matrix(verdicts).include.map((each) => each.image)).toEqual(['debian-13-amd64'])
    expect(planOutputs(verdicts, '')['has-work']).toBe('true')
    expect(planOutputs(verdicts.slice(1), '')).toMatchObject({ 'has-work': 'false', matrix: '{"include":[]}' })
  })

  test('has at most 256 jobs', () => {
    const many = (count: number) =>
      judge([planned(Array.from({ length: count }, (_, at) => image(`i${at}`)))], () => found())
    expect(matrix(many(256)).include).toHaveLength(256)
    expect(() => matrix(many(257))).toThrow('257 images need a build, but a matrix allows 256 jobs')
  })

  test('has at most the size that GitHub allows for outputs', () => {
    const long = (length: number) =>
      judge([planned([image()], group({ texts: { 'extra-packages': 'a'.repeat(length) } }))], () => found())
    const limit = 524_288 - JSON.stringify(matrix(long(0))).length
    expect(matrix(long(limit)).include).toHaveLength(1)
    expect(() => matrix(long(limit + 1))).toThrow(
      'the matrix of the images to build has 1048578 bytes in UTF-16, but GitHub allows 1048576',
    )
  })
})

test('the outputs are exactly those that plan/action.yml declares', () => {
  expect(Object.keys(planOutputs([], ''))).toEqual(Object.keys(parse(readFileSync('plan/action.yml', 'utf8')).outputs))
})

describe('the comment', () => {
  test('two images, one new and one existing', () => {
    const look = (each: Image): Found =>
      each.os === 'debian-12'
        ? { amis: [], existing: { action: 'nothing', amis: { 'us-east-1': 'ami-9' } } }
        : found(ami('ami-1'))
    const old = { ...image('debian-12-amd64'), os: 'debian-12' }
    expect(
      comment(
        judge(
          [planned([image()], group({ required: false }), ['us-west-2']), planned([old], group(), ['us-west-2'])],
          look,
        ),
      ),
    ).toMatchSnapshot()
  })

  test('without an account', () => {
    const all = group({ inputs: { amiRegions: 'all' } as unknown as Inputs })
    const text = comment(judge([planned([unresolved()], all)], () => undefined))
    expect(text).toContain('digest unknown: base AMI not resolved')
    expect(text).toContain('us-east-1, and every region that is enabled')
    expect(text).not.toContain('partial')
  })

  test("is within GitHub's limit", () => {
    const many = Array.from({ length: 1000 }, (_, at) => image(`some-rather-long-name-${at}-debian-13-amd64`))
    const text = comment(judge([planned(many)], () => found(ami('ami-1'))))
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536)
    expect(text).toContain('1000 of 1000 to do')
  })

  test('keeps its marker and its heading if no section fits', () => {
    const many = Array.from({ length: 200 }, (_, at) => image(`${'x'.repeat(400)}-${at}`))
    const text = comment(judge([planned(many)], () => found(ami('ami-1'))))
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536)
    expect(text).toMatch(/^<!-- k8s-image-action plan -->\n## Kubernetes node images: 200 of 200 to do\n\n/)
    expect(text).toContain('Left out')
  })
})

test('a list of images that is too long for the release causes a warning', () => {
  // 131,071 bytes, with the name of the variable and an equals sign.
  expect(tooLong('x'.repeat(131_058))).toBeUndefined()
  expect(tooLong('x'.repeat(131_059))).toMatch(/has 131059 bytes, but the release accepts at most 131058/)
})
