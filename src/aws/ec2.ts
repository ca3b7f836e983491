/** The action's interface to EC2, as plain data. src/aws/ec2-client.ts implements it with calls, tests in memory. */

import type { Order } from './newest.js'
import type { Registration } from './registration.js'

/** Tag names, see docs/internals/design.md. */
export const RUN_TAG = 'k8s-image:run'
export const STATE_TAG = 'k8s-image:state'
export const DIGEST_TAG = 'k8s-image:digest'
export const OS_TAG = 'k8s-image:os'
/** The image's key. */
export const IMAGE_TAG = 'k8s-image:image'
export const KUBERNETES_TAG = 'k8s-image:kubernetes'
/** Neither tested nor published: the sweep may delete it. */
export const UNTESTED = 'untested'
/** Passed its test and is being published: the sweep leaves it, and the next run resumes it. */
export const TESTED = 'tested'
/** Published: only pruning deletes it. */
export const BUILT = 'built'

/** Failed its test and is kept for inspection: the sweep leaves it. */
export const FAILED = 'failed'
/** On a gate's instance: the AMI under test. */
export const GATE_TAG = 'k8s-image:gate'
/** On everything that a run makes: the parts of the image, as `word=value` pairs separated by spaces. */
export const VERSIONS_TAG = 'k8s-image:versions'
/** On everything that a run makes: the start of the build or gate that made it, or of its adoption, as ISO 8601 in UTC. */
export const STARTED_TAG = 'k8s-image:started'
/** On a tested AMI: the level that it passed, and when. */
export const TESTED_TAG = 'k8s-image:tested'
export const TESTED_AT_TAG = 'k8s-image:tested-at'
/** On a published AMI: the hash of its publishing settings. */
export const PUBLISHED_TAG = 'k8s-image:published'
/** On the snapshots of an AMI that prune deregisters: the AMI. If prune is killed in between, a later run deletes them. */
export const PRUNED_TAG = 'k8s-image:pruned'
/** On an encrypted copy: the KMS key, as the input names it. */
export const KEY_TAG = 'k8s-image:kms-key'

export interface Ami {
  readonly id: string
  readonly name: string
  readonly state: string
  readonly description?: string
  /** Why it failed, if EC2 has a reason. */
  readonly reason?: string
  readonly tags: Readonly<Record<string, string>>
  readonly snapshots: readonly string[]
  /** The AMI that it was copied from, or whose instance it was made from. */
  readonly copiedFrom?: string
  /** ISO 8601 in UTC. */
  readonly createdAt?: string
  readonly deprecatedAt?: string
  /** Whether it is protected from being deregistered. */
  readonly isProtected?: boolean
  /** Whether its instances require IMDSv2. */
  readonly needsImdsV2?: boolean
  /** For another AMI like it; undefined: only a copy is sure to be like it. */
  readonly registration?: Registration
}

/** The base AMI to find: a named one, or the newest of an owner by its name. */
export interface BaseQuery {
  readonly owner: string
  readonly nameFilter?: string
  readonly arch: string
  /** Its ID. With `nameFilter`, it must fit owner and name, too. */
  readonly sourceAmi?: string
  /** Name of a parameter with the ID. */
  readonly ssmParameter?: string
  readonly order?: Order
}

export interface BaseAmi {
  readonly id: string
  readonly name: string
  readonly rootDevice?: string
  readonly rootGib?: number
  readonly encrypted?: boolean
  /** Whether only a copy is sure to be like it. */
  readonly needsCopy: boolean
}

/** Kinds of resources that a run makes. */
export type ResourceKind =
  | 'instance'
  | 'volume'
  | 'security-group'
  | 'key-pair'
  | 'launch-template'
  | 'image'
  | 'snapshot'

/** Kinds with names by Packer, which are found without a tag. */
export type NamedKind = 'key-pair' | 'security-group'

/** A resource in EC2 with a run's tag. */
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

/** A copy of an AMI into the called region. */
export interface CopyRequest {
  readonly name: string
  /** EC2 does not copy the source's. */
  readonly description?: string | undefined
  readonly sourceRegion: string
  readonly sourceId: string
  readonly tags: Readonly<Record<string, string>>
  /** Makes a repeated request idempotent; at most 64 characters. */
  readonly token: string
  /** KMS key of this region for the copy's encryption. */
  readonly key?: string
}

/** An AMI to deregister, with its snapshots. */
export interface Deregistration {
  readonly id: string
  /** Snapshots to delete. */
  readonly snapshots: readonly string[]
  /** Whether the AMI has other snapshots, which stay. */
  readonly othersStay?: boolean
  /** Seconds to wait while EC2 still reports a snapshot as used. A minute by default. */
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

/** EC2 in one region. Calls reject with a UserError if people can do something about it. */
export interface Ec2 {
  readonly region: string
  /** The account's enabled regions. */
  enabledRegions(): Promise<readonly string[]>
  /** The newest available AMI of an owner by a name pattern with `*` and `?`; `arch` and `order` as in the catalogue. */
  newestAmi(wanted: BaseQuery): Promise<BaseAmi | undefined>
  /** The account's AMIs with any of these names, even disabled ones, which keep theirs. */
  amisNamed(names: readonly string[]): Promise<readonly Ami[]>
  /** One AMI of the account; undefined if it is not there (yet). */
  ami(id: string): Promise<Ami | undefined>
  /** The account's published AMIs. */
  builtAmis(): Promise<readonly Ami[]>
  /** The account's AMIs of these IDs that are there (yet). There may be any number of IDs. */
  amis(ids: readonly string[]): Promise<readonly Ami[]>
  /** The account's AMIs with any of these digests, in any state. */
  amisByDigest(digests: readonly string[]): Promise<readonly Ami[]>
  /** Starts a copy into this region and returns its ID. */
  copy(request: CopyRequest): Promise<string>
  /** Makes another AMI of the same snapshots and returns its ID. It gets no permissions, dates or protection. */
  register(ami: Pick<Ami, 'id' | 'description' | 'registration'>, name: string, tags: Ami['tags']): Promise<string>
  /** Adds launch permissions to an AMI; existing ones stay. */
  share(id: string, permissions: LaunchPermissions): Promise<void>
  /** Allows further accounts to create volumes from a snapshot. */
  shareSnapshot(id: string, accounts: readonly string[]): Promise<void>
  /** @param at ISO 8601 in UTC, to the minute */
  deprecate(id: string, at: string): Promise<void>
  /** Protects an AMI from deregistration; with a cool-down, until a day after the protection ends. */
  protect(id: string, withCooldown: boolean): Promise<void>
  /** Ends the protection; with a cool-down, EC2 keeps it for another day. */
  unprotect(id: string): Promise<void>
  /** Makes instances of the AMI require IMDSv2. */
  requireImdsV2(id: string): Promise<void>
  /** Whether the account forbids public AMIs in this region. */
  blocksPublicAmis(): Promise<boolean>
  /** The account's default key in this region, if it encrypts by default, or anyway for what inherits its source's encryption. */
  defaultEncryption(inherited?: boolean): Promise<string | undefined>
  /** Sets tags of any resources by ID. */
  tag(ids: readonly string[], tags: Readonly<Record<string, string>>): Promise<void>
  /** All resources of a kind with the run's tag, except terminated instances. */
  tagged(kind: ResourceKind, runId: string): Promise<readonly Resource[]>
  /** Resources of a kind with any of the names. */
  named(kind: NamedKind, names: readonly string[]): Promise<readonly Resource[]>
  /** An instance's console output so far; undefined if there is none yet, or no such instance. */
  console(instance: string): Promise<string | undefined>
  /** Stops an instance. Resolves when it has stopped, or is about to be terminated; rejects with the signal's reason. */
  stop(instance: string, signal: AbortSignal): Promise<void>
  /** Deregisters an AMI and deletes its snapshots. A missing AMI is no error; snapshots of another AMI stay. */
  deregister(order: Deregistration): Promise<void>
  /** Deletes a resource; a missing one is no error. */
  remove(kind: ResourceKind, id: string): Promise<void>
}

/** EC2 by region. */
export type Ec2ByRegion = (region: string) => Ec2
