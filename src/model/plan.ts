import type { Artifact } from './artifact.js'
import type { Wanted } from './inputs.js'
import type { Lock } from './lock.js'
import type { Arch, Family } from './system.js'

/** Everything that is installed into one image, with exact versions. */
export interface NodeVersions {
  readonly kubernetesVersion: string
  readonly kubernetesDeb: string
  readonly kubernetesRepository: string
  /** Armoured public keys with trusted fingerprints only. */
  readonly kubernetesRepositoryKey: string
  readonly kubernetesRepositoryFingerprints: readonly string[]
  readonly containerd: Artifact
  readonly runc: Artifact
  readonly cniPlugins: Artifact
  /** kubelet's plugin for images in ECR; absent if not wanted, or without a published sum. */
  readonly ecrCredentialProvider?: Artifact
  /** Version 2 of the AWS CLI for `cluster-api`: AWS's archive, or else the distribution's package. */
  readonly awsCli?: Artifact
  readonly awsCliPackage?: string
  /** Kubernetes' packages and related ones, of the system's format, by name. Packages without a sum in the index are absent. */
  readonly kubernetesPackages?: Readonly<Record<string, Artifact>>
  /** `1.37.2-150500.1.1` and its repository, for systems with rpm packages. */
  readonly kubernetesRpm?: string
  readonly kubernetesRpmRepository?: string
  /** Kubernetes' programs as files by name, instead of its packages. */
  readonly kubernetesBinaries?: Readonly<Record<string, Artifact>>
  readonly sandboxImage: string
  /** `sha256:…` of the tag's manifest (list) at the time of the plan. */
  readonly sandboxImageDigest: string
}

/** Facts about an image's operating system for the template. */
export interface ImageSystem {
  readonly name: string
  readonly family: Family
  readonly sshUser: string
  readonly rootDevice: string
  readonly instanceType: string
  /** GiB of the base AMI's root volume; absent if unknown. */
  readonly rootGib?: number
  /** As in `LockedAmi`. */
  readonly encrypted?: boolean
  readonly needsCopy?: boolean
  /** Whether the base AMI is in FIPS mode; absent: no. */
  readonly fips?: true
}

/** GiB of a root volume: the template's default (packer/image/image.pkr.hcl). */
const ROOT_VOLUME_SIZE = 20

/** Default GiB of an image's root volume: the template's default, or the size of a larger base AMI. */
export const rootVolumeSize = ({ system }: Pick<Image, 'system'>): number =>
  Math.max(ROOT_VOLUME_SIZE, system.rootGib ?? 0)

export interface Image {
  /** `debian-13-amd64`; with several Kubernetes versions in one run, `debian-13-amd64-1.37.2`. */
  readonly key: string
  readonly os: string
  readonly arch: Arch
  readonly baseAmi: { readonly id: string; readonly name: string }
  readonly system: ImageSystem
  readonly amiName: string
  /** What Packer names the AMI: a provisional name, or `amiName`. */
  readonly buildName: string
  readonly node: NodeVersions
  readonly supplies: TestSupplies
  /** `sha256:…` over everything that decides the content; empty while the base AMI is unknown. */
  readonly digest: string
}

/** The description of an AMI and of its copies: `ami_description` in packer/image/image.pkr.hcl. */
export const descriptionOf = ({ arch, node, system }: Pick<Image, 'arch' | 'node' | 'system'>): string =>
  `Kubernetes ${node.kubernetesVersion} node on ${system.name}, ${arch}`

/** Downloads of an image's tests, which are not part of the image. */
export interface TestSupplies {
  /** Image -> digest, for all images that a mirror has for the tests; empty without a mirror. */
  readonly images: Readonly<Record<string, string>>
  /** The archive of the release's own tests, if they are to run. */
  readonly suite?: Artifact
}

/** The result of planning, with exact versions. */
export interface Plan {
  readonly runId: string
  readonly region: string
  /** Regions to copy to, without `region`, sorted. */
  readonly copyRegions: readonly string[]
  readonly images: readonly Image[]
  /** The lock to write, if requested. */
  readonly lock?: Lock
}

export interface Planned {
  readonly wanted: Wanted
  readonly plan: Plan
}
