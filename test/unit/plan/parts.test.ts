import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCatalog } from '../../../src/catalog/catalog.js'
import { canonicalJson, digestOf } from '../../../src/lib/canonical-json.js'
import { UserError, UserErrors } from '../../../src/lib/errors.js'
import { gather } from '../../../src/lib/gather.js'
import { describeDigest, hashSources, imageDigest } from '../../../src/plan/digest.js'
import { amiName, provisionalName } from '../../../src/plan/names.js'
import { copyRegions } from '../../../src/plan/regions.js'
import {
  ecrCredentialProvider,
  releases,
  resolveArtifact,
  resolveOffered,
  resolvePause,
} from '../../../src/upstream/artifacts.js'
import { mirrored, upstreamPath } from '../../../src/upstream/mirror-rule.js'
import { image } from '../fakes.js'
import { sha256 } from '../support/mirror.js'
import { answers, testNet } from '../support/net.js'
import { temporaryDirectory } from '../support/temporary.js'

describe('the mirror rule', () => {
  test.each([
    ['https://dl.k8s.io/release/stable.txt', undefined, 'https://dl.k8s.io/release/stable.txt'],
    [
      'https://dl.k8s.io/release/stable.txt',
      'http://127.0.0.1:80/m',
      'http://127.0.0.1:80/m/dl.k8s.io/release/stable.txt',
    ],
    ['https://pkgs.k8s.io/core:/stable:/v1.37/deb/', 'https://m', 'https://m/pkgs.k8s.io/core:/stable:/v1.37/deb/'],
  ])('%s by %s', (url, mirror, expected) => {
    expect(mirrored(url, mirror)).toBe(expected)
  })

  test('is for upstreams only', () => {
    expect(() => upstreamPath('http://pkgs.k8s.io/')).toThrow('not an upstream address')
  })
})

describe('artifacts', () => {
  const minor = { containerd: '2.3.7', runc: '1.4.3', cniPlugins: '1.9.1' }
  const { containerd, runc, cniPlugins } = releases(minor, 'arm64')

  test('lie where upstream has them', () => {
    expect([containerd, runc, cniPlugins].map(({ url, sumsUrl }) => [url, sumsUrl])).toEqual([
      [
        'https://github.com/containerd/containerd/releases/download/v2.3.7/containerd-2.3.7-linux-arm64.tar.gz',
        'https://github.com/containerd/containerd/releases/download/v2.3.7/containerd-2.3.7-linux-arm64.tar.gz.sha256sum',
      ],
      [
        'https://github.com/opencontainers/runc/releases/download/v1.4.3/runc.arm64',
        'https://github.com/opencontainers/runc/releases/download/v1.4.3/runc.sha256sum',
      ],
      [
        'https://github.com/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-arm64-v1.9.1.tgz',
        'https://github.com/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-arm64-v1.9.1.tgz.sha256',
      ],
    ])
  })

  test('the ECR credential provider counts only if its sum is published', async () => {
    const release = ecrCredentialProvider('1.37.0', 'arm64')
    expect(release.url).toBe(
      'https://artifacts.k8s.io/binaries/cloud-provider-aws/v1.37.0/linux/arm64/ecr-credential-provider-linux-arm64',
    )
    const found = await resolveOffered(upstream(`${release.url}.sha256`, 'A'.repeat(64)), release, undefined)
    expect(found).toEqual({ version: '1.37.0', url: release.url, sha256: 'a'.repeat(64) })
    expect(await resolveOffered(upstream('', ''), release, undefined)).toBeUndefined()
    await expect(resolveOffered(upstream(`${release.url}.sha256`, '<html>'), release, undefined)).rejects.toThrow(
      'does not name the file',
    )
  })

  /** Upstream, with only this file. */
  const upstream = (url: string, text: string) =>
    testNet({ send: answers((requested) => (requested === url ? text : undefined)) })

  test("without a mirror, the sum is upstream's own beside the file", async () => {
    const sum = 'a'.repeat(64)
    const net = upstream(runc.sumsUrl, `${'b'.repeat(64)} *runc.amd64\n${sum} *runc.arm64\n`)
    expect(await resolveArtifact(net, runc, undefined)).toEqual({ version: '1.4.3', url: runc.url, sha256: sum })
  })

  test('sums that do not name the file are refused', async () => {
    await expect(
      resolveArtifact(upstream(runc.sumsUrl, `${'b'.repeat(64)} *runc.amd64\n`), runc, undefined),
    ).rejects.toThrow('runc.sha256sum does not name the file')
  })

  test('the digest of the pause image is that of its manifest', async () => {
    const net = upstream('https://registry.k8s.io/v2/pause/manifests/3.10.2', '{"schemaVersion": 2}')
    expect(await resolvePause(net, '3.10.2', undefined)).toBe(`sha256:${sha256('{"schemaVersion": 2}')}`)
  })
})

describe('the digest', () => {
  const directory = temporaryDirectory()

  test('does not depend on order', () => {
    expect(canonicalJson({ b: [1, { d: 2, c: undefined }], a: 'x' })).toBe('{"a":"x","b":[1,{"d":2}]}')
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }))
    expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }))
  })

  test('of sources depends on their paths and contents alone', () => {
    const write = (path: string, text: string) => {
      mkdirSync(join(directory(), path, '..'), { recursive: true })
      writeFileSync(join(directory(), path), text)
    }
    write('packer/image/image.pkr.hcl', 'a')
    write('packer/python/carry.py', 'a')
    write('ansible/node.yml', 'b')
    const first = hashSources(directory())
    write('ansible/__pycache__/x.pyc', 'c')
    write('ansible/README.md', 'c')
    write('packer/image/.cache/x', 'c')
    expect(hashSources(directory())).toBe(first)
    write('ansible/node.yml', 'b2')
    const second = hashSources(directory())
    expect(second).not.toBe(first)
    write('ansible/more.yml', '')
    expect(hashSources(directory())).not.toBe(second)
  })
})

describe("the digest of the action's own sources", () => {
  const directory = temporaryDirectory()
  const copy = () => {
    for (const path of ['ansible', 'packer']) cpSync(path, join(directory(), path), { recursive: true })
    return hashSources(directory())
  }

  test.each([
    ['packer/image', true],
    ['packer/python', true],
    ['ansible/plugins/filter', true],
    ['packer/gate', false],
    ['packer/gate/guest', false],
    ['packer/gate/tests', false],
    ['src', false],
    ['rehearsal', false],
    ['docs', false],
  ])('a new file in %s: another digest is %s', (folder, isAnother) => {
    const before = copy()
    mkdirSync(join(directory(), folder), { recursive: true })
    writeFileSync(join(directory(), folder, 'new.py'), 'x')
    expect(hashSources(directory()) !== before).toBe(isAnother)
  })

  test.each(readdirSync('ansible/roles'))('is another when one byte of any file of the role %s is', (role) => {
    const before = copy()
    const root = join(directory(), 'ansible/roles', role)
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'),
    )
    expect(files.length).toBeGreaterThan(0)
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name)
      const content = readFileSync(path)
      writeFileSync(
        path,
        content.length === 0 ? 'x' : Buffer.concat([Buffer.from([(content[0] ?? 0) ^ 1]), content.subarray(1)]),
      )
      expect([path, hashSources(directory()) === before]).toEqual([path, false])
      writeFileSync(path, content)
    }
    expect(hashSources(directory())).toBe(before)
  })
})

test('there is no digest while the base AMI is unknown', () => {
  const content = {
    sources: 's',
    os: 'debian-13',
    arch: 'amd64' as const,
    node: image().node,
    system: { family: 'debian' as const, sshUser: 'admin', rootDevice: '/dev/xvda' },
    extraVars: {},
    templateVariables: {},
  }
  expect(imageDigest({ ...content, baseAmi: undefined })).toBeUndefined()
  expect(imageDigest({ ...content, baseAmi: 'ami-1' })).toMatch(/^sha256:/)
  expect(imageDigest({ ...content, baseAmi: 'ami-1', arch: 'arm64' })).not.toBe(
    imageDigest({ ...content, baseAmi: 'ami-1' }),
  )
  expect(describeDigest(undefined)).toBe('digest unknown: base AMI not resolved')
  expect(describeDigest('sha256:x')).toBe('sha256:x')
})

describe('names of AMIs', () => {
  const parts = { kubernetes: '1.37.2', os: 'debian-13', arch: 'amd64', date: '20261123', run: '5f0c9a' }

  test.each([
    ['k8s-{kubernetes}-{os}-{arch}-{date}-{run}', 'k8s-1.37.2-debian-13-amd64-20261123-5f0c9a'],
    ['{os}/{os}', 'debian-13/debian-13'],
  ])('%s', (pattern, name) => {
    expect(amiName(pattern, parts)).toBe(name)
  })

  test.each(['ab', '{os}-'.repeat(20)])('%s has the wrong length', (pattern) => {
    expect(() => amiName(pattern, parts)).toThrow(/has \d+ characters/)
  })
})

describe('a provisional name', () => {
  const finals = [
    'k8s-1.37.2-debian-13-amd64-20261123-5f0c9a',
    'prod/node (1)',
    'Provisional-x',
    'unnamed-x',
    'x'.repeat(128),
  ]

  test.each(finals)('for %s begins otherwise, has none of its words, and is one that EC2 takes', (final) => {
    const name = provisionalName(final, 'r1')
    expect(name).toMatch(/^[A-Za-z0-9()[\] ./'@_-]{3,128}$/)
    expect(name[0]?.toLowerCase()).not.toBe(final[0]?.toLowerCase())
    for (const word of final.split(/[-/ ]/).filter((each) => each.length > 2)) expect(name).not.toContain(word)
  })

  test('is the same in one run, and another in each', () => {
    const [final = ''] = finals
    expect(provisionalName(final, 'r1')).toBe(provisionalName(final, 'r1'))
    expect(provisionalName(final, 'r2')).not.toBe(provisionalName(final, 'r1'))
    expect(provisionalName(`${final}x`, 'r1')).not.toBe(provisionalName(final, 'r1'))
  })
})

describe('regions to copy to', () => {
  const enabled = ['us-east-1', 'us-west-2', 'eu-west-1']

  test.each([
    [{ region: 'us-east-1', amiRegions: ['us-east-1'] }, []],
    [
      { region: 'us-east-1', amiRegions: ['us-west-2', 'us-east-1', 'eu-west-1', 'us-west-2'] },
      ['eu-west-1', 'us-west-2'],
    ],
    [{ region: 'us-west-2', amiRegions: 'all' as const }, ['eu-west-1', 'us-east-1']],
  ])('%j', (inputs, expected) => {
    expect(copyRegions(inputs, enabled)).toEqual(expected)
  })

  test.each([
    [{ region: 'af-south-1', amiRegions: ['af-south-1'] }, 'the account has not enabled af-south-1'],
    [
      { region: 'us-east-1', amiRegions: ['us-east-1', 'me-south-1', 'ap-east-1'] },
      'the account has not enabled me-south-1, ap-east-1',
    ],
    [{ region: 'af-south-1', amiRegions: 'all' as const }, 'the account has not enabled af-south-1'],
  ])('%j is refused', (inputs, message) => {
    expect(() => copyRegions(inputs, enabled)).toThrow(message)
  })

  test('what was meant is asked, from what the account has', () => {
    const keys = { 'us-east-1': 'alias/a', 'eu-wst-1': 'alias/a' }
    for (const inputs of [
      { region: 'us-east-1', amiRegions: ['us-east-1', 'eu-wst-1'] },
      { region: 'eu-wst-1', amiRegions: 'all' as const },
      { region: 'us-east-1', amiRegions: ['us-east-1'], publish: { keys } },
    ])
      expect(() => copyRegions(inputs, enabled)).toThrow(
        expect.objectContaining({
          message: 'the account has not enabled eu-wst-1',
          hint: expect.stringMatching(/^did you mean "eu-west-1"\? If not, enable it/),
        }),
      )
  })

  test('with a hint to enable it', () => {
    expect(() => copyRegions({ region: 'af-south-1', amiRegions: 'all' }, enabled)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('aws account enable-region --region-name af-south-1') }),
    )
  })
})

describe('gathering', () => {
  const fail = async (error: Error) => {
    throw error
  }

  test('gives all results, in order', async () => {
    expect(await gather([Promise.resolve(1), Promise.resolve('b')])).toEqual([1, 'b'])
  })

  test('reports all mistakes, each once', async () => {
    const both = new UserErrors([new UserError('aws-failed', 'a'), new UserError('aws-failed', 'b')])
    const failure = gather([fail(new UserError('aws-failed', 'a')), fail(both), fail(new UserError('aws-failed', 'c'))])
    await expect(failure).rejects.toThrow(expect.objectContaining({ message: 'a\nb\nc' }))
  })

  test('a single mistake keeps its hint', async () => {
    await expect(gather([fail(new UserError('aws-failed', 'a', 'do b')), Promise.resolve()])).rejects.toMatchObject({
      hint: 'do b',
    })
  })

  test('a bug goes before mistakes', async () => {
    await expect(gather([fail(new UserError('aws-failed', 'a')), fail(new TypeError('bug'))])).rejects.toThrow(
      TypeError,
    )
  })
})

test('the catalogue gives every system its key', () => {
  const { operatingSystems, kubernetes } = readCatalog('.')
  for (const [key, system] of Object.entries(operatingSystems)) expect(system.key).toBe(key)
  expect(kubernetes['1.37']?.endOfLife).toBe('2027-10-28')
})
