/** What the action asks of EC2, as calls. */

import { type Clock, systemClock } from '../lib/clock.js'
import type { Environment } from '../lib/environment.js'
import { UserError } from '../lib/errors.js'
import { newestAmi, ownAmis } from './amis.js'
import { awsCalls } from './calls.js'
import type { Call } from './client.js'
import { BUILT, DIGEST_TAG, type Ec2, type Ec2ByRegion, STATE_TAG } from './ec2.js'
import { isNotFound, isUnsupported } from './errors.js'
import { allItems, chunks, toTags } from './lists.js'
import { textAt } from './query.js'
import { removeResource, taggedWith } from './resources.js'
import { newTally, type Tally } from './tally.js'

/**
 * EC2 by region.
 *
 * @param account what stands in for `env`: endpoint and credentials; empty for AWS itself
 */
export function ec2ByRegion(
  account: Environment,
  env: Environment = process.env,
  clock: Clock = systemClock,
  tally: Tally = newTally(),
): Ec2ByRegion {
  const calls = awsCalls(account, env, clock, tally)
  const regions = new Map<string, Ec2>()
  return (region) => {
    const known = regions.get(region) ?? inRegion(region, calls.query('ec2', region))
    regions.set(region, known)
    return known
  }
}

function inRegion(region: string, call: Call): Ec2 {
  return {
    region,
    enabledRegions: async () => {
      const regions = await allItems(call, 'DescribeRegions', 'regionInfo', { AllRegions: false })
      return regions.map((item) => textAt(item, 'regionName') ?? '').sort()
    },
    newestAmi: (wanted) => newestAmi(call, wanted),
    amiNameTaken: async (name) => (await ownAmis(call, 'name', [name])).length > 0,
    // By filter and not by ID: a copy that was just begun may not be known yet, which is no error.
    ami: async (id) => (await ownAmis(call, 'image-id', [id]))[0],
    builtAmis: () => ownAmis(call, `tag:${STATE_TAG}`, [BUILT]),
    amis: (ids) => ownAmis(call, 'image-id', ids),
    amisByDigest: (digests) => ownAmis(call, `tag:${DIGEST_TAG}`, digests),
    copy: async (request) => {
      const Tag = toTags(request.tags)
      const answer = await call('CopyImage', {
        Name: request.name,
        SourceRegion: request.sourceRegion,
        SourceImageId: request.sourceId,
        ClientToken: request.token,
        ...(request.key === undefined ? {} : { Encrypted: true, KmsKeyId: request.key }),
        TagSpecification: [
          { ResourceType: 'image', Tag },
          { ResourceType: 'snapshot', Tag },
        ],
      })
      const id = textAt(answer, 'imageId')
      if (!id) throw new UserError(`EC2 answered to CopyImage in ${region}, and named no AMI`, 'run it again')
      return id
    },
    share: async (ImageId, { accounts, organizations, organizationalUnits, everybody }) => {
      const Add = [
        ...accounts.map((UserId) => ({ UserId })),
        ...organizations.map((OrganizationArn) => ({ OrganizationArn })),
        ...organizationalUnits.map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
        ...(everybody ? [{ Group: 'all' }] : []),
      ]
      await call('ModifyImageAttribute', { ImageId, LaunchPermission: { Add } })
    },
    shareSnapshot: async (SnapshotId, accounts) => {
      const Add = accounts.map((UserId) => ({ UserId }))
      await call('ModifySnapshotAttribute', {
        SnapshotId,
        Attribute: 'createVolumePermission',
        CreateVolumePermission: { Add },
      })
    },
    deprecate: async (ImageId, DeprecateAt) => {
      await call('EnableImageDeprecation', { ImageId, DeprecateAt })
    },
    protect: async (ImageId, WithCooldown) => {
      await call('EnableImageDeregistrationProtection', { ImageId, WithCooldown })
    },
    requireImdsV2: async (ImageId) => {
      await call('ModifyImageAttribute', { ImageId, ImdsSupport: { Value: 'v2.0' } })
    },
    blocksPublicAmis: async () => {
      const answer = await call('GetImageBlockPublicAccessState', {})
      return textAt(answer, 'imageBlockPublicAccessState') !== 'unblocked'
    },
    defaultEncryption: async () => {
      const answer = await call('GetEbsEncryptionByDefault', {})
      if (textAt(answer, 'ebsEncryptionByDefault') !== 'true') return undefined
      return textAt(await call('GetEbsDefaultKmsKeyId', {}), 'kmsKeyId')
    },
    tag: async (ids, tags) => {
      for (const some of chunks(ids)) await call('CreateTags', { ResourceId: some, Tag: toTags(tags) })
    },
    tagged: (kind, runId) => taggedWith(call, kind, runId),
    console: async (InstanceId) => {
      try {
        // Latest: as it is now, and not as it was after the boot. Instances of the Nitro system alone can tell.
        const ask = (Latest?: boolean) => call('GetConsoleOutput', { InstanceId, Latest })
        const answer = await ask(true).catch((error) => {
          if (isUnsupported(error)) return ask()
          throw error
        })
        const text = Buffer.from(textAt(answer, 'output') ?? '', 'base64').toString('utf8')
        return text === '' ? undefined : text
      } catch (error) {
        if (isNotFound(error)) return undefined
        throw error
      }
    },
    remove: (kind, id) => removeResource(call, kind, id),
  }
}
