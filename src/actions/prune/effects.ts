import type { Aws } from '../../aws/clients.js'
import type { Ec2ByRegion } from '../../aws/ec2.js'
import type { Clock } from '../../lib/clock.js'
import type { Log } from '../../lib/log.js'

/** What a prune needs. */
export interface PruneEffects {
  readonly aws: Aws
  readonly ec2: Ec2ByRegion
  readonly clock: Clock
  readonly log: Log
}
