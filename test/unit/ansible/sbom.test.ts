/** The component list of an image (ansible/sbom.py) against CycloneDX's own schema, with recorded output of dpkg and rpm. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { complaints } from '../support/cyclonedx.js'

const ansible = resolve(import.meta.dirname, '../../../ansible')
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-sbom-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const zeros = '0'.repeat(64)
const runc = join(directory, 'runc')
const known = (path: string, sha256: string) => {
  const { size, mtimeNs } = statSync(path, { bigint: true })
  return { sha256, size: Number(size), mtime: mtimeNs }
}

const debs = [
  'installed\tlibc6\t2.41-12\tamd64\tglibc\t2.41-12',
  'installed\tbsdutils\t1:2.41-5\tamd64\tutil-linux\t2.41-5',
  'config-files\tgone\t1\tall\tgone\t1',
  'installed\tkubelet\t1.37.2-1.1\tamd64\tkubelet\t1.37.2-1.1',
]
const rpms = [
  'bash\t0\t5.2.26-6.el10\tx86_64\tbash-5.2.26-6.el10.src.rpm\tGPL-3.0-or-later',
  'dbus\t1\t1.14.10-5.el10\tx86_64\tdbus-1.14.10-5.el10.src.rpm\t(none)',
  'gpg-pubkey\t0\tfd431d51-4ae0493b\t(none)\t(none)\tpubkey',
]

/** The component list of a machine whose package manager prints these lines. */
function sbom(lines: readonly string[], { rpm = false, records = directory, id = '' } = {}): string {
  const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(ansible)})
import sbom
sbom.RECORDS, sbom.RELEASE = ${JSON.stringify(records)}, ${JSON.stringify(join(records, 'release.json'))}
sbom.said = lambda *command: ${JSON.stringify(lines)}
sbom.os_release = lambda: {"ID": "${id || (rpm ? 'rocky' : 'debian')}", "VERSION_ID": "${rpm ? '10.0' : '13'}", "PRETTY_NAME": "A system"}
print(json.dumps(sbom.document(), indent=1))
`
  const done = spawnSync('python3', ['-c', program], {
    encoding: 'utf8',
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return done.stdout
}

function record(place: string, fileSum: string): void {
  mkdirSync(place, { recursive: true })
  const binaries = {
    runc: {
      version: '1.4.3',
      url: 'https://github.com/opencontainers/runc/releases/download/v1.4.3/runc.amd64',
      sha256: zeros,
      files: { [runc]: known(runc, fileSum), '/not/there': { sha256: zeros, size: 0, mtime: 0 } },
    },
  }
  const text = JSON.stringify(binaries, (_, value) => (typeof value === 'bigint' ? `#${value}#` : value))
  writeFileSync(join(place, 'binaries.json'), text.replace(/"#(\d+)#"/g, '$1'))
  const digest = `sha256:${'a'.repeat(64)}`
  const image = 'registry.k8s.io/pause:3.10.2'
  writeFileSync(join(place, 'images'), `${image}@${digest} ${image} ${digest}\n`)
  const release = { image: 'debian-13-amd64', base_ami: 'ami-01', digest: '', kubernetes: { version: '1.37.2' } }
  writeFileSync(join(place, 'release.json'), JSON.stringify(release))
}

beforeAll(() => {
  writeFileSync(runc, 'a program')
  record(directory, 'b'.repeat(64))
})

interface Component {
  readonly type: string
  readonly name: string
  readonly version?: string
  readonly purl?: string
  readonly hashes?: readonly { readonly content: string }[]
  readonly components?: readonly Component[]
}
const components = (text: string) => JSON.parse(text).components as Component[]

test.each([
  ['deb', debs, false],
  ['rpm', rpms, true],
])('of %s packages, is what the schema of CycloneDX 1.6 wants', (_, lines, rpm) => {
  expect(complaints(sbom(lines, { rpm }))).toEqual([])
})

test('a document that is not, is noticed', () => {
  expect(complaints(sbom(debs).replace('"library"', '"libary"'))).toEqual([expect.stringContaining('libary')])
})

test('names packages with their source, programs with their sums, and images', () => {
  const found = components(sbom(debs))
  expect(found.map(({ type, name, version }) => `${type} ${name} ${version}`)).toEqual([
    'application runc 1.4.3',
    'container registry.k8s.io/pause 3.10.2',
    'library bsdutils 1:2.41-5',
    'library kubelet 1.37.2-1.1',
    'library libc6 2.41-12',
    'operating-system debian 13',
  ])
  expect(found.map(({ purl }) => purl)).toEqual([
    'pkg:github/opencontainers/runc@v1.4.3',
    `pkg:oci/pause@sha256:${'a'.repeat(64)}?repository_url=registry.k8s.io/pause&tag=3.10.2`,
    'pkg:deb/debian/bsdutils@1:2.41-5?arch=amd64&distro=debian-13&upstream=util-linux%402.41-5',
    'pkg:deb/debian/kubelet@1.37.2-1.1?arch=amd64&distro=debian-13',
    'pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc',
    undefined,
  ])
})

test('names rpm packages with epoch and license', () => {
  const found = components(sbom(rpms, { rpm: true })).filter(({ type }) => type === 'library')
  expect(found.map(({ purl }) => purl)).toEqual([
    'pkg:rpm/rocky/bash@5.2.26-6.el10?arch=x86_64&distro=rocky-10.0&upstream=bash-5.2.26-6.el10.src.rpm',
    'pkg:rpm/rocky/dbus@1.14.10-5.el10?arch=x86_64&distro=rocky-10.0&epoch=1&upstream=dbus-1.14.10-5.el10.src.rpm',
    'pkg:rpm/rocky/gpg-pubkey@fd431d51-4ae0493b?distro=rocky-10.0',
  ])
})

test('names none of what Flatcar is made of, which comes whole', () => {
  const text = sbom(['not asked'], { id: 'flatcar' })
  expect(complaints(text)).toEqual([])
  const found = components(text).map(({ type, name }) => `${type} ${name}`)
  expect(found).toEqual(['application runc', 'container registry.k8s.io/pause', 'operating-system flatcar'])
})

test('gives the same bytes for the same content in any order', () => {
  expect(sbom([...debs].reverse())).toBe(sbom(debs))
  expect(JSON.parse(sbom(debs.slice(1))).serialNumber).not.toBe(JSON.parse(sbom(debs)).serialNumber)
})

test('takes a recorded sum only for a file that was not touched since', () => {
  const sums = (text: string) => components(text)[0]?.components?.map(({ hashes }) => hashes?.[0]?.content)
  expect(sums(sbom(debs))).toEqual(['b'.repeat(64)])
  const other = join(directory, 'other')
  record(other, 'b'.repeat(64))
  writeFileSync(runc, 'another program')
  const real = createHash('sha256').update(readFileSync(runc)).digest('hex')
  expect(sums(sbom(debs, { records: other }))).toEqual([real])
})
