import type { Artifact } from './artifact.js'
import type { Arch } from './system.js'

/** One Kubernetes version for one architecture. */
export interface LockedArch {
  /** Debian packages by name, as in the index; a mirror needs them. */
  readonly packages: Readonly<Record<string, Artifact>>
  /** The same for the rpm repository; only if a system uses rpm packages. */
  readonly rpms?: Readonly<Record<string, Artifact>>
  /** Release files by name: `containerd`, `runc`, `cniPlugins`, and also `kubelet`, `crictl` and so on if Kubernetes comes as files. */
  readonly files: Readonly<Record<string, Artifact>>
  /** Wanted release files that upstream, or the mirror, did not have. */
  readonly omitted?: readonly string[]
}

/** One Kubernetes version. */
export interface LockedNode {
  /** `1.37.2` */
  readonly version: string
  /** `1.37.2-1.1` */
  readonly deb: string
  /** `1.37.2-150500.1.1` and its repository; only if a system uses rpm packages. */
  readonly rpm?: { readonly version: string; readonly url: string }
  readonly repository: { readonly url: string; readonly fingerprints: readonly string[]; readonly key: string }
  readonly sandboxImage: { readonly name: string; readonly digest: string }
  readonly arch: Readonly<Partial<Record<Arch, LockedArch>>>
}

export interface LockedAmi {
  readonly id: string
  readonly name: string
  readonly rootDevice?: string
  /** GiB of its root volume, the smallest possible size. */
  readonly rootGib?: number
  /** Whether it is encrypted; absent: no, or not known. */
  readonly encrypted?: boolean
  /** Whether only a copy is sure to be like it, for its billing, for example; absent: not known. */
  readonly needsCopy?: boolean
}

/** The content of `k8s-image.lock.json` without its sum. */
export interface Lock {
  readonly format: 1
  /** Versions of tools by HashiCorp's product name. Upstream's signatures verify them. */
  readonly tools: Readonly<Record<string, string>>
  /** By the version as written in the inputs: `1.37`. */
  readonly kubernetes: Readonly<Record<string, LockedNode>>
  /** By region and `OS-ARCH`. */
  readonly baseAmis: Readonly<Record<string, Readonly<Record<string, LockedAmi>>>>
}
