/** containerd, runc, the CNI plugins and the pause image: where upstream has them, and what they must hash to. */
import { createHash } from 'node:crypto'
import type { KubernetesMinor } from '../catalog/catalog.js'
import { UserError } from '../lib/errors.js'
import type { Artifact } from '../model/artifact.js'
import type { Arch } from '../model/system.js'
import { getBytes, type Net, needBytes } from './fetch.js'
import type { MirrorSums } from './mirror.js'
import { upstreamPath } from './mirror-rule.js'
import { sumOf } from './sums.js'

/** A release file, and the file of sums that upstream publishes beside it. */
export interface Release {
  readonly name: string
  readonly version: string
  readonly url: string
  readonly sumsUrl: string
}

const github = 'https://github.com'

/** What every node of this minor takes from GitHub's releases. */
export function releases(
  minor: Pick<KubernetesMinor, 'containerd' | 'runc' | 'cniPlugins'>,
  arch: Arch,
): Readonly<Record<'containerd' | 'runc' | 'cniPlugins', Release>> {
  const containerd = `${github}/containerd/containerd/releases/download/v${minor.containerd}/containerd-${minor.containerd}-linux-${arch}.tar.gz`
  const runc = `${github}/opencontainers/runc/releases/download/v${minor.runc}`
  const cni = `${github}/containernetworking/plugins/releases/download/v${minor.cniPlugins}/cni-plugins-linux-${arch}-v${minor.cniPlugins}.tgz`
  return {
    containerd: { name: 'containerd', version: minor.containerd, url: containerd, sumsUrl: `${containerd}.sha256sum` },
    runc: { name: 'runc', version: minor.runc, url: `${runc}/runc.${arch}`, sumsUrl: `${runc}/runc.sha256sum` },
    cniPlugins: { name: 'the CNI plugins', version: minor.cniPlugins, url: cni, sumsUrl: `${cni}.sha256` },
  }
}

/** kubelet's plugin for images in ECR. Upstream's Makefile puts a file with nothing but the sum beside it. */
export function ecrCredentialProvider(version: string, arch: Arch): Release {
  const url = `https://artifacts.k8s.io/binaries/cloud-provider-aws/v${version}/linux/${arch}/ecr-credential-provider-linux-${arch}`
  return { name: 'the ECR credential provider', version, url, sumsUrl: `${url}.sha256` }
}

/** Kubernetes' own programs as files, and crictl: what the packages hold, for systems or users that take none. */
export function binaries(
  version: string,
  { crictl }: Pick<KubernetesMinor, 'crictl'>,
  arch: Arch,
): Readonly<Record<'kubelet' | 'kubeadm' | 'kubectl' | 'crictl', Release>> {
  const program = (name: string): Release => {
    const url = `https://dl.k8s.io/release/v${version}/bin/linux/${arch}/${name}`
    return { name, version, url, sumsUrl: `${url}.sha256` }
  }
  const tools = `${github}/kubernetes-sigs/cri-tools/releases/download/v${crictl}/crictl-v${crictl}-linux-${arch}.tar.gz`
  return {
    kubelet: program('kubelet'),
    kubeadm: program('kubeadm'),
    kubectl: program('kubectl'),
    crictl: { name: 'crictl', version: crictl, url: tools, sumsUrl: `${tools}.sha256` },
  }
}

/**
 * The sum of a release file: from the mirror's signed sums, or from upstream's file beside it, over TLS.
 *
 * @param sums `undefined` without a mirror
 */
export async function resolveArtifact(net: Net, release: Release, sums: MirrorSums | undefined): Promise<Artifact> {
  const { name, version, url, sumsUrl } = release
  if (sums !== undefined) return { version, url, sha256: sums(url) }
  const text = await needBytes(net, { url: sumsUrl, label: `${name} ${version}` })
  const sha256 = sumOf(text.toString('utf8'), url.slice(url.lastIndexOf('/') + 1))
  if (sha256 === undefined)
    throw new UserError(
      'repository',
      `${name} ${version}: ${sumsUrl} does not name the file`,
      'report it as a defect of the action',
    )
  return { version, url, sha256 }
}

/** As `resolveArtifact`; `undefined` where nobody gives a sum of the file. */
export async function resolveOffered(
  net: Net,
  release: Release,
  sums: MirrorSums | undefined,
): Promise<Artifact | undefined> {
  const { name, version, url, sumsUrl } = release
  const offered =
    sums === undefined
      ? (await getBytes(net, { url: sumsUrl, label: `${name} ${version}` })) !== undefined
      : sums.files.has(upstreamPath(url))
  return offered ? resolveArtifact(net, release, sums) : undefined
}

/** @param tag `3.10.2` */
export function pauseImage(tag: string): string {
  return `registry.k8s.io/pause:${tag}`
}

/** `sha256:…` of the manifest list that the tag names now. The digest of a manifest is that of its bytes (OCI distribution). */
export async function resolvePause(net: Net, tag: string, sums: MirrorSums | undefined): Promise<string> {
  const url = `https://registry.k8s.io/v2/pause/manifests/${tag}`
  if (sums !== undefined) return `sha256:${sums(url)}`
  const manifest = await needBytes(net, {
    url,
    label: `the pause image ${tag}`,
    accept: 'application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json;q=0.9',
  })
  return `sha256:${createHash('sha256').update(manifest).digest('hex')}`
}
