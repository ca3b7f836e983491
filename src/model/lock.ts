import type { Artifact } from './artifact.js'
import type { Arch } from './system.js'

/** What one Kubernetes version comes to for one architecture. */
export interface LockedArch {
  /** Debian packages by name, as the index offered them: what a mirror needs. */
  readonly packages: Readonly<Record<string, Artifact>>
  /** The same of the rpm repository; only where a system takes rpm packages. */
  readonly rpms?: Readonly<Record<string, Artifact>>
  /** Release files by name: `containerd`, `runc`, `cniPlugins`, and where Kubernetes comes as files `kubelet`, `crictl` and so on. */
  readonly files: Readonly<Record<string, Artifact>>
}

/** What one Kubernetes version comes to. */
export interface LockedNode {
  /** `1.37.2` */
  readonly version: string
  /** `1.37.2-1.1` */
  readonly deb: string
  /** `1.37.2-150500.1.1`, and the repository it is in; only where a system takes rpm packages. */
  readonly rpm?: { readonly version: string; readonly url: string }
  readonly repository: { readonly url: string; readonly fingerprints: readonly string[]; readonly key: string }
  readonly sandboxImage: { readonly name: string; readonly digest: string }
  readonly arch: Readonly<Partial<Record<Arch, LockedArch>>>
}

/** A base AMI. */
export interface LockedAmi {
  readonly id: string
  readonly name: string
  readonly rootDevice?: string
  /** GiB of its root volume: no volume of it can be smaller. */
  readonly rootGib?: number
}

/** The content of `k8s-image.lock.json` but for its sum. */
export interface Lock {
  readonly format: 1
  /** Versions of the tools, by HashiCorp's product name; upstream's signature vouches for them. */
  readonly tools: Readonly<Record<string, string>>
  /** By the version as it was asked for: `1.37`. */
  readonly kubernetes: Readonly<Record<string, LockedNode>>
  /** By region and `OS-ARCH`. */
  readonly baseAmis: Readonly<Record<string, Readonly<Record<string, LockedAmi>>>>
}
