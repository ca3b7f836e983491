/** What the tests of an image take from elsewhere: images by their digests, and the release's own tests by their sum. */
import { UserError } from '../lib/errors.js'
import { gather } from '../lib/gather.js'
import type { Inputs } from '../model/inputs.js'
import { includes, type Level } from '../model/level.js'
import type { TestSupplies } from '../model/plan.js'
import type { Arch } from '../model/system.js'
import { type Net, needBytes } from '../upstream/fetch.js'
import type { Gpg } from '../upstream/gpg.js'
import { type MirrorSums, mirrorKeys, mirrorSums } from '../upstream/mirror.js'
import { sumOf } from '../upstream/sums.js'
import type { Nodes } from './locked.js'

const REGISTRY = 'registry.k8s.io'

/** What the tests of one Kubernetes version and architecture take. */
export type Supplies = (version: string, arch: Arch) => TestSupplies

/** The supplies of all images. They are no part of a lock: they decide nothing that an image holds. */
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
 * @param sums `undefined` without a mirror: registry.k8s.io itself names its images then, over TLS
 * @throws UserError when the mirror does not name the tests
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

/** A tag's manifest, as the mirror's sums name it; one by digest is left out. */
const MANIFEST = /^registry\.k8s\.io\/v2\/(.+)\/manifests\/([^:/]+)$/

/**
 * The images that a mirror has for a control plane of this version, and for the suite: name:tag -> digest. The digest of
 * a manifest is that of its bytes (OCI distribution).
 */
export function mirrorImages(
  files: ReadonlyMap<string, string>,
  version: string,
  suite: boolean,
): Readonly<Record<string, string>> {
  const images: Record<string, string> = {}
  for (const [path, sum] of files) {
    const [, name = '', tag = ''] = MANIFEST.exec(path) ?? []
    // Which etcd and coredns go with a version, kubeadm alone knows.
    const wanted =
      (name.startsWith('kube-') && tag === `v${version}`) ||
      name === 'etcd' ||
      name === 'coredns/coredns' ||
      (suite && name.startsWith('e2e-test-images/'))
    if (wanted) images[`${REGISTRY}/${name}:${tag}`] = `sha256:${sum}`
  }
  return images
}
