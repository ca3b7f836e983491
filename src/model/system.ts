/** Architectures of images, in our words. EC2 calls amd64 x86_64. */
export type Arch = 'amd64' | 'arm64'

/** Decides the playbook's roles and packages. */
export type Family = 'debian' | 'redhat' | 'flatcar'

/**
 * How far the project itself has tested images of this system: `booted` as a machine and tested as a node, built on a `stand-in` (another
 * system with the same packages), or only `rendered` by the template.
 */
type Tested = 'booted' | 'stand-in' | 'rendered'

/** An entry of `catalog/operating-systems.json`. Facts without a source are absent. */
export interface OperatingSystem {
  readonly key: string
  readonly name: string
  /** A word that selects all entries with it: `ubuntu`. */
  readonly distribution?: string
  readonly family: Family
  readonly owner: string
  /** The publisher's account in other partitions, if known. */
  readonly ownerElsewhere?: Readonly<Partial<Record<'aws-cn' | 'aws-us-gov', string>>>
  /** The order of matching base AMIs: by date (the default), or by the version in the name. */
  readonly order?: 'date' | 'version'
  /** The distribution's package of AWS CLI version 2, if there is one. */
  readonly awsCliPackage?: string
  readonly arch: Readonly<Partial<Record<Arch, SystemArch>>>
  readonly sshUser: string
  /** Device name of the root volume, if EC2 did not report the base AMI's. */
  readonly rootDevice?: string
  /** Whether its base AMIs are in FIPS mode. SSH then accepts neither Ed25519 keys nor Curve25519 key exchange. */
  readonly fips?: boolean
}

/** Facts of an entry for one architecture. */
export interface SystemArch {
  /** Absent if one of the next two names the AMI. */
  readonly nameFilter?: string
  /** ID of the base AMI in the build region. */
  readonly sourceAmi?: string
  /** SSM parameter of the build region with its ID. */
  readonly ssmParameter?: string
  readonly instanceType: string
  readonly bootMode?: 'uefi' | 'uefi-preferred' | 'legacy-bios'
  /** Absent in the user's own entries. */
  readonly tested?: Tested
}
