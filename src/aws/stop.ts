/** Stops an instance. */
import type { EC2 } from '@aws-sdk/client-ec2'
import type { Clock } from '../lib/clock.js'
import { filter } from './lists.js'
import { listKind } from './resources.js'

/** Seconds between two looks. The first ones are shorter. */
const PAUSE = 2

/** See `Ec2.stop`. */
export async function stopInstance(ec2: EC2, id: string, clock: Clock, signal: AbortSignal): Promise<void> {
  await ec2.stopInstances({ InstanceIds: [id] })
  for (let pause = PAUSE / 4; ; pause = Math.min(PAUSE, 2 * pause)) {
    await clock.sleep(pause, signal)
    const [found] = await listKind(ec2, 'instance', [filter('instance-id', id)])
    // A describe that lags still says `running`.
    if (found?.state !== 'running' && found?.state !== 'stopping') return
  }
}
