import { compareVersions } from '../../../src/catalog/versions.js'
import type { Arch } from '../../../src/model/system.js'
import { chooseKubernetes } from '../../../src/plan/kubernetes.js'
import { readPackages, releaseSum } from '../../../src/upstream/package-index.js'

const index = (...offers: readonly (readonly [string, string])[]) =>
  offers.flatMap(([version, arch]) => ['kubelet', 'kubeadm', 'kubectl'].map((name) => ({ name, version, arch })))
const offered = index(
  ['1.37.0-1.1', 'amd64'],
  ['1.37.2-1.1', 'amd64'],
  ['1.37.2-2.1', 'amd64'],
  ['1.37.10-1.1', 'amd64'],
  ['1.37.0-1.1', 'arm64'],
  ['1.37.2-1.1', 'arm64'],
)

test.each<[string, readonly Arch[], string, string]>([
  ['1.37', ['amd64'], '1.37.10', '1.37.10-1.1'],
  ['1.37', ['amd64', 'arm64'], '1.37.2', '1.37.2-1.1'],
  ['1.37.2', ['amd64'], '1.37.2', '1.37.2-2.1'],
  ['1.37.2-1.1', ['amd64'], '1.37.2', '1.37.2-1.1'],
  ['1.37.0', ['arm64'], '1.37.0', '1.37.0-1.1'],
])('%s for %j is %s', (wanted, arches, version, deb) => {
  expect(chooseKubernetes(wanted, offered, arches)).toEqual({ version, deb })
})

test.each<[string, readonly Arch[], string, string]>([
  ['1.37.99', ['amd64'], 'Kubernetes 1.37.99 is not in the package index for amd64', 'the newest is 1.37.10-1.1'],
  ['1.37.1', ['amd64'], 'Kubernetes 1.37.1 is not in the package index for amd64', 'the newest is 1.37.10-1.1'],
  ['1.37.2-3', ['amd64'], 'Kubernetes 1.37.2-3 is not in the package index for amd64', 'the newest is 1.37.10-1.1'],
  [
    '1.37.10',
    ['amd64', 'arm64'],
    'Kubernetes 1.37.10 is not in the package index for amd64 and arm64',
    'the newest is 1.37.2-1.1',
  ],
])('%s for %j is refused', (wanted, arches, message, hint) => {
  expect(() => chooseKubernetes(wanted, offered, arches)).toThrow(expect.objectContaining({ message, hint }))
})

test('a version counts only when all of kubelet, kubeadm and kubectl have it', () => {
  const partial = [...index(['1.37.1-1.1', 'amd64']), { name: 'kubelet', version: '1.37.2-1.1', arch: 'amd64' }]
  expect(chooseKubernetes('1.37', partial, ['amd64']).version).toBe('1.37.1')
})

test('an index without any of them', () => {
  expect(() => chooseKubernetes('1.37', [], ['amd64'])).toThrow(
    expect.objectContaining({ hint: 'the index offers none; check the mirror, or the architecture' }),
  )
})

test('versions are ordered by number', () => {
  const versions = ['1.37.10-1.1', '1.37.2-1.10', '1.37.2-1.2', '1.37.2', '1.9.9']
  expect([...versions].sort(compareVersions)).toEqual([...versions].reverse())
})

test('packages of an index', () => {
  const text =
    'Package: kubelet\nVersion: 1.37.2-1.1\nArchitecture: amd64\nDescription: a\n Version: 9\n\n\nPackage: x\n'
  expect(readPackages(text)).toEqual([{ name: 'kubelet', version: '1.37.2-1.1', arch: 'amd64' }])
})

test.each([
  ['Packages', 'a'.repeat(64)],
  ['Packages.gz', 'b'.repeat(64)],
  ['Release', undefined],
  ['MD5', undefined],
])('the sum of %s in a Release', (name, sum) => {
  const release = `Origin: x\nMD5Sum:\n ${'c'.repeat(32)} 3 Packages\n ${'d'.repeat(32)} 3 MD5\nSHA256:\n ${'a'.repeat(64)} 3 Packages\n ${'b'.repeat(64)} 4 Packages.gz\nSHA512:\n ${'e'.repeat(128)} 3 Release\n`
  expect(releaseSum(release, name)).toBe(sum)
})
