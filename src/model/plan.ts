import type { Artifact } from './artifact.js'
import type { Wanted } from './inputs.js'
import type { Lock } from './lock.js'
import type { Arch, Family } from './system.js'

/** Everything that is installed into one image, exact. */
export interface NodeVersions {
  readonly kubernetesVersion: string
  readonly kubernetesDeb: string
  readonly kubernetesRepository: string
  /** Armoured public key, holding only keys whose fingerprint is trusted. */
  readonly kubernetesRepositoryKey: string
  readonly kubernetesRepositoryFingerprints: readonly string[]
  readonly containerd: Artifact
  readonly runc: Artifact
  readonly cniPlugins: Artifact
  /** kubelet's plugin for images in ECR; absent where it is not wanted, or nobody vouches for it. */
  readonly ecrCredentialProvider?: Artifact
  /** Version 2 of the AWS CLI, with `cluster-api`: AWS's archive, or else the distribution's package. */
  readonly awsCli?: Artifact
  readonly awsCliPackage?: string
  /** Kubernetes' packages and what goes with them, of the system's kind, by name; one that the index does not have, or has without a sum, is absent. */
  readonly kubernetesPackages?: Readonly<Record<string, Artifact>>
  /** `1.37.2-150500.1.1` and its repository: for systems that take rpm packages. */
  readonly kubernetesRpm?: string
  readonly kubernetesRpmRepository?: string
  /** Kubernetes' programs as files, by name, in place of its packages. */
  readonly kubernetesBinaries?: Readonly<Record<string, Artifact>>
  readonly sandboxImage: string
  /** `sha256:…` of the manifest (list) that the tag named when the plan was made. */
  readonly sandboxImageDigest: string
}

/** What the template needs to know of an image's operating system. */
export interface ImageSystem {
  readonly name: string
  readonly family: Family
  readonly sshUser: string
  readonly rootDevice: string
  readonly instanceType: string
  /** GiB of the base AMI's root volume; absent where nobody says. */
  readonly rootGib?: number
  /** Whether the base AMI is in FIPS mode; absent: it is not. */
  readonly fips?: true
}

/** GiB of a root volume: the template's default (packer/image/by-hand.pkr.hcl). */
export const ROOT_VOLUME_SIZE = 20

/** GiB of the root volumes of these images where nobody sets a size: the default, or what the largest base AMI needs. */
export const rootVolumeSize = (images: readonly Pick<Image, 'system'>[]): number =>
  Math.max(ROOT_VOLUME_SIZE, ...images.map(({ system }) => system.rootGib ?? 0))

/** One AMI to be made. */
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
  /** `sha256:…` over what decides the image's content; empty while its base AMI is not known. */
  readonly digest: string
}

/** What an image's tests take from elsewhere; it is no part of what the image is made of. */
export interface TestSupplies {
  /** Image -> digest, of all images that a mirror has for the tests; empty without a mirror. */
  readonly images: Readonly<Record<string, string>>
  /** The archive of the release's own tests, when they are to run. */
  readonly suite?: Artifact
}

/** What is to be there in the end, exact. */
export interface Plan {
  readonly runId: string
  readonly region: string
  /** Regions to copy to, without `region`, sorted. */
  readonly copyRegions: readonly string[]
  readonly images: readonly Image[]
  /** What it came to, to be written, when that was asked for. */
  readonly lock?: Lock
}

/** A plan, and what it was made for. */
export interface Planned {
  readonly wanted: Wanted
  readonly plan: Plan
}
