/** Full releases, with a fake of GitHub's REST API, and EC2 in memory. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Effects } from '../../../../src/actions/effects.js'
import { runRelease } from '../../../../src/actions/release/run.js'
import { exec } from '../../../../src/lib/exec.js'
import { type MemoryEc2, type MemoryLog, manualClock, memoryEc2, memoryLog, memoryServices } from '../../fakes.js'
import { temporaryDirectory } from '../../support/temporary.js'
import { type FakeGitHub, type FakeRelease, fakeGitHub } from './fake-github.js'

const directory = temporaryDirectory()
const token = 'ghs_0123456789abcdef'
const digest = `sha256:${'b'.repeat(64)}`

let hub: FakeGitHub
let log: MemoryLog
let ec2: MemoryEc2
let outputs: Record<string, string>
let summary: string

const commit = 'c0ffee'.padEnd(40, '0')
const tags = () => [...hub.tags.keys()]

beforeEach(async () => {
  hub = await fakeGitHub(token)
  log = memoryLog()
  ec2 = memoryEc2()
  outputs = {}
  summary = ''
})
afterEach(() => hub.stop())

function effects(inputs: Readonly<Record<string, string>>, number = '7'): Effects {
  const never = async () => Promise.reject(new Error('a release needs none of it'))
  return {
    env: {
      PATH: process.env.PATH,
      RUNNER_TEMP: directory(),
      GITHUB_API_URL: hub.url,
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_SHA: commit,
      GITHUB_RUN_NUMBER: number,
      INPUT_TOKEN: token,
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
    },
    root: '/',
    machine: { platform: 'linux', arch: 'x64', uid: 0 },
    log,
    clock: manualClock(1_795_392_000),
    exec,
    started: 0,
    readWanted: never,
    makePlan: never,
    prepareTools: never,
    ec2: () => ec2.byRegion,
    tally: { calls: {}, throttled: 0 },
    services: () => memoryServices().services,
    aws: () => {
      throw new Error('a release tries nothing')
    },
    saveState: () => undefined,
    setOutput: (name, value) => {
      outputs[name] = value
    },
    writeSummary: async (text) => {
      summary = text
    },
    crashed: new Promise(() => undefined),
  }
}

/** Repeats failed calls at once. */
const run = (given: Effects) => runRelease(given, 1)

function handOut(region: string, id: string, changes: Readonly<Record<string, string>> = {}) {
  const given = {
    'k8s-image:state': 'built',
    'k8s-image:digest': digest,
    'k8s-image:tested': 'node',
    'k8s-image:tested-at': '2026-11-23T10:00:00Z',
    ...changes,
  }
  ec2.things.push({ region, kind: 'image', id, name: id, state: 'available', tags: given, snapshots: [`snap-${id}`] })
}

const plan = (changes: object = {}) =>
  JSON.stringify([
    {
      image: 'debian-13-amd64',
      os: 'debian-13',
      arch: 'amd64',
      kubernetes: '1.37.2',
      required: true,
      work: true,
      action: 'build',
      test: 'node',
      digest,
      baseAmi: { id: 'ami-0base', name: 'base' },
      versions: { containerd: '2.3.7' },
      regions: ['us-east-1'],
      ...changes,
    },
  ])
const prepare = (inputs: Readonly<Record<string, string>> = {}, number?: string) =>
  run(effects({ step: 'prepare', images: plan(), ...inputs }, number))
const publish = () => run(effects({ step: 'publish', directory: outputs.directory ?? '' }))

const sbomOf = (version: string) =>
  JSON.stringify({ bomFormat: 'CycloneDX', components: [{ name: 'linux-image-cloud-amd64', version }] })

function writeSbom(version: string, image = 'debian-13-amd64') {
  const reports = join(directory(), 'reports')
  mkdirSync(join(reports, `report-${image}`), { recursive: true })
  writeFileSync(join(reports, `report-${image}/${image}.cdx.json`), sbomOf(version))
  return reports
}

test('prepared, then published: files, sums, an annotated tag, and notes with AMI IDs', async () => {
  handOut('us-east-1', 'ami-1')
  expect(await prepare({ reports: writeSbom('6.12.1') })).toBe(0)
  expect(outputs).toMatchObject({
    tag: 'images-v1.37.2-20261123',
    manifest: join(outputs.directory ?? '', 'images.json'),
  })
  // Nothing has changed so far.
  expect(hub.calls.filter((call) => !call.startsWith('GET '))).toEqual([])
  expect(tags()).toEqual([])
  expect(await publish()).toBe(0)
  expect(log.errors).toEqual([])
  expect(tags()).toEqual(['images-v1.37.2-20261123'])
  expect(hub.commitOf('images-v1.37.2-20261123')).toBe(commit)
  const [release] = hub.releases
  expect(release).toMatchObject({ tag_name: 'images-v1.37.2-20261123', draft: false })
  expect(release?.body).toContain('| us-east-1 | `ami-1` | `snap-ami-1` |')
  expect([...(release?.assets.keys() ?? [])]).toEqual(['SHA256SUMS', 'debian-13-amd64.cdx.json', 'images.json'])
  for (const line of String(release?.assets.get('SHA256SUMS')).trim().split('\n')) {
    const [sum, name = ''] = line.split('  ')
    expect(sum).toBe(
      createHash('sha256')
        .update(release?.assets.get(name) ?? '')
        .digest('hex'),
    )
  }
  expect(outputs.url).toBe('https://github.example/o/r/releases/tag/images-v1.37.2-20261123')
  expect(log.masked).toContain(token)
})

test('the next release lists the changed versions and packages of the SBOMs', async () => {
  handOut('us-east-1', 'ami-1')
  await prepare(
    {
      reports: writeSbom('6.12.1'),
      images: plan({ versions: { containerd: '2.3.6' } }),
      tag: 'images-v{kubernetes}-{run}',
    },
    '1',
  )
  await publish()
  handOut('us-east-1', 'ami-2', { 'k8s-image:tested-at': '2026-11-24T10:00:00Z' })
  await prepare({ reports: writeSbom('6.12.2'), tag: 'images-v{kubernetes}-{run}' }, '2')
  const text = readFileSync(join(outputs.directory ?? '', 'notes.md'), 'utf8')
  expect(text).toContain('## Changes since images-v1&#46;37'.replace('&#46;', '.'))
  expect(text).toContain('containerd 2.3.6 -&gt; 2.3.7')
  expect(text).toMatch(/\| linux-image-cloud-amd64 \| 6\.12\.1 \| 6\.12\.2 \|/)
  // Another minor version is another series.
  await prepare({ images: plan({ kubernetes: '1.36.9' }), tag: 'images-v{kubernetes}-{run}' }, '3')
  expect(readFileSync(join(outputs.directory ?? '', 'notes.md'), 'utf8')).toContain('The first release of its series.')
})

const optional = { image: 'spare', os: 'debian-12', required: false, digest: `sha256:${'c'.repeat(64)}` }
const both = (changes: object = {}) =>
  JSON.stringify([...JSON.parse(plan()), ...JSON.parse(plan({ ...optional, ...changes }))])

describe('an image that was not built again', () => {
  const assets = () => Object.fromEntries([...(hub.releases[0]?.assets ?? [])].map(([name, text]) => [name, `${text}`]))

  /** Releases both images, each with an SBOM. */
  async function releaseBoth() {
    handOut('us-east-1', 'ami-1')
    handOut('us-east-1', 'ami-2', { 'k8s-image:digest': optional.digest })
    writeSbom('6.12.1', 'spare')
    await prepare({ images: both(), reports: writeSbom('6.12.1') })
    await publish()
    rmSync(join(directory(), 'reports'), { recursive: true })
    // Only the first one is built again.
    handOut('us-east-1', 'ami-3', { 'k8s-image:tested-at': '2026-11-24T10:00:00Z' })
  }

  test('keeps its SBOM, so that later releases list its packages', async () => {
    await releaseBoth()
    // Its new region got a copy.
    handOut('us-west-2', 'ami-4', { 'k8s-image:digest': optional.digest })
    await prepare({ images: both({ regions: ['us-east-1', 'us-west-2'] }), reports: writeSbom('6.12.2') })
    expect(await publish()).toBe(0)
    expect(assets()).toMatchObject({ 'debian-13-amd64.cdx.json': sbomOf('6.12.2'), 'spare.cdx.json': sbomOf('6.12.1') })
    expect(assets().SHA256SUMS).toContain('  spare.cdx.json\n')
    handOut('us-east-1', 'ami-5', {
      'k8s-image:digest': optional.digest,
      'k8s-image:tested-at': '2026-11-25T10:00:00Z',
    })
    await prepare({ images: both(), reports: writeSbom('6.12.3', 'spare') })
    const text = readFileSync(join(outputs.directory ?? '', 'notes.md'), 'utf8')
    expect(text).toMatch(/\| linux-image-cloud-amd64 \| 6\.12\.1 \| 6\.12\.3 \|/)
  })

  test('but has other AMIs has none, rather than a wrong one', async () => {
    await releaseBoth()
    handOut('us-east-1', 'ami-4', {
      'k8s-image:digest': optional.digest,
      'k8s-image:tested-at': '2026-11-25T10:00:00Z',
    })
    await prepare({ images: both(), reports: writeSbom('6.12.2') })
    expect(await publish()).toBe(0)
    expect(Object.keys(assets())).toEqual(['SHA256SUMS', 'debian-13-amd64.cdx.json', 'images.json'])
  })
})

test('an optional image that failed, without AMI or report, is left out, and the release says so', async () => {
  handOut('us-east-1', 'ami-1')
  // The AMI that failed the gate, if it was kept.
  handOut('us-east-1', 'ami-2', { 'k8s-image:state': 'failed', 'k8s-image:digest': optional.digest })
  expect(await prepare({ images: both(), reports: writeSbom('6.12.1') })).toBe(0)
  expect(log.warnings).toEqual([
    'not in the release: spare: us-east-1 has no tested AMI with the digest sha256:cccccccccccc',
  ])
  expect(await publish()).toBe(0)
  expect(tags()).toEqual(['images-v1.37.2-20261123'])
  const [release] = hub.releases
  expect([...(release?.assets.keys() ?? [])]).toEqual(['SHA256SUMS', 'debian-13-amd64.cdx.json', 'images.json'])
  expect(JSON.parse(String(release?.assets.get('images.json')))).toMatchObject([{ image: 'debian-13-amd64' }])
  expect(release?.body).toMatch(/Not in this release:\n\n- spare.* us-east-1 has no tested AMI/)
})

test('a required image that failed: neither tag nor release', async () => {
  handOut('us-east-1', 'ami-1')
  expect(await prepare({ images: both({ required: true }), reports: writeSbom('6.12.1') })).toBe(1)
  expect(log.errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^spare: us-east-1 has no tested AMI/),
  ])
  expect([tags(), hub.releases, outputs]).toEqual([[], [], {}])
})

describe('a check before anything is built', () => {
  const check = (inputs: Readonly<Record<string, string>> = {}) =>
    run(effects({ step: 'check', images: plan(), ...inputs }))

  test('lets a possible release pass, without EC2 calls or changes', async () => {
    expect(await check()).toBe(0)
    expect(log.lines).toEqual(['images-v1.37.2-20261123 can be released once its images are there'])
    const looks = ['GET /repos/o/r/releases', 'GET /repos/o/r/git/ref/tags/images-v1.37.2-20261123']
    expect([hub.calls, ec2.calls, outputs]).toEqual([looks, [], {}])
  })

  test('refuses a required image without a test', async () => {
    expect(await check({ images: plan({ test: 'none' }) })).toBe(1)
    expect(log.errors).toEqual([
      {
        title: 'release',
        message:
          'debian-13-amd64: it is built without a test (`test: none`), but a release names tested AMIs only — test it (`test: boot` is the fastest), write `required: false` for it in the config file, or do not release',
      },
    ])
    expect(summary).toContain('## No release')
    // As SECURITY.md promises, no text of others is markup. The hint is there.
    expect(summary).toMatch(/debian-13-amd64&#58; .* test it &#40;&#96;test&#58; boot&#96;/)
    expect(hub.calls).toEqual([])
  })

  test('reports a missing optional image, which does not count for the tag', async () => {
    expect(await check({ images: both({ test: 'none', kubernetes: '1.38.0' }) })).toBe(0)
    expect(log.warnings).toEqual([
      expect.stringMatching(/^will not be in the release: spare: it is built without a test/),
    ])
    expect(log.lines).toEqual([expect.stringMatching(/^images-v1\.37\.2-20261123 can be released/)])
  })

  test('gives a further release of the day a free name', async () => {
    handOut('us-east-1', 'ami-1')
    await prepare()
    await publish()
    log.lines.length = 0
    expect(await check()).toBe(0)
    expect(log.lines).toEqual(['images-v1.37.2-20261123-2 can be released once its images are there'])
  })

  test.each<[string, object, number]>([
    ['with something to build', {}, 1],
    ['with nothing to do', { work: false, action: 'nothing' }, 0],
  ])('checks an existing tag without a date, %s', async (_, changes, code) => {
    const tag = 'images-v{kubernetes}'
    handOut('us-east-1', 'ami-1')
    await prepare({ tag })
    await publish()
    expect(await check({ images: plan(changes), tag })).toBe(code)
    const message = /^the tag images-v1.37.2 exists already — run the job again/
    expect(log.errors).toEqual(code === 0 ? [] : [{ title: 'release', message: expect.stringMatching(message) }])
  })

  test('passes over a tag that has no release and is of another commit', async () => {
    hub.tags.set('images-v1.37.2-20261123', 'd'.repeat(40))
    expect(await check()).toBe(0)
    expect(log.lines).toEqual(['images-v1.37.2-20261123-2 can be released once its images are there'])
    hub.tags.set('images-v1.37.2', 'd'.repeat(40))
    expect(await check({ tag: 'images-v{kubernetes}' })).toBe(1)
    expect(log.errors[0]?.message).toMatch(/^the tag images-v1.37.2 exists already — run the job again/)
  })

  test('takes a tag of this commit for that of an interrupted step', async () => {
    hub.tags.set('images-v1.37.2-20261123', commit)
    expect(await check()).toBe(0)
    expect(log.lines).toEqual(['images-v1.37.2-20261123 can be released once its images are there'])
  })

  test('takes a draft with that name for an interrupted step, and resumes it', async () => {
    hub.releases.push({ id: 1, tag_name: 'images-v1.37.2-20261123', draft: true, body: '', assets: new Map() })
    expect(await check()).toBe(0)
  })

  test('refuses a name that is not valid in git', async () => {
    expect(await check({ tag: 'images v{kubernetes}' })).toBe(1)
    expect(log.errors[0]?.message).toMatch(/^tag: "images v1.37.2" is not a valid name for a git tag/)
  })
})

test('a missing required image: neither tag nor release, and the error says why', async () => {
  handOut('us-east-1', 'ami-1', { 'k8s-image:state': 'untested' })
  expect(await prepare()).toBe(1)
  expect(outputs).toEqual({})
  expect(log.errors).toEqual([
    {
      title: 'release',
      message:
        'debian-13-amd64: us-east-1 has no tested AMI with the digest sha256:bbbbbbbbbbbb — fix its build job, and run it again; if it passed, a newer base AMI has appeared since the plan: re-run all jobs',
    },
  ])
  expect(summary).toContain('No release')
  expect(tags()).toEqual([])
  expect(hub.releases).toEqual([])
})

test('the same release again succeeds', async () => {
  handOut('us-east-1', 'ami-1')
  await prepare()
  await publish()
  const { url } = outputs
  await prepare()
  expect(await publish()).toBe(0)
  expect(outputs.url).toBe(url)
  expect(hub.releases).toHaveLength(1)
})

test('without a new AMI there is no further release; with one there is, although the plan found no work', async () => {
  const idle = plan({ work: false, action: 'nothing' })
  handOut('us-east-1', 'ami-1')
  // The job that should have released it failed.
  await prepare({ images: idle })
  expect(await publish()).toBe(0)
  const { url } = outputs
  outputs = {}
  const tag = 'images-v{kubernetes}-{date}'
  hub.releases[0] = { ...(hub.releases[0] as FakeRelease), tag_name: 'images-v1.37.2-20261120' }
  expect(await prepare({ images: idle, tag })).toBe(0)
  const released = { tag: 'images-v1.37.2-20261120', url: url?.replace('20261123', '20261120') }
  expect(outputs).toMatchObject(released)
  expect(log.lines.at(-1)).toBe('images-v1.37.2-20261120 has all these AMIs: there is nothing to release')
  // In workflows that do not look at the URL.
  hub.calls.length = 0
  expect(await publish()).toBe(0)
  expect(outputs).toMatchObject(released)
  expect(hub.calls.filter((call) => !call.startsWith('GET '))).toEqual([])
})

test('a higher test of the same AMIs is released', async () => {
  handOut('us-east-1', 'ami-1')
  await prepare()
  await publish()
  for (const thing of ec2.things) Object.assign(thing, { tags: { ...thing.tags, 'k8s-image:tested': 'cluster' } })
  await prepare({ images: plan({ test: 'cluster' }) })
  expect(await publish()).toBe(0)
  expect(tags()).toEqual(['images-v1.37.2-20261123', 'images-v1.37.2-20261123-2'])
})

test('a tag without a date stays good for less AMIs that its fingerprints do not match', async () => {
  const tag = 'images-v{kubernetes}'
  handOut('us-east-1', 'ami-1')
  handOut('us-east-1', 'ami-2', { 'k8s-image:digest': optional.digest })
  await prepare({ images: both(), tag })
  await publish()
  await prepare({ images: plan({ work: false }), tag })
  expect(await publish()).toBe(0)
})

test('releases of a divided config file share a series; each follows its own, whatever the order of the list', async () => {
  const other = { image: 'spare', os: 'debian-12', digest: optional.digest }
  handOut('us-east-1', 'ami-1')
  handOut('us-east-1', 'ami-2', { 'k8s-image:digest': optional.digest })
  for (const images of [plan(), plan(other)]) {
    await prepare({ images })
    expect(await publish()).toBe(0)
  }
  const days = ['2026-11-20', '2026-11-21', '2026-11-19']
  hub.releases.push({ id: 9, tag_name: 'images-v1.37.1-20261119', draft: false, body: '', assets: new Map() })
  hub.releases.reverse().forEach((release, at) => {
    release.published_at = `${days[at === 0 ? 2 : at - 1]}T00:00:00Z`
  })
  handOut('us-east-1', 'ami-3', { 'k8s-image:tested-at': '2026-11-24T10:00:00Z' })
  expect(await prepare()).toBe(0)
  expect(log.lines.at(-1)).toBe('images-v1.37.2-20261123-3: 1 images, after images-v1.37.2-20261123')
})

test('another release with the same name is an error if the name has no date', async () => {
  const tag = 'images-v{kubernetes}'
  handOut('us-east-1', 'ami-1')
  await prepare({ tag })
  await publish()
  handOut('us-east-1', 'ami-2', { 'k8s-image:tested-at': '2026-11-24T10:00:00Z' })
  await prepare({ tag })
  expect(await publish()).toBe(1)
  expect(log.errors[0]?.message).toMatch(/^the tag images-v1.37.2 exists already — run the job again/)
})

test('further releases of a day are numbered, and each lists what changed since the one before', async () => {
  for (const [at, ami] of ['ami-1', 'ami-2', 'ami-3'].entries()) {
    handOut('us-east-1', ami, { 'k8s-image:tested-at': `2026-11-2${4 + at}T10:00:00Z` })
    await prepare()
    expect(await publish()).toBe(0)
    // A second run makes the same release.
    await prepare()
    expect(await publish()).toBe(0)
  }
  const day = 'images-v1.37.2-20261123'
  expect(tags()).toEqual([day, `${day}-2`, `${day}-3`])
  expect(hub.releases.map(({ tag_name }) => tag_name)).toEqual([`${day}-3`, `${day}-2`, day])
  expect(log.lines).toEqual(expect.arrayContaining([`${day}-3: 1 images, after ${day}-2`]))
})

/** A fault that ends after so many calls. */
const times = (count: number, which: (call: string) => boolean, status = 502) => {
  let left = count
  return (call: string) => (which(call) && left-- > 0 ? status : undefined)
}

test('a release survives one failure of each call, whether the call acted or not', async () => {
  handOut('us-east-1', 'ami-1')
  const git = ['POST /repos/o/r/git/tags', 'POST /repos/o/r/git/refs']
  const calls = ['GET ', 'POST /repos/o/r/releases', 'DELETE ', 'POST /uploads/', ...git, 'PATCH ']
  for (const [at, start] of calls.entries()) {
    for (const kind of ['fault', 'lost'] as const) {
      const tag = `${kind}-${at}`
      // Of an interrupted step.
      hub.releases.push({ id: 900 + at, tag_name: tag, draft: true, body: '', assets: new Map() })
      hub[kind] = times(1, (call) => call.startsWith(start))
      await prepare({ tag })
      expect([start, kind, await publish()]).toEqual([start, kind, 0])
      handOut('us-east-1', `ami-${tag}`, { 'k8s-image:tested-at': `2026-11-24T1${at}:00:0${kind.length}Z` })
    }
  }
  expect(log.errors).toEqual([])
  expect(hub.releases).toHaveLength(2 * calls.length)
  for (const { draft, assets, tag_name } of hub.releases) {
    expect([tag_name, draft, [...assets.keys()]]).toEqual([tag_name, false, ['SHA256SUMS', 'images.json']])
    expect(hub.commitOf(tag_name)).toBe(commit)
  }
})

test('an asset that a failed upload left empty is replaced', async () => {
  handOut('us-east-1', 'ami-1')
  await prepare()
  const once = times(1, (call) => call.startsWith('POST /uploads/'))
  hub.lost = (call) => {
    const status = once(call)
    if (status !== undefined) hub.releases[0]?.assets.set('SHA256SUMS', Buffer.from(''))
    return status
  }
  expect(await publish()).toBe(0)
  expect(hub.calls).toContain('DELETE /repos/o/r/releases/assets/1000')
  expect(`${hub.releases[0]?.assets.get('SHA256SUMS')}`).toMatch(/^[0-9a-f]{64} {2}images.json\n$/)
})

test.each([
  [403, 'You have exceeded a secondary rate limit.'],
  [403, 'API rate limit exceeded for installation ID 1.'],
  [429, 'too many'],
])('a limit of calls (%s, %s) is no missing permission', async (status, message) => {
  handOut('us-east-1', 'ami-1')
  hub.message = message
  hub.fault = () => status
  expect(await prepare()).toBe(1)
  expect(log.errors[0]?.message).toMatch(
    / — GitHub limits the number of calls: wait up to an hour, then run the job again$/,
  )
})

test.each(['POST /repos/o/r/releases', 'POST /uploads/1/assets'])(
  '%s fails: no tag and no draft is left, and it can be run again',
  async (call) => {
    handOut('us-east-1', 'ami-1')
    await prepare()
    hub.fault = (each) => (each === call ? 500 : undefined)
    expect(await publish()).toBe(1)
    expect(tags()).toEqual([])
    expect(hub.releases).toEqual([])
    hub.fault = () => undefined
    expect(await publish()).toBe(0)
    expect(tags()).toHaveLength(1)
  },
)

test('a release that was interrupted after the tag continues in the next run', async () => {
  handOut('us-east-1', 'ami-1')
  await prepare()
  hub.fault = (each) => (each.startsWith('PATCH ') ? 502 : undefined)
  expect(await publish()).toBe(1)
  expect(tags()).toHaveLength(1)
  hub.fault = () => undefined
  expect(await publish()).toBe(0)
  expect(hub.releases.map(({ draft }) => draft)).toEqual([false])
})

test('if the tag is refused, no draft is left', async () => {
  handOut('us-east-1', 'ami-1')
  await prepare()
  hub.fault = (each) => (each === 'POST /repos/o/r/git/refs' ? 403 : undefined)
  expect(await publish()).toBe(1)
  expect(hub.releases).toEqual([])
  expect(log.errors[0]?.message).toMatch(/^making the tag \S+ failed: 403 .*permissions: contents: write/)
})

test('a tag of another commit is not moved', async () => {
  handOut('us-east-1', 'ami-1')
  await prepare()
  hub.tags.set('images-v1.37.2-20261123', 'd'.repeat(40))
  expect(await publish()).toBe(1)
  expect(log.errors[0]?.message).toMatch(/^the tag images-v1.37.2-20261123 exists already/)
  expect([hub.releases, tags()]).toEqual([[], ['images-v1.37.2-20261123']])
  // Another run takes the next name of the day.
  await prepare()
  expect(await publish()).toBe(0)
  expect(tags()).toEqual(['images-v1.37.2-20261123', 'images-v1.37.2-20261123-2'])
})

test('more than one page of releases is read', async () => {
  handOut('us-east-1', 'ami-1')
  for (let id = 1; id <= 150; id++)
    hub.releases.push({ id: 1000 + id, tag_name: `other-${id}`, draft: false, body: '', assets: new Map() })
  hub.releases.push({ id: 2000, tag_name: 'images-v1.37.2-20261123', draft: false, body: '', assets: new Map() })
  await prepare()
  expect(outputs.tag).toBe('images-v1.37.2-20261123-2')
})

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ['no permission', {}, /failed: 403 .*permissions: contents: write/],
  ['an unknown step', { step: 'relase' }, /step: "relase" is not a step of a release/],
  ['no plan', { images: '' }, /images: this is not the output `images` of a plan/],
  ['another document', { images: '{"a": 1}' }, /images: this is not the output `images` of a plan/],
])('%s', async (name, inputs, message) => {
  handOut('us-east-1', 'ami-1')
  if (name === 'no permission') hub.fault = () => 403
  expect(await prepare(inputs)).toBe(1)
  expect(log.errors[0]?.message).toMatch(message)
})

test('publish fails without prepare', async () => {
  expect(await publish()).toBe(1)
  expect(log.errors[0]?.message).toMatch(/holds no prepared release/)
  expect(readdirSync(directory()).sort()).toEqual([])
})
