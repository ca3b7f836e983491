/** Checks whether the account's vCPU quota allows the builds, if it can be read. */
import type { _InstanceType, EC2 } from '@aws-sdk/client-ec2'
import { PAGE } from '../aws/amis.js'
import type { Aws } from '../aws/clients.js'
import { UserError } from '../lib/errors.js'

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
  try {
    const [ec2, quotas] = await Promise.all([aws.ec2(region), aws.quotas(region)])
    const [{ Quota }, needed, used] = await Promise.all([
      quotas.getServiceQuota({ ServiceCode: 'ec2', QuotaCode: STANDARD }),
      vcpusOf(standard, ec2),
      vcpusInUse(ec2),
    ])
    const limit = Quota?.Value
    if (limit === undefined || !Number.isFinite(needed) || !Number.isFinite(used) || used + needed <= limit)
      return undefined
    return `${region}: the quota for standard On-Demand instances is ${limit} vCPUs (${STANDARD}), ${used} are in use, and the builds need ${needed}: ask AWS for more, or lower \`parallel-builds\``
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return undefined // Optional: the role need not be allowed to read quotas.
  }
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
