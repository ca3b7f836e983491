import type { Environment } from './environment.js'
import type { Level } from './gate/levels.js'
import type { Check } from './gate/results.js'
import type { Reboot } from './gate/variables.js'
import type { Lock } from './plan/lock.js'
import type { PublishSettings } from './publish/settings.js'

/** The plain data that passes between the steps of a build. No behaviour lives here. */

export type Arch = 'amd64' | 'arm64'

/** What the user asked for, read once from `INPUT_*`. Optional settings are `undefined`, never empty strings. */
export interface Inputs {
  /** As written, without a leading `v`: `1.37` (newest patch), `1.37.2` (exact) or `1.37.2-1.1` (exact package revision). */
  readonly kubernetesVersions: readonly string[]
  /** Catalogue keys, such as `debian-13`. */
  readonly os: readonly string[]
  /** The catalogue's operating systems by key, with those of the user's own. */
  readonly operatingSystems: Readonly<Record<string, OperatingSystem>>
  readonly arch: readonly Arch[]
  /** The region that images are built in. */
  readonly region: string
  /** Where AMIs shall exist in the end; always holds `region` unless it is `all` (every enabled region). */
  readonly amiRegions: readonly string[] | 'all'
  /** Another containerd than the catalogue's for the minor, without `v`. */
  readonly containerdVersion: string | undefined
  /** Whether Kubernetes comes as distribution packages or as plain binaries. */
  readonly kubernetesSource: 'package' | 'binary'
  readonly lock: LockInput
  readonly instanceType: string | undefined
  readonly subnetId: string | undefined
  readonly sshInterface: SshInterface | undefined
  /** CIDRs that may reach SSH; empty means the runner's own address alone. */
  readonly sshSourceCidrs: readonly string[]
  /** Name pattern of the AMI; `{kubernetes}`, `{os}`, `{arch}`, `{date}`, `{run}` are filled in. */
  readonly amiName: string
  readonly packerVersion: string
  readonly mirror: string | undefined
  /** Upper-case fingerprints (40 hex digits) read from the file that `mirror-trust` names. */
  readonly mirrorTrust: readonly string[]
  /** The user's own var-file, read and parsed: template variables by name. */
  readonly varFile: Readonly<Record<string, unknown>>
  /** The `vars` input: template variables by name; wins over `varFile`. */
  readonly vars: Readonly<Record<string, string>>
  readonly ansibleExtraVars: Readonly<Record<string, unknown>>
  /** Absolute path of the directory with the user's own tasks. */
  readonly ansibleHooks: string | undefined
  readonly tags: Readonly<Record<string, string>>
  /** What is done about an image whose tested AMI exists. */
  readonly ifExists: 'skip' | 'rebuild'
  readonly publish: PublishSettings
  readonly rehearse: 'false' | 'true' | 'keep'
  /** How far each AMI is tested before it goes on. */
  readonly test: 'none' | Level
  /** Specs that the level conformance runs, and those of them that it leaves out: regular expressions of Go's. */
  readonly testFocus: string
  readonly testSkip: string
  /** Whether an AMI that passed is rebooted and looked at again. */
  readonly testReboot: Reboot
  /** Limit for one AMI's test, in minutes. */
  readonly testTimeout: number
  /** Whether an AMI that failed its test stays. */
  readonly keepFailed: boolean
  readonly parallelBuilds: number
  /** Limit for one image's build, in minutes. */
  readonly timeout: number
  /** Whether the credentials' permissions are tried before anything is launched. */
  readonly preflight: boolean
}

/** How a run and its lock file have to do with each other (docs/versions-and-lock.md). */
export interface LockInput {
  readonly mode: 'off' | 'use' | 'check' | 'write'
  /** As the user wrote it, for messages. */
  readonly file: string
  /** Where it is. */
  readonly path: string
  /** What it holds, with `use` and `check`. */
  readonly content?: Lock
}

/** A group of images with settings of its own: an entry of the config file, or all that the inputs name. */
export interface Wanted {
  /** Comes before the keys of its images, when there is one. */
  readonly name: string | undefined
  /** Whether a release needs its images. */
  readonly required: boolean
  readonly inputs: Inputs
  /** What was written for each input that is not at its default, by the input's name: the same again gives the same `inputs`. */
  readonly texts: Readonly<Record<string, string>>
}

export type SshInterface = 'public_ip' | 'private_ip' | 'public_dns' | 'private_dns' | 'session_manager'

/** Chooses the playbook's roles, and the packages. */
export type Family = 'debian' | 'redhat' | 'flatcar'

/**
 * How far an image of this system was taken where the action is made: `booted` as a machine and tested as a node, built on a
 * `stand-in` (another system that shares its packages), or only `rendered` by the template.
 */
export type Tested = 'booted' | 'stand-in' | 'rendered'

/** One entry of `catalog/operating-systems.json`. What could not be read anywhere is absent. */
export interface OperatingSystem {
  readonly key: string
  readonly name: string
  /** A word that chooses all entries that have it: `ubuntu`. */
  readonly distribution?: string
  readonly family: Family
  readonly owner: string
  /** The publisher's account in other partitions, where it is known. */
  readonly ownerElsewhere?: Readonly<Partial<Record<'aws-cn' | 'aws-us-gov', string>>>
  readonly arch: Readonly<Partial<Record<Arch, SystemArch>>>
  readonly sshUser: string
  /** Device name of the root volume; absent: what EC2 says of the base AMI. */
  readonly rootDevice?: string
}

/** What an entry says of one architecture. */
export interface SystemArch {
  readonly nameFilter: string
  readonly instanceType: string
  readonly bootMode?: 'uefi' | 'uefi-preferred' | 'legacy-bios'
  /** Absent in entries of the user's own. */
  readonly tested?: Tested
}

/** A file to download: where upstream has it and what it must hash to. */
export interface Artifact {
  readonly version: string
  /** Upstream's address; a mirror rewrites it at fetch time. */
  readonly url: string
  readonly sha256: string
}

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
  /** Versions of the packages that go with Kubernetes' own, by name; one that the index does not have is absent. */
  readonly kubernetesPackages?: Readonly<Record<string, string>>
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
}

/** One AMI to be made. */
export interface Image {
  /** `debian-13-amd64`; with several Kubernetes versions in one run, `debian-13-amd64-1.37.2`. */
  readonly key: string
  readonly os: string
  readonly arch: Arch
  readonly baseAmi: { readonly id: string; readonly name: string }
  readonly system: ImageSystem
  readonly amiName: string
  readonly node: NodeVersions
  readonly supplies: TestSupplies
  /** `sha256:…` over what decides the image's content. */
  readonly digest: string
}

/** What an image's tests take from elsewhere; it is no part of what the image is made of. */
export interface TestSupplies {
  /** Image -> digest, of all images that a mirror has for the tests; empty without a mirror. */
  readonly images: Readonly<Record<string, string>>
  /** The archive of the release's own tests, when they are to run. */
  readonly suite?: Artifact
}

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

/** Where the EC2 that is spoken to lies, and what its network wants. Filled by src/rehearse.ts, or empty for AWS itself. */
export interface Account {
  /** Environment for every AWS client, Packer's plugin included. */
  readonly env: Readonly<Record<string, string>>
  readonly sshPort: number
  /** Used when the user gave none. */
  readonly sshSourceCidrs: readonly string[]
}

/** Paths of verified tools. */
export interface Tools {
  readonly packer: string
  /** For PACKER_PLUGIN_PATH. */
  readonly pluginDirectory: string
  readonly ansiblePlaybook: string
  /** What was fetched to prepare them, in bytes; 0 when all was there. */
  readonly bytesFetched: number
  readonly seconds: number
}

/** One line of the Ansible callback's `task_end`. */
export interface TaskRecord {
  readonly task: string
  /** `ansible/roles/x/tasks/main.yml:12` */
  readonly path: string
  readonly seconds: number
  readonly status: 'ok' | 'changed' | 'skipped' | 'failed' | 'unreachable'
  readonly message?: string
}

/** Why an image did not come to be. */
export interface Failure {
  /** One line: what happened. */
  readonly message: string
  /** What to do next. */
  readonly hint?: string
  /** Lines that show it. */
  readonly evidence?: string
  /** Where in the repository, when a task failed. */
  readonly file?: string
  readonly line?: number
}

/** What became of an AMI's test. */
export interface TestResult {
  readonly level: Level
  readonly passed: boolean
  /** When it ended, as ISO 8601 in UTC. */
  readonly at: string
  readonly seconds: number
  /** Seconds from the launch until it answered SSH (`ssh`), and until each level had all its checks; what was not reached is not there. */
  readonly reached: Readonly<Record<string, number>>
  readonly checks: readonly Check[]
}

/** What became of an image in one region. */
export interface RegionResult {
  readonly status: 'ready' | 'failed'
  /** Absent when it failed. */
  readonly ami?: string
  /** Why it failed. */
  readonly message?: string
}

export interface BuildResult {
  readonly image: Image
  /** `existing`: an earlier run built it. */
  readonly status: 'built' | 'existing' | 'failed' | 'cancelled'
  /** Region -> AMI ID; only `available` AMIs, but for one that `isPending`. */
  readonly amis: Readonly<Record<string, string>>
  /** EC2 still makes the AMI in the build region, or does not tell of it yet: whoever needs it waits. */
  readonly isPending?: true
  /** Each region in which the image was to be published, once that was tried. */
  readonly regions?: Readonly<Record<string, RegionResult>>
  readonly failures: readonly Failure[]
  readonly tasks: readonly TaskRecord[]
  /** Seconds by phase, in order: `launch`, `provision`, `snapshot`, `clean-up`, `test`, `copy`. */
  readonly phases: readonly { readonly name: string; readonly start: number; readonly seconds: number }[]
  /** Absent when the image was not tested. */
  readonly test?: TestResult
  /** Packer's log of this image; absent when none was started. */
  readonly log?: string
  /** Path of the list of what is in the image (CycloneDX JSON), if the build got that far. */
  readonly sbom?: string
}

/** Effects, passed in at the top. */
export interface Log {
  info(line: string): void
  /** With file and line, an annotation at that place. */
  error(message: string, place?: { file?: string; line?: number; title?: string }): void
  warning(message: string, place?: { title?: string }): void
  debug(line: string): void
  group(title: string): void
  endGroup(): void
  /** Never to be shown again in any log. */
  mask(secret: string): void
}

export interface Clock {
  /** Seconds since 1970, with fraction. */
  now(): number
  /** Rejects with the signal's reason when aborted. */
  sleep(seconds: number, signal?: AbortSignal): Promise<void>
}

export interface ExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a short command to its end; never throws on a non-zero exit code. */
export type Exec = (
  command: string,
  args: readonly string[],
  options?: {
    cwd?: string
    env?: Environment
    input?: string | Uint8Array
    signal?: AbortSignal
  },
) => Promise<ExecResult>
