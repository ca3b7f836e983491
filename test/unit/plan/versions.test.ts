import { gzipSync, zstdCompressSync } from 'node:zlib'
import { readCatalog } from '../../../src/catalog/catalog.js'
import { containerdProblem, daysBetween, goneKubeadmVersions, keyWarnings } from '../../../src/catalog/support.js'
import { exec } from '../../../src/lib/exec.js'
import type { Arch } from '../../../src/model/system.js'
import { chooseVersion, packageFiles } from '../../../src/plan/kubernetes.js'
import { offeredKey, readRepository } from '../../../src/upstream/deb-repository.js'
import { type PackageEntry, readPackages } from '../../../src/upstream/package-index.js'
import { primaryOf, readPrimary, readRpmRepository } from '../../../src/upstream/rpm-repository.js'
import { keyExpiries } from '../../../src/upstream/status.js'
import { makeKey, type TestKey } from '../support/keys.js'
import { addKubernetes, addRpm, rpmFolder, rpmPrimary, sha256 } from '../support/mirror.js'
import { testNet } from '../support/net.js'
import { type FileServer, startServer } from '../support/server.js'

const { kubernetes } = readCatalog('.')
let ours: TestKey
let theirs: TestKey
let old: TestKey
let server: FileServer
beforeAll(() => {
  ours = makeKey()
  theirs = makeKey()
  old = makeKey({ expired: true })
})
afterAll(() => {
  for (const key of [ours, theirs, old]) key.remove()
})
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.stop())

describe('containerd', () => {
  test.each<[string, string, boolean]>([
    ['1.37', '2.3.0', true],
    ['1.37', '2.3.7', true],
    ['1.37', '2.4.1', true],
    ['1.37', '2.5.0', true],
    ['1.37', '2.2.9', false],
    ['1.37', '1.7.30', false],
    ['1.35', '1.7.28', false],
    ['1.35', '2.1.5', true],
    ['1.35', '2.1.4', false],
    ['1.35', '2.0.9', false],
  ])('Kubernetes %s with %s: %s', (minor, version, fits) => {
    const entry = kubernetes[minor]
    if (entry === undefined) throw new Error(minor)
    expect(containerdProblem(minor, entry, version) === undefined).toBe(fits)
  })

  test.each(Object.keys(kubernetes))('the catalogue’s own goes with %s', (minor) => {
    const entry = kubernetes[minor]
    expect(entry && containerdProblem(minor, entry, entry.containerd)).toBeUndefined()
  })
})

test.each<[string, string, string[]]>([
  ['1.37', 'apiVersion: kubeadm.k8s.io/v1beta3 kubeadm.k8s.io/v1beta3', ['v1beta3']],
  ['1.37', 'kubeadm.k8s.io/v1beta4', []],
  ['1.36', 'kubeadm.k8s.io/v1beta3', []],
  ['1.36', 'kubeadm.k8s.io/v1beta2 kubeadm.k8s.io/v1alpha3', ['v1beta2', 'v1alpha3']],
])('Kubernetes %s no longer reads what %s names: %j', (minor, text, gone) => {
  const entry = kubernetes[minor]
  expect(entry && goneKubeadmVersions(text, entry)).toEqual(gone)
})

describe('the end of a key', () => {
  test.each([
    ['20261125', '2026-12-29', 34],
    ['2026-12-31', '2027-01-01', 1],
    ['2026-12-31', '2026-12-01', -30],
  ])('from %s to %s', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days)
  })

  test.each<[string | undefined, number]>([
    [undefined, 0],
    ['2026-12-29', 1],
    ['2026-11-25', 1],
    ['2027-01-24', 1],
    ['2027-01-25', 0],
    // The signature check already rejects expired keys.
    ['2026-11-24', 0],
  ])('%s', (expires, count) => {
    expect(keyWarnings([{ fingerprint: 'AB', ...(expires && { expires }) }], '20261125')).toHaveLength(count)
  })

  test('is reported with its day', () => {
    expect(keyWarnings([{ fingerprint: 'DE15', expires: '2026-12-29' }], '20261125')).toEqual([
      'the key of the Kubernetes packages, DE15, expires on 2026-12-29, in 34 days: upstream usually extends it in time; if not, builds fail after that date',
    ])
  })

  test('is read from gpg', () => {
    const listed = [
      'tru::1:1:0:3:1:5',
      'pub:-:2048:1:234654DA9A296436:1665762402:1798587682::-:::scESC::::::23::0:',
      'fpr:::::::::DE15B14486CD377B9E876E1A234654DA9A296436:',
      'sub:-:2048:1:0000000000000000:1665762402:1:::::e::::::23:',
      'fpr:::::::::0000000000000000000000000000000000000000:',
      'pub:-:255:22:AAAAAAAAAAAAAAAA:1:::-:::sc::::::23::0:',
      'fpr:::::::::AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:',
    ].join('\n')
    expect(keyExpiries(listed)).toEqual([
      { fingerprint: 'DE15B14486CD377B9E876E1A234654DA9A296436', expires: '2026-12-29' },
      { fingerprint: 'A'.repeat(40) },
    ])
  })
})

describe('the key of an old minor’s repository', () => {
  const read = (newest: Promise<string | undefined>) => {
    const net = testNet()
    const keys = { own: offeredKey(net, '1.36', server.url), newest }
    return readRepository(net, { exec }, '1.36', server.url, [old.fingerprint], keys)
  }

  test('has expired there, and lives on in the newest minor’s', async () => {
    addKubernetes(server, old, ['1.36.3-1.1'], '1.36')
    await expect(read(Promise.resolve(undefined))).rejects.toThrow(
      `InRelease is signed by key ${old.fingerprint}, which has expired`,
    )
    const repository = await read(Promise.resolve(old.extended()))
    expect(repository.fingerprints).toEqual([old.fingerprint])
    expect(repository.expiries).toEqual([{ fingerprint: old.fingerprint }])
  })

  test('is not replaced by another key there', async () => {
    addKubernetes(server, theirs, ['1.36.3-1.1'], '1.36')
    await expect(read(Promise.resolve(theirs.armored))).rejects.toThrow(
      `InRelease is signed by key ${theirs.fingerprint}, which is not trusted`,
    )
  })
})

test('the files of a node are the chosen ones, and the newest related ones', () => {
  const paragraph = (name: string, version: string, sum: string) =>
    `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nFilename: ./amd64/${name}.deb\nSHA256: ${sum.repeat(64)}\n`
  const index = [
    ...['kubelet', 'kubeadm', 'kubectl'].flatMap((name) => [
      paragraph(name, '1.37.2-1.1', '1'),
      paragraph(name, '1.37.2-2.1', '2'),
    ]),
    paragraph('cri-tools', '1.37.0-1.1', '3'),
    paragraph('kubernetes-cni', '1.8.0-1.1', '4'),
    paragraph('kubernetes-cni', '1.10.0-1.1', '5'),
  ]
  const files = packageFiles('1.37.2-1.1', readPackages(index.join('\n')), 'amd64', 'https://pkgs.k8s.io/x/')
  expect(Object.values(files).map(({ version, sha256: sum }) => [version, sum[0]])).toEqual([
    ...[1, 2, 3].map(() => ['1.37.2-1.1', '1']),
    ['1.37.0-1.1', '3'],
    ['1.10.0-1.1', '5'],
  ])
  expect(files.kubelet?.url).toBe('https://pkgs.k8s.io/x/amd64/kubelet.deb')
  const twice = readPackages([...index, paragraph('kubelet', '1.37.2-1.1', '9')].join('\n'))
  expect(() => packageFiles('1.37.2-1.1', twice, 'amd64', 'https://pkgs.k8s.io/x/')).toThrow(
    'the package index names kubelet 1.37.2-1.1 for amd64 twice, with different sums',
  )
})

describe('an rpm repository', () => {
  const chooseRpm = (version: string, entries: readonly PackageEntry[], arches: readonly Arch[]) =>
    chooseVersion(version, entries, arches, 'among the rpm packages')
  const folder = rpmFolder
  const primary = rpmPrimary(['1.37.1', '150500.1.1'], ['1.37.2', '150500.1.1'], ['1.37.2', '150500.2.1'])
  const add = (key: TestKey, packed: Buffer, name: string) => addRpm(server, key, packed, name)
  const read = (trust = [ours.fingerprint]) => readRpmRepository(testNet(), { exec }, '1.37', server.url, trust, [])

  test.each<[string, (text: string) => Buffer]>([
    ['.gz', (text) => gzipSync(text)],
    ['.zst', (text) => zstdCompressSync(text)],
    ['', (text) => Buffer.from(text)],
  ])('with its index as primary.xml%s', async (name, pack) => {
    add(ours, pack(primary), name)
    const entries = await read()
    expect(entries).toHaveLength(11)
    expect(chooseRpm('1.37.2', entries, ['amd64'])).toBe('1.37.2-150500.2.1')
    expect(chooseRpm('1.37.1', entries, ['amd64'])).toBe('1.37.1-150500.1.1')
    const files = packageFiles('1.37.2-150500.2.1', entries, 'amd64', 'https://pkgs.k8s.io/x/')
    expect(Object.keys(files)).toEqual(['kubelet', 'kubeadm', 'kubectl', 'cri-tools', 'kubernetes-cni'])
    expect(files['kubernetes-cni']).toEqual({
      version: '1.8.0-150500.1.1',
      url: 'https://pkgs.k8s.io/x/noarch/kubernetes-cni-1.8.0-150500.1.1.noarch.rpm',
      sha256: sha256('kubernetes-cni 1.8.0 150500.1.1'),
    })
  })

  test.each<[string, string, string, boolean]>([
    ['as it is', '', '', true],
    ['with another kind of sum', 'type="sha256"', 'type="sha512"', false],
    ['with a sum that is none', 'YES">', 'YES">z', false],
    ['with a path that leads out of it', 'href="x86_64/', 'href="x86_64/../../', false],
    ['with a path from the root', 'href="', 'href="/', false],
    ['with a path of somebody else’s', 'href="', 'href="https://evil.example/', false],
    ['with another base', '<location ', '<location xml:base="https://evil.example/" ', false],
  ])('names a package by its sum: %s', (_name, before, after, named) => {
    const [entry] = readPrimary(rpmPrimary(['1.37.2', '150500.1.1']).replaceAll(before, after))
    const file = {
      path: 'x86_64/kubelet-1.37.2-150500.1.1.x86_64.rpm',
      sha256: sha256('kubelet 1.37.2 150500.1.1'),
    }
    expect(entry).toEqual({ name: 'kubelet', version: '1.37.2-150500.1.1', arch: 'amd64', ...(named && file) })
    expect(Object.keys(packageFiles('1.37.2-150500.1.1', entry ? [entry] : [], 'amd64', 'https://x/'))).toEqual(
      named ? ['kubelet'] : [],
    )
  })

  test.each<[string, () => void, () => string]>([
    [
      'another key',
      () => add(theirs, gzipSync(primary), '.gz'),
      () => `repomd.xml is signed by key ${theirs.fingerprint}, which is not trusted`,
    ],
    [
      'a changed repomd.xml',
      () => {
        add(ours, gzipSync(primary), '.gz')
        server.files.set(`${folder}/repodata/repomd.xml`, Buffer.from('<repomd/>'))
      },
      () => 'repomd.xml does not match its signature',
    ],
    [
      'a changed index',
      () => {
        add(ours, gzipSync(primary), '.gz')
        const [path] = [...server.files.keys()].filter((name) => name.endsWith('primary.xml.gz'))
        server.files.set(path ?? '', gzipSync('<metadata/>'))
      },
      () => 'is not the file that repomd.xml names',
    ],
    [
      'an index that is none',
      () => add(ours, Buffer.from('no gzip'), '.gz'),
      () => 'primary.xml.gz cannot be unpacked',
    ],
  ])('with %s is refused', async (_name, change, line) => {
    change()
    await expect(read()).rejects.toThrow(line())
  })

  test('with an expired key is refused', async () => {
    add(old, gzipSync(primary), '.gz')
    await expect(read([old.fingerprint])).rejects.toThrow(`is signed by key ${old.fingerprint}, which has expired`)
  })

  test.each([
    ['<repomd/>', undefined],
    [
      `<data type="primary"><checksum type="sha">${'a'.repeat(40)}</checksum><location href="repodata/x"/></data>`,
      undefined,
    ],
    [
      `<data type="primary"><checksum type="sha256">${'a'.repeat(64)}</checksum><location href="../x"/></data>`,
      undefined,
    ],
    [
      `<data type="primary"><checksum type="sha256">${'A'.repeat(64)}</checksum><location xml:base="" href="repodata/x.gz"/></data>`,
      { path: 'repodata/x.gz', sha256: 'a'.repeat(64) },
    ],
  ])('names its index: %s', (text, expected) => {
    expect(primaryOf(text)).toEqual(expected)
  })

  test('a version that it lacks, or has for another architecture only', () => {
    const entries = readPrimary(primary)
    expect(() => chooseRpm('1.37.9', entries, ['amd64'])).toThrow(
      'Kubernetes 1.37.9 is not among the rpm packages for amd64',
    )
    expect(() => chooseRpm('1.37.2', entries, ['amd64', 'arm64'])).toThrow('for amd64 and arm64')
  })
})
