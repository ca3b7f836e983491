/** What the action asks of EC2, as plain data; src/aws/ec2-client.ts does it by calls, tests do it in memory. */

import type { Order } from './newest.js'
import type { Registration } from './registration.js'

/** Tag names, see docs/internals/design.md. */
export const RUN_TAG = 'k8s-image:run'
export const STATE_TAG = 'k8s-image:state'
export const DIGEST_TAG = 'k8s-image:digest'
export const OS_TAG = 'k8s-image:os'
export const KUBERNETES_TAG = 'k8s-image:kubernetes'
/** An AMI that was neither tested nor handed out: the sweep may delete it. */
export const UNTESTED = 'untested'
/** An AMI that passed its test and is on its way to be handed out: the sweep leaves it, and the next run goes on with it. */
export const TESTED = 'tested'
/** An AMI that is handed out: nothing deletes it any more. */
export const BUILT = 'built'

/** An AMI that failed its test and is kept for whoever looks into it: the sweep leaves it. */
export const FAILED = 'failed'
/** On the instance of a gate: the AMI that it tests. */
export const GATE_TAG = 'k8s-image:gate'
/** On all that a run makes: what goes into the image, as `word=value` pairs with spaces between them. */
export const VERSIONS_TAG = 'k8s-image:versions'
/** On an AMI that passed: the level that it passed, and when. */
export const TESTED_TAG = 'k8s-image:tested'
export const TESTED_AT_TAG = 'k8s-image:tested-at'
/** On an AMI that is handed out: hash of the settings that it was published with. */
export const PUBLISHED_TAG = 'k8s-image:published'
/** On an encrypted copy: the KMS key, as the input names it. */
export const KEY_TAG = 'k8s-image:kms-key'

/**
 * Seconds for which describes may lag behind writes: new things are missing, deleted ones are still listed. AWS gives no
 * bound; this is the 20 seconds that the faults of test/rehearsal go up to, and half of it again.
 */
export const LAG = 30

/** An AMI, as far as the action looks at it. */
export interface Ami {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly description?: string
  /** Why it failed, when EC2 says. */
  readonly reason?: string
  readonly tags: Readonly<Record<string, string>>
  readonly snapshots: readonly string[]
  /** When it was made and when it is deprecated, as ISO 8601 in UTC. */
  readonly createdAt?: string
  readonly deprecatedAt?: string
  /** Whether it is protected from being deregistered. */
  readonly isProtected?: boolean
  /** Whether its instances have no metadata without a session token. */
  readonly needsImdsV2?: boolean
  /** For another AMI like it; undefined: only a copy is sure to be like it. */
  readonly registration?: Registration
}

/** Which AMI images are built from: the one that is named, or else the newest of an owner by its name. */
export interface BaseQuery {
  readonly owner: string
  readonly nameFilter?: string
  readonly arch: string
  readonly sourceAmi?: string
  /** Holds the ID. */
  readonly ssmParameter?: string
  readonly order?: Order
}

/** An AMI that images are built from. */
export interface BaseAmi {
  readonly id: string
  readonly name: string
  readonly rootDevice?: string
  /** GiB of its root volume. */
  readonly rootGib?: number
}

/** Kinds of what a run makes. */
export type ResourceKind =
  | 'instance'
  | 'volume'
  | 'security-group'
  | 'key-pair'
  | 'launch-template'
  | 'image'
  | 'snapshot'

/** Kinds that Packer names itself, so that they can be found without a tag. */
export type NamedKind = 'key-pair' | 'security-group'

/** Something in EC2 that carries a run's tag. */
export interface Resource {
  readonly kind: ResourceKind
  readonly id: string
  readonly tags: Readonly<Record<string, string>>
  /** Of instances, volumes and images. */
  readonly state?: string
  /** Of an image. */
  readonly snapshots?: readonly string[]
  readonly name?: string
}

/** A copy of an AMI into the region that is asked. */
export interface CopyRequest {
  readonly name: string
  /** EC2 copies none of the source's. */
  readonly description?: string | undefined
  readonly sourceRegion: string
  readonly sourceId: string
  readonly tags: Readonly<Record<string, string>>
  /** Makes a repeated request the same request; at most 64 characters. */
  readonly token: string
  /** KMS key of this region that the copy is encrypted with. */
  readonly key?: string
}

/** An AMI that goes, with its snapshots. */
export interface Deregistration {
  readonly id: string
  /** Those that go. */
  readonly snapshots: readonly string[]
  /** Whether the AMI stands on others, too, which stay. */
  readonly othersStay?: boolean
  /** Seconds to wait for EC2, which may call a snapshot used for a while after its AMI went. A minute by default. */
  readonly patience?: number
}

/** Who else may launch an AMI. */
export interface LaunchPermissions {
  /** 12 digits each. */
  readonly accounts: readonly string[]
  /** ARNs. */
  readonly organizations: readonly string[]
  readonly organizationalUnits: readonly string[]
  readonly everybody: boolean
}

/** EC2 in one region. Everything rejects with a UserError where a person can do something about it. */
export interface Ec2 {
  readonly region: string
  /** Regions that the account may use. */
  enabledRegions(): Promise<readonly string[]>
  /** The newest available AMI of an owner, by a name with `*` and `?`; `arch` and `order` as in the catalogue. */
  newestAmi(wanted: BaseQuery): Promise<BaseAmi | undefined>
  /** Whether an AMI of the account itself has this name, a disabled one included. */
  amiNameTaken(name: string): Promise<boolean>
  /** One AMI of the account; undefined when there is none (or none yet). */
  ami(id: string): Promise<Ami | undefined>
  /** The account's AMIs that were handed out. */
  builtAmis(): Promise<readonly Ami[]>
  /** Those of the account's AMIs that there are (yet); any number of IDs. */
  amis(ids: readonly string[]): Promise<readonly Ami[]>
  /** The account's AMIs of any of these digests, in any state. */
  amisByDigest(digests: readonly string[]): Promise<readonly Ami[]>
  /** Starts a copy into this region and gives its ID. */
  copy(request: CopyRequest): Promise<string>
  /** Makes another AMI of an AMI's snapshots, and gives its ID. Permissions, dates and protection are not taken along. */
  register(ami: Pick<Ami, 'id' | 'registration'>, name: string, tags: Ami['tags']): Promise<string>
  /** Adds to those who may launch an AMI; what they may already they may still. */
  share(id: string, permissions: LaunchPermissions): Promise<void>
  /** Adds to the accounts that may make volumes of a snapshot. */
  shareSnapshot(id: string, accounts: readonly string[]): Promise<void>
  /** @param at ISO 8601 in UTC, to the minute */
  deprecate(id: string, at: string): Promise<void>
  /** Protects an AMI from being deregistered; with a cool-down, for a day more after the protection ended. */
  protect(id: string, withCooldown: boolean): Promise<void>
  /** Ends the protection; with a cool-down, EC2 keeps it for a day more. */
  unprotect(id: string): Promise<void>
  /** Instances of the AMI give no metadata without a session token. */
  requireImdsV2(id: string): Promise<void>
  /** Whether the account forbids public AMIs in this region. */
  blocksPublicAmis(): Promise<boolean>
  /** The key that the account encrypts all new volumes and snapshots of this region with; undefined when it does not. */
  defaultEncryption(): Promise<string | undefined>
  /** Sets tags of anything that has an ID. */
  tag(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>
  /** Everything of a kind that carries the run's tag; instances that are terminated are left out. */
  tagged(kind: ResourceKind, runId: string): Promise<readonly Resource[]>
  /** Those of a kind that have any of the names. */
  named(kind: NamedKind, names: readonly string[]): Promise<readonly Resource[]>
  /** What an instance has written to its console so far; undefined when there is nothing yet, or no such instance. */
  console(instance: string): Promise<string | undefined>
  /** Deregisters an AMI and deletes its snapshots; a missing AMI is no error, and snapshots that another AMI uses stay. */
  deregister(order: Deregistration): Promise<void>
  /** Deletes one; a missing one is no error. */
  remove(kind: ResourceKind, id: string): Promise<void>
}

/** EC2 by region. */
export type Ec2ByRegion = (region: string) => Ec2
