import type { Level } from './level.js'
import type { Lock } from './lock.js'
import type { PublishSettings } from './publish.js'
import type { Arch, OperatingSystem } from './system.js'

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
  /** Regions that get AMIs; always includes `region` unless it is `all` (every enabled region). */
  readonly amiRegions: readonly string[] | 'all'
  /** Another containerd than the catalogue's for the minor, without `v`. */
  readonly containerdVersion: string | undefined
  /** Whether Kubernetes comes as distribution packages or as plain binaries. */
  readonly kubernetesSource: 'package' | 'binary'
  readonly lock: LockInput
  readonly instanceType: string | undefined
  readonly subnetId: string | undefined
  readonly sshInterface: SshInterface | undefined
  /** Whether the instance gets a public address; undefined: the subnet decides. */
  readonly associatePublicIp: boolean | undefined
  /** CIDRs that may reach SSH; empty means the runner's own address alone. */
  readonly sshSourceCidrs: readonly string[]
  /** Name pattern of the AMI; `{kubernetes}`, `{os}`, `{arch}`, `{date}`, `{run}` are filled in. */
  readonly amiName: string
  readonly packerVersion: string
  readonly mirror: string | undefined
  /** Upper-case fingerprints (40 hex digits) read from the file that `mirror-trust` names. */
  readonly mirrorTrust: readonly string[]
  /** What the instances reach other hosts by while they are built and tested. */
  readonly buildProxy: BuildProxy | undefined
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

/** A forward proxy. */
export interface BuildProxy {
  /** `http://HOST:PORT`, with the user name and password that it wants. */
  readonly address: string
  /** Hosts that are reached without it: names, `.example.com` or addresses. */
  readonly none: readonly string[]
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

/** How Packer reaches an instance; the Amazon plugin's words (`ssh_interface`). */
export type SshInterface = 'public_ip' | 'private_ip' | 'ipv6' | 'public_dns' | 'private_dns' | 'session_manager'

/** Whether an AMI that passed is rebooted and looked at again; `auto`: not where the instance's processor is emulated. */
export type Reboot = 'auto' | 'true' | 'false'
