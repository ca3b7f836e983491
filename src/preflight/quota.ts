/** Whether the account's vCPU quota lets the builds start, where it can be read. */
import type { AwsCalls } from '../aws/calls.js'
import { itemsAt, textAt } from '../aws/query.js'
import { UserError } from '../lib/errors.js'

/** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", in vCPUs (Service Quotas, EC2). */
const STANDARD = 'L-1216C47A'
const IS_STANDARD = /^[acdhimrtz]\d/

/** What runs at once in a region. */
export interface QuotaNeed {
  readonly region: string
  /** Instance types of what runs at once. */
  readonly instanceTypes: readonly string[]
}

/** What is told of a quota that is too small; undefined when it is large enough, or cannot be read. */
export async function quotaWarning({ region, instanceTypes }: QuotaNeed, calls: AwsCalls): Promise<string | undefined> {
  const standard = instanceTypes.filter((type) => IS_STANDARD.test(type))
  if (standard.length === 0) return undefined
  const ec2 = calls.query('ec2', region)
  try {
    const [quota, types, running] = await Promise.all([
      calls.json('servicequotas', region)('GetServiceQuota', { ServiceCode: 'ec2', QuotaCode: STANDARD }),
      ec2('DescribeInstanceTypes', { InstanceType: [...new Set(standard)] }),
      ec2('DescribeInstances', {
        Filter: [{ Name: 'instance-state-name', Value: ['pending', 'running'] }],
        MaxResults: '1000',
      }),
    ])
    const limit = (quota as { Quota?: { Value?: number } }).Quota?.Value
    const sizes = new Map(
      itemsAt(types, 'instanceTypeSet').map((item) => [
        textAt(item, 'instanceType') ?? '',
        Number(textAt(item, 'vCpuInfo', 'defaultVCpus')),
      ]),
    )
    const needed = standard.reduce((sum, type) => sum + (sizes.get(type) ?? Number.NaN), 0)
    const used = itemsAt(running, 'reservationSet')
      .flatMap((reservation) => itemsAt(reservation, 'instancesSet'))
      .filter((one) => IS_STANDARD.test(textAt(one, 'instanceType') ?? '') && !textAt(one, 'instanceLifecycle'))
      .reduce((sum, one) => {
        const [cores, threads] = ['coreCount', 'threadsPerCore'].map((name) => Number(textAt(one, 'cpuOptions', name)))
        return sum + (cores ?? Number.NaN) * (threads ?? Number.NaN)
      }, 0)
    // Pages beyond the first would only add to what is used.
    if (limit === undefined || !Number.isFinite(needed) || !Number.isFinite(used) || used + needed <= limit)
      return undefined
    return `${region}: the quota for standard On-Demand instances is ${limit} vCPUs (${STANDARD}), ${used} are in use, and the builds need ${needed}: ask AWS for more, or lower \`parallel-builds\``
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return undefined // It is a courtesy: the role need not be allowed to read quotas.
  }
}
