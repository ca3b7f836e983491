/** `Ec2` with calls of the SDK. */

import { type Clock, systemClock } from '../lib/clock.js'
import { UserError } from '../lib/errors.js'
import { newestAmi, ownAmis } from './amis.js'
import type { Aws } from './clients.js'
import { deregisterAmi } from './deregister.js'
import { type BaseQuery, BUILT, DIGEST_TAG, type Ec2, type Ec2ByRegion, STATE_TAG } from './ec2.js'
import { isNotFound, isUnsupported } from './errors.js'
import { chunks, toTags } from './lists.js'
import { parametersIn } from './parameters.js'
import { registerAmi } from './register.js'
import { namedAny, removeResource, taggedWith } from './resources.js'
import { stopInstance } from './stop.js'

/** Systems Manager, needed only if a parameter names a base AMI. */
type Some = Pick<Aws, 'ec2'> & Partial<Pick<Aws, 'ssm'>>

/** EC2 by region. */
export function ec2ByRegion(aws: Some, clock: Clock = systemClock): Ec2ByRegion {
  const regions = new Map<string, Ec2>()
  return (region) => {
    const known = regions.get(region) ?? inRegion(region, aws, clock)
    regions.set(region, known)
    return known
  }
}

function inRegion(region: string, aws: Some, clock: Clock): Ec2 {
  const client = () => aws.ec2(region)
  return {
    region,
    enabledRegions: async () => {
      const { Regions = [] } = await (await client()).describeRegions({ AllRegions: false })
      return Regions.map(({ RegionName = '' }) => RegionName).sort()
    },
    newestAmi: async (wanted) => newestAmi(await client(), await bySsm(region, wanted, aws)),
    amisNamed: async (names) => ownAmis(await client(), 'name', names, { IncludeDisabled: true }),
    // By filter instead of ID: a new copy may not be listed yet, which is no error.
    ami: async (id) => (await ownAmis(await client(), 'image-id', [id]))[0],
    builtAmis: async () => ownAmis(await client(), `tag:${STATE_TAG}`, [BUILT]),
    amis: async (ids) => ownAmis(await client(), 'image-id', ids),
    amisByDigest: async (digests) => ownAmis(await client(), `tag:${DIGEST_TAG}`, digests),
    copy: async (request) => {
      const Tags = toTags(request.tags)
      const { ImageId } = await (await client()).copyImage({
        Name: request.name,
        Description: request.description,
        SourceRegion: request.sourceRegion,
        SourceImageId: request.sourceId,
        ClientToken: request.token,
        ...(request.key === undefined ? {} : { Encrypted: true, KmsKeyId: request.key }),
        TagSpecifications: [
          { ResourceType: 'image', Tags },
          { ResourceType: 'snapshot', Tags },
        ],
      })
      if (!ImageId)
        throw new UserError('aws-failed', `EC2's answer to CopyImage in ${region} names no AMI`, 'run the job again')
      return ImageId
    },
    register: async (ami, name, tags) => registerAmi(await client(), ami, name, tags),
    share: async (ImageId, { accounts, organizations, organizationalUnits, everybody }) => {
      const Add = [
        ...accounts.map((UserId) => ({ UserId })),
        ...organizations.map((OrganizationArn) => ({ OrganizationArn })),
        ...organizationalUnits.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
        ...(everybody ? [{ Group: 'all' as const }] : []),
      ]
      await (await client()).modifyImageAttribute({ ImageId, LaunchPermission: { Add } })
    },
    shareSnapshot: async (SnapshotId, accounts) => {
      const Add = accounts.map((UserId) => ({ UserId }))
      await (await client()).modifySnapshotAttribute({
        SnapshotId,
        Attribute: 'createVolumePermission',
        CreateVolumePermission: { Add },
      })
    },
    deprecate: async (ImageId, at) => {
      await (await client()).enableImageDeprecation({ ImageId, DeprecateAt: new Date(at) })
    },
    protect: async (ImageId, WithCooldown) => {
      await (await client()).enableImageDeregistrationProtection({ ImageId, WithCooldown })
    },
    unprotect: async (ImageId) => {
      await (await client()).disableImageDeregistrationProtection({ ImageId })
    },
    requireImdsV2: async (ImageId) => {
      await (await client()).modifyImageAttribute({ ImageId, ImdsSupport: { Value: 'v2.0' } })
    },
    blocksPublicAmis: async () => {
      const { ImageBlockPublicAccessState: state } = await (await client()).getImageBlockPublicAccessState({})
      return state !== 'unblocked'
    },
    defaultEncryption: async (inherited = false) => {
      const ec2 = await client()
      if (!inherited && !(await ec2.getEbsEncryptionByDefault({})).EbsEncryptionByDefault) return undefined
      return (await ec2.getEbsDefaultKmsKeyId({})).KmsKeyId
    },
    tag: async (ids, tags) => {
      const ec2 = await client()
      for (const Resources of chunks(ids)) await ec2.createTags({ Resources, Tags: toTags(tags) })
    },
    tagged: async (kind, runId) => taggedWith(await client(), kind, runId),
    named: async (kind, names) => namedAny(await client(), kind, names),
    console: async (InstanceId) => {
      const ec2 = await client()
      try {
        // `Latest` is the current console, instead of the one after boot. Only Nitro instances support it.
        const { Output = '' } = await ec2.getConsoleOutput({ InstanceId, Latest: true }).catch((error) => {
          if (isUnsupported(error)) return ec2.getConsoleOutput({ InstanceId })
          throw error
        })
        const text = Buffer.from(Output, 'base64').toString('utf8')
        return text === '' ? undefined : text
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    stop: async (id, signal) => stopInstance(await client(), id, clock, signal),
    deregister: async (order) => deregisterAmi(await client(), order, clock),
    remove: async (kind, id) => removeResource(await client(), kind, id),
  }
}

/** Replaces a base AMI's parameter by the ID in it. */
async function bySsm(region: string, wanted: BaseQuery, { ssm }: Some): Promise<Omit<BaseQuery, 'ssmParameter'>> {
  const { ssmParameter: name, ...rest } = wanted
  if (name === undefined || rest.sourceAmi !== undefined) return rest
  if (ssm === undefined) throw new Error('a parameter needs Systems Manager')
  const { [name]: sourceAmi } = await parametersIn(region, { ssm }).values([name])
  if (sourceAmi === undefined || !/^ami-[0-9a-f]+$/.test(sourceAmi))
    throw new UserError(
      'base-ami',
      `the SSM parameter ${name} ${sourceAmi === undefined ? 'does not exist' : 'holds no AMI'} in ${region}`,
      'correct `ssmParameter` in the file that the input `catalog` names',
    )
  return { ...rest, sourceAmi }
}
