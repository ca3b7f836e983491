/** Downloads for the tests of an image: images by their digests, and the release's own tests by their sum. */
import { UserError } from '../lib/errors.js'
import { gather } from '../lib/gather.js'
import type { Inputs } from '../model/inputs.js'
import { includes, type Level } from '../model/level.js'
import type { TestSupplies } from '../model/plan.js'
import type { Arch } from '../model/system.js'
import { needBytes } from '../upstream/bytes.js'
import type { Net } from '../upstream/fetch.js'
import type { Gpg } from '../upstream/gpg.js'
import { type MirrorSums, mirrorKeys, mirrorSums } from '../upstream/mirror.js'
import { sumOf } from '../upstream/sums.js'
import type { Nodes } from './locked.js'

const REGISTRY = 'registry.k8s.io'

/** Downloads for the tests of one Kubernetes version and architecture. */
export type Supplies = (version: string, arch: Arch) => TestSupplies

/** The supplies of all images. They do not affect images, so locks do not have them. */
export async function readSupplies(inputs: Inputs, gpg: Gpg, net: Net, nodes: Nodes): Promise<Supplies> {
  const { mirror, mirrorTrust, test: level } = inputs
  if (!includes(level, 'cluster')) return () => ({ images: {} })
  const sums =
    mirror && (await mirrorSums(net, gpg, mirror, mirrorTrust, await mirrorKeys(net, gpg, mirror, mirrorTrust)))
  const versions = [...new Set(Object.values(nodes).map(({ version }) => version))]
  const pairs = versions.flatMap((version) => inputs.arch.map((arch) => ({ level, version, arch })))
  const found = await gather(pairs.map((pair) => resolveSupplies(net, pair, sums || undefined)))
  const known = new Map(pairs.map(({ version, arch }, at) => [`${version} ${arch}`, found[at]]))
  return (version, arch) => known.get(`${version} ${arch}`) ?? { images: {} }
}

/**
 * @param version `1.37.2`
 * @param sums `undefined` without a mirror: registry.k8s.io itself then resolves its tags, over TLS
 * @throws UserError if the mirror lacks the tests
 */
export async function resolveSupplies(
  net: Net,
  order: { readonly level: Level | 'none'; readonly version: string; readonly arch: Arch },
  sums: MirrorSums | undefined,
): Promise<TestSupplies> {
  const { level, version, arch } = order
  if (!includes(level, 'cluster')) return { images: {} }
  const images = sums === undefined ? {} : mirrorImages(sums.files, version, includes(level, 'conformance'))
  if (!includes(level, 'conformance')) return { images }
  const url = `https://dl.k8s.io/release/v${version}/kubernetes-test-linux-${arch}.tar.gz`
  return { images, suite: { version, url, sha256: await suiteSum(net, url, version, sums) } }
}

async function suiteSum(net: Net, url: string, version: string, sums: MirrorSums | undefined): Promise<string> {
  if (sums !== undefined) return sums(url)
  const text = await needBytes(net, { url: `${url}.sha256`, label: `the tests of Kubernetes ${version}` })
  const sha256 = sumOf(text.toString('utf8'), url.slice(url.lastIndexOf('/') + 1))
  if (sha256 === undefined)
    throw new UserError(
      'repository',
      `the tests of Kubernetes ${version}: ${url}.sha256 does not name the file`,
      'try again later',
    )
  return sha256
}

/** Path of a tag's manifest in the mirror's sums. Manifests by digest do not match. */
const MANIFEST = /^registry\.k8s\.io\/v2\/(.+)\/manifests\/([^:/]+)$/

/**
 * The mirror's images for a control plane of this version and for the suite: name:tag -> digest. A manifest's digest is the hash of its
 * bytes (OCI distribution).
 */
export function mirrorImages(
  files: ReadonlyMap<string, string>,
  version: string,
  suite: boolean,
): Readonly<Record<string, string>> {
  const images: Record<string, string> = {}
  for (const [path, sum] of files) {
    const [, name = '', tag = ''] = MANIFEST.exec(path) ?? []
    // Only kubeadm knows the versions of etcd and coredns.
    const wanted =
      (name.startsWith('kube-') && tag === `v${version}`) ||
      name === 'etcd' ||
      name === 'coredns/coredns' ||
      (suite && name.startsWith('e2e-test-images/'))
    if (wanted) images[`${REGISTRY}/${name}:${tag}`] = `sha256:${sum}`
  }
  return images
}
