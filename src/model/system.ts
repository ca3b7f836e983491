/** The machine architectures of images, in our words: EC2 says x86_64 for amd64. */
export type Arch = 'amd64' | 'arm64'

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
  /** What makes a base AMI the newest of those that fit: its date, which is the default, or the version in its name. */
  readonly order?: 'date' | 'version'
  /** The distribution's package with version 2 of the AWS CLI; absent where there is none. */
  readonly awsCliPackage?: string
  readonly arch: Readonly<Partial<Record<Arch, SystemArch>>>
  readonly sshUser: string
  /** Device name of the root volume; absent: what EC2 says of the base AMI. */
  readonly rootDevice?: string
  /** Whether its base AMIs are in FIPS mode: SSH then takes neither Ed25519 keys nor key exchange by Curve25519. */
  readonly fips?: boolean
}

/** What an entry says of one architecture. */
export interface SystemArch {
  /** Absent where the AMI is named by one of the next two. */
  readonly nameFilter?: string
  /** The base AMI itself, by its ID in the build region. */
  readonly sourceAmi?: string
  /** The SSM parameter of the build region that holds its ID. */
  readonly ssmParameter?: string
  readonly instanceType: string
  readonly bootMode?: 'uefi' | 'uefi-preferred' | 'legacy-bios'
  /** Absent in entries of the user's own. */
  readonly tested?: Tested
}
