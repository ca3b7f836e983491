import type { Catalog } from '../catalog/catalog.js'
import type { Clock } from '../lib/clock.js'
import type { Exec } from '../lib/exec.js'
import type { Log } from '../lib/log.js'
import type { Artifact } from '../model/artifact.js'
import type { LockedAmi } from '../model/lock.js'
import type { Arch } from '../model/system.js'

/** The plan's reads from EC2 in the build region. src/aws/ec2-client.ts implements them. */
export interface Ec2Reads {
  /** Regions that the account may use. */
  enabledRegions(): Promise<readonly string[]>
  /**
   * The newest available AMI of `owner` with a matching name, or the named one; `undefined` if there is none.
   *
   * @param query.nameFilter as in `describe-images --filters Name=name`
   * @param query.arch in our words (`amd64`)
   */
  newestAmi(query: {
    readonly owner: string
    readonly nameFilter?: string
    readonly arch: Arch
    /** The AMI's ID, or an SSM parameter with it, instead of owner and name. An ID beside `nameFilter`: it must fit owner and name, too. */
    readonly sourceAmi?: string
    readonly ssmParameter?: string
    /** The order of AMIs; by creation date, unless the catalogue says otherwise. */
    readonly order?: 'date' | 'version'
  }): Promise<LockedAmi | undefined>
}

/** What the groups of a job read only once, so that all see the same versions. */
export interface SharedReads {
  /** By address, as `Net.files`. */
  readonly files: Map<string, Promise<Buffer | undefined>>
  /** Archives of the AWS CLI, of 70 MB each, by mirror, version and architecture. */
  readonly archives: Map<string, Promise<Artifact>>
}

export const sharedReads = (): SharedReads => ({ files: new Map(), archives: new Map() })

export interface PlanFacts {
  readonly catalog: Catalog
  readonly root: string
  /** Hexadecimal; its first six digits fill `{run}` in the AMI's name. */
  readonly runId: string
  /** Day of the run in UTC, `YYYYMMDD`; fills `{date}`. */
  readonly date: string
  readonly ec2: Ec2Reads
  /** The account's enabled regions, read from a region that exists whatever the inputs say. */
  readonly anyRegions?: () => Promise<readonly string[]>
  readonly exec: Exec
  readonly log: Log
  readonly clock: Clock
  readonly signal?: AbortSignal
  readonly shared?: SharedReads
}
