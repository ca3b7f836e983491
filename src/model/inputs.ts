import type { Level } from './level.js'
import type { Lock } from './lock.js'
import type { PublishSettings } from './publish.js'
import type { Arch, OperatingSystem } from './system.js'

/** The inputs, read once from `INPUT_*`. Missing ones are `undefined`, never empty strings. */
export interface Inputs {
  /** As written, without a leading `v`: `1.37` (newest patch), `1.37.2` (exact) or `1.37.2-1.1` (exact package revision). */
  readonly kubernetesVersions: readonly string[]
  /** Catalogue keys, such as `debian-13`. */
  readonly os: readonly string[]
  /** The catalogue's operating systems by key, including the user's own. */
  readonly operatingSystems: Readonly<Record<string, OperatingSystem>>
  readonly arch: readonly Arch[]
  /** The build region. */
  readonly region: string
  /** Regions that get AMIs; always includes `region` unless it is `all` (every enabled region). */
  readonly amiRegions: readonly string[] | 'all'
  /** Overrides the catalogue's containerd for the minor; without `v`. */
  readonly containerdVersion: string | undefined
  /** Whether Kubernetes comes as distribution packages or as plain binaries. */
  readonly kubernetesSource: 'package' | 'binary'
  readonly lock: LockInput
  readonly instanceType: string | undefined
  readonly subnetId: string | undefined
  readonly sshInterface: SshInterface | undefined
  /** Whether the instance gets a public address; undefined: the subnet decides. */
  readonly associatePublicIp: boolean | undefined
  /** CIDRs that may reach SSH; empty: only the runner's own address. */
  readonly sshSourceCidrs: readonly string[]
  /** Name pattern of the AMI, with `{kubernetes}`, `{os}`, `{arch}`, `{date}` and `{run}`. */
  readonly amiName: string
  readonly packerVersion: string
  readonly mirror: string | undefined
  /** Upper-case fingerprints (40 hex digits) from the file that `mirror-trust` names. */
  readonly mirrorTrust: readonly string[]
  /** Proxy of the instances during build and test. */
  readonly buildProxy: BuildProxy | undefined
  /** Template variables of the user's own var-file. */
  readonly varFile: Readonly<Record<string, unknown>>
  /** Template variables of the input `vars`; they override `varFile`. */
  readonly vars: Readonly<Record<string, string>>
  readonly ansibleExtraVars: Readonly<Record<string, unknown>>
  /** Absolute path of the directory with the user's own tasks. */
  readonly ansibleHooks: string | undefined
  readonly tags: Readonly<Record<string, string>>
  /** How to treat an image with an existing tested AMI. */
  readonly ifExists: 'skip' | 'rebuild'
  readonly publish: PublishSettings
  readonly rehearse: 'false' | 'true' | 'keep'
  /** How far to test each AMI. */
  readonly test: 'none' | Level
  /** Specs of the level conformance to run, and to skip: Go regular expressions. */
  readonly testFocus: string
  readonly testSkip: string
  /** Whether to reboot a passed AMI and repeat the boot checks. */
  readonly testReboot: Reboot
  /** Limit for one AMI's test, in minutes. */
  readonly testTimeout: number
  /** Whether to keep an AMI that failed its test. */
  readonly keepFailed: boolean
  readonly parallelBuilds: number
  /** Limit for one image's build, in minutes. */
  readonly timeout: number
  /** Whether to check permissions before anything is launched. */
  readonly preflight: boolean
}

/** A forward proxy. */
export interface BuildProxy {
  /** `http://HOST:PORT`, perhaps with a user name and password. */
  readonly address: string
  /** Hosts that bypass it: names, `.example.com` or addresses. */
  readonly none: readonly string[]
}

/** The lock file of a run (docs/versions-and-lock.md). */
export interface LockInput {
  readonly mode: 'off' | 'use' | 'check' | 'write'
  /** As the user wrote it, for messages. */
  readonly file: string
  readonly path: string
  /** Its content, with `use` and `check`. */
  readonly content?: Lock
}

/** Images with common settings: an entry of the config file, or all images of the inputs. */
export interface Wanted {
  /** Prefix for the keys of its images, if any. */
  readonly name: string | undefined
  /** Whether a release needs its images. */
  readonly required: boolean
  readonly inputs: Inputs
  /** The texts of all inputs that differ from their defaults or are in the config file, by name. They give the same `inputs` again. */
  readonly texts: Readonly<Record<string, string>>
}

/** How Packer reaches an instance, in the Amazon plugin's words (`ssh_interface`). */
export type SshInterface = 'public_ip' | 'private_ip' | 'ipv6' | 'public_dns' | 'private_dns' | 'session_manager'

/** Whether to reboot a passed AMI and repeat the boot checks; `auto`: yes, unless the instance's processor is emulated. */
export type Reboot = 'auto' | 'true' | 'false'
