import { mirrorImages, resolveSupplies } from '../../../src/plan/supplies.js'
import type { Net } from '../../../src/upstream/fetch.js'
import { manualClock, memoryLog } from '../fakes.js'
import { answers } from '../support/net.js'

const a = 'a'.repeat(64)
const tests = 'dl.k8s.io/release/v1.37.2/kubernetes-test-linux-amd64.tar.gz'
const registry = (name: string, reference: string) => `registry.k8s.io/v2/${name}/manifests/${reference}`
const files = new Map(
  [
    registry('kube-apiserver', 'v1.37.2'),
    registry('kube-apiserver', `sha256:${a}`),
    registry('kube-apiserver', 'v1.36.3'),
    registry('etcd', '3.7.0-0'),
    registry('coredns/coredns', 'v1.14.6'),
    registry('pause', '3.10.2'),
    registry('e2e-test-images/busybox', '1.37.0-2'),
    `registry.k8s.io/v2/etcd/blobs/sha256:${a}`,
    tests,
  ].map((path) => [path, a]),
)
const sums = Object.assign((url: string) => files.get(url.slice('https://'.length)) ?? 'none', { files })
const digest = `sha256:${a}`
const cluster = {
  'registry.k8s.io/kube-apiserver:v1.37.2': digest,
  'registry.k8s.io/etcd:3.7.0-0': digest,
  'registry.k8s.io/coredns/coredns:v1.14.6': digest,
}

function upstream(answer: string): Net {
  return { send: answers(() => answer), clock: manualClock(), log: memoryLog(), meter: { bytes: 0 } } as unknown as Net
}
const order = (level: 'none' | 'node' | 'cluster' | 'conformance') => ({
  level,
  version: '1.37.2',
  arch: 'amd64' as const,
})

test("a mirror's images of this version, by tag", () => {
  expect(mirrorImages(files, '1.37.2', false)).toEqual(cluster)
})

test("with the suite's images", () => {
  expect(mirrorImages(files, '1.37.2', true)).toEqual({
    ...cluster,
    'registry.k8s.io/e2e-test-images/busybox:1.37.0-2': digest,
  })
})

test.each(['none', 'node'] as const)('%s takes nothing', async (level) => {
  expect(await resolveSupplies(upstream(''), order(level), sums)).toEqual({ images: {} })
})

test('cluster needs images, from a mirror by their digests', async () => {
  expect(await resolveSupplies(upstream(''), order('cluster'), sums)).toEqual({ images: cluster })
  expect(await resolveSupplies(upstream(''), order('cluster'), undefined)).toEqual({ images: {} })
})

test("conformance takes the release's tests, by the mirror's signed sum", async () => {
  expect((await resolveSupplies(upstream(''), order('conformance'), sums)).suite).toEqual({
    version: '1.37.2',
    url: `https://${tests}`,
    sha256: a,
  })
})

test("or by upstream's, which lies beside it", async () => {
  expect((await resolveSupplies(upstream(a.toUpperCase()), order('conformance'), undefined)).suite?.sha256).toBe(a)
  await expect(resolveSupplies(upstream('<html>'), order('conformance'), undefined)).rejects.toThrow(
    /the tests of Kubernetes 1\.37\.2: .*\.sha256 does not name the file/,
  )
})
