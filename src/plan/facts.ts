import type { Catalog } from '../catalog/catalog.js'
import type { Clock } from '../lib/clock.js'
import type { Exec } from '../lib/exec.js'
import type { Log } from '../lib/log.js'
import type { LockedAmi } from '../model/lock.js'
import type { Arch } from '../model/system.js'

/** What the plan reads from EC2, in the build region. Implemented by src/aws/ec2-client.ts. */
export interface Ec2Reads {
  /** Regions that the account may use. */
  enabledRegions(): Promise<readonly string[]>
  /**
   * The newest available AMI of `owner` whose name matches, or the one that is named; `undefined` if there is none.
   *
   * @param query.nameFilter as `describe-images --filters Name=name` takes it
   * @param query.arch in our words: EC2's `x86_64` is `amd64`
   */
  newestAmi(query: {
    readonly owner: string
    readonly nameFilter?: string
    readonly arch: Arch
    /** The AMI itself, or the SSM parameter that holds its ID, in place of owner and name. */
    readonly sourceAmi?: string
    readonly ssmParameter?: string
    /** What makes it the newest; the creation date unless the catalogue says otherwise. */
    readonly order?: 'date' | 'version'
  }): Promise<LockedAmi | undefined>
}

/** Where the plan's facts come from. */
export interface PlanFacts {
  readonly catalog: Catalog
  /** The action's own directory: holds `packer/` and `ansible/`. */
  readonly root: string
  /** Hexadecimal; its first six digits fill `{run}` in the AMI's name. */
  readonly runId: string
  /** Day of the run in UTC, `YYYYMMDD`; fills `{date}`. */
  readonly date: string
  readonly ec2: Ec2Reads
  /** Regions that the account may use, asked of a region that there is whatever the inputs name. */
  readonly anyRegions?: () => Promise<readonly string[]>
  readonly exec: Exec
  readonly log: Log
  readonly clock: Clock
  readonly signal?: AbortSignal
}
