/** Checks whether the account's vCPU quota allows the builds, if it can be read. */
import type { _InstanceType, EC2 } from '@aws-sdk/client-ec2'
import { PAGE } from '../aws/amis.js'
import type { Aws } from '../aws/clients.js'
import { orUndefined } from './optional.js'

/** "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", in vCPUs (Service Quotas, EC2). */
const STANDARD = 'L-1216C47A'
const IS_STANDARD = /^[acdhimrtz]\d/

/** Concurrent instances in a region. */
export interface QuotaNeed {
  readonly region: string
  /** Their instance types. */
  readonly instanceTypes: readonly string[]
}

/** The warning about a quota that is too small; undefined if it is large enough or cannot be read. */
export async function quotaWarning(
  { region, instanceTypes }: QuotaNeed,
  aws: Pick<Aws, 'ec2' | 'quotas'>,
): Promise<string | undefined> {
  const standard = instanceTypes.filter((type) => IS_STANDARD.test(type))
  if (standard.length === 0) return undefined
  return orUndefined(async () => {
    const ec2 = await aws.ec2(region)
    const [limit, needed, used] = await Promise.all([
      quotaOf(region, STANDARD, aws),
      vcpusOf(standard, ec2),
      vcpusInUse(ec2),
    ])
    if (limit === undefined || !Number.isFinite(needed) || !Number.isFinite(used) || used + needed <= limit)
      return undefined
    return `${region}: the quota for standard On-Demand instances is ${limit} vCPUs (${STANDARD}), ${used} are in use, and the builds need ${needed}: ask AWS for more, or lower \`parallel-builds\``
  })
}

/** The account's quota of EC2 in a region. @param code as in Service Quotas */
export async function quotaOf(region: string, code: string, aws: Pick<Aws, 'quotas'>): Promise<number | undefined> {
  const { Quota } = await (await aws.quotas(region)).getServiceQuota({ ServiceCode: 'ec2', QuotaCode: code })
  return Quota?.Value
}

/** NaN if EC2 has none. */
async function vcpusOf(types: readonly string[], ec2: EC2): Promise<number> {
  const { InstanceTypes = [] } = await ec2.describeInstanceTypes({
    InstanceTypes: [...new Set(types)] as _InstanceType[],
  })
  const sizes = new Map<string | undefined, number | undefined>(
    InstanceTypes.map(({ InstanceType, VCpuInfo }) => [InstanceType, VCpuInfo?.DefaultVCpus]),
  )
  return types.reduce((sum, type) => sum + (sizes.get(type) ?? Number.NaN), 0)
}

async function vcpusInUse(ec2: EC2): Promise<number> {
  const { Reservations = [] } = await ec2.describeInstances({
    Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
    // Further pages could only add vCPUs in use.
    MaxResults: PAGE,
  })
  return Reservations.flatMap(({ Instances = [] }) => Instances)
    .filter((one) => IS_STANDARD.test(one.InstanceType ?? '') && !one.InstanceLifecycle)
    .reduce((sum, { CpuOptions: cpu }) => sum + (cpu?.CoreCount ?? Number.NaN) * (cpu?.ThreadsPerCore ?? Number.NaN), 0)
}
