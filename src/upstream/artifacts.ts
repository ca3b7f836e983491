/** Addresses and sums of containerd, runc, the CNI plugins, Kubernetes' programs and the pause image. */
import { createHash } from 'node:crypto'
import downloads from '../../catalog/downloads.json' with { type: 'json' }
import type { KubernetesMinor } from '../catalog/catalog.js'
import { UserError } from '../lib/errors.js'
import type { Artifact } from '../model/artifact.js'
import type { Arch } from '../model/system.js'
import { awsCliUrl } from './aws-cli.js'
import { getBytes, needBytes } from './bytes.js'
import type { Net } from './fetch.js'
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

const NAMES: Readonly<Record<string, string>> = {
  cniPlugins: 'the CNI plugins',
  ecrCredentialProvider: 'the ECR credential provider',
}

/** A download of catalog/downloads.json. */
function release(part: keyof typeof downloads, version: string, arch: Arch): Release {
  const fill = (text: string) => text.replaceAll('{version}', version).replaceAll('{arch}', arch)
  const url = fill(downloads[part].url)
  return { name: NAMES[part] ?? part, version, url, sumsUrl: fill(downloads[part].sums).replace('{url}', url) }
}

/** Upstream's address of a file by its name in a lock; `undefined` for an unknown name. */
export function addressOf(name: string, version: string, arch: Arch): string | undefined {
  if (name === 'awsCli') return awsCliUrl(version, arch)
  return Object.hasOwn(downloads, name) ? release(name as keyof typeof downloads, version, arch).url : undefined
}

/** Releases for every node of this minor. */
export function releases(
  minor: Pick<KubernetesMinor, 'containerd' | 'runc' | 'cniPlugins'>,
  arch: Arch,
): Readonly<Record<'containerd' | 'runc' | 'cniPlugins', Release>> {
  return {
    containerd: release('containerd', minor.containerd, arch),
    runc: release('runc', minor.runc, arch),
    cniPlugins: release('cniPlugins', minor.cniPlugins, arch),
  }
}

/** kubelet's plugin for images in ECR. */
export function ecrCredentialProvider(version: string, arch: Arch): Release {
  return release('ecrCredentialProvider', version, arch)
}

/** Kubernetes' own programs as files, and crictl, for systems or users without packages. */
export function binaries(
  version: string,
  { crictl }: Pick<KubernetesMinor, 'crictl'>,
  arch: Arch,
): Readonly<Record<'kubelet' | 'kubeadm' | 'kubectl' | 'crictl', Release>> {
  return {
    kubelet: release('kubelet', version, arch),
    kubeadm: release('kubeadm', version, arch),
    kubectl: release('kubectl', version, arch),
    crictl: release('crictl', crictl, arch),
  }
}

/**
 * A release file with its sum: from the mirror's signed sums, or from upstream's file of sums, over TLS.
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

/** As `resolveArtifact`; `undefined` if no sum is published. */
export async function resolveOffered(
  net: Net,
  release: Release,
  sums: MirrorSums | undefined,
): Promise<Artifact | undefined> {
  const { name, version, url, sumsUrl } = release
  const offered =
    sums === undefined
      ? // A proxy's 403 must not change what is in the image.
        (await getBytes(net, { url: sumsUrl, label: `${name} ${version}` }, { strict: true })) !== undefined
      : sums.files.has(upstreamPath(url))
  return offered ? resolveArtifact(net, release, sums) : undefined
}

/** @param tag `3.10.2` */
export function pauseImage(tag: string): string {
  return `registry.k8s.io/pause:${tag}`
}

/** `sha256:…` of the tag's current manifest list. A manifest's digest is the hash of its bytes (OCI distribution). */
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
