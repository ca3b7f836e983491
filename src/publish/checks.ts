/** Obstacles to publishing that are visible before a build. */

import type { Ec2ByRegion } from '../aws/ec2.js'
import { isRefused } from '../aws/errors.js'
import type { Key, Services } from '../aws/services.js'
import { UserError } from '../lib/errors.js'
import { gather } from '../lib/gather.js'
import { isShared, type PublishSettings } from '../model/publish.js'

/** The key that EBS has in each account, which AWS manages (EC2, GetEbsDefaultKmsKeyId). */
const AWS_ALIAS = 'alias/aws/ebs'

/**
 * @param regions the build region first
 * @param startsEncrypted whether a base AMI is encrypted
 * @throws UserErrors with every obstacle to publishing AMIs to these regions
 */
export async function checkPublishing(
  settings: PublishSettings,
  regions: readonly string[],
  ec2: Ec2ByRegion,
  services: Services,
  startsEncrypted = false,
): Promise<void> {
  const encrypted = Object.keys(settings.keys).length > 0
  await gather([
    ...regions.flatMap((region) => [
      ...(encrypted ? [checkKey(region, settings, services)] : []),
      ...(settings.everybody ? [checkPublic(region, ec2)] : []),
    ]),
    ...(isShared(settings) && !encrypted ? [checkDefaults(settings, regions, ec2, services, startsEncrypted)] : []),
  ])
}

async function checkKey(region: string, settings: PublishSettings, services: Services): Promise<void> {
  const key = settings.keys[region]
  if (key === undefined)
    throw new UserError(
      'kms-key',
      `kms-key-ids: there is no key for ${region}`,
      `write a ${region}=KEY line, or remove the region`,
    )
  const trouble = keyTrouble(await services.keys(region).describe(key), isShared(settings))
  if (trouble !== undefined)
    throw new UserError('kms-key', `kms-key-ids: ${key} in ${region} ${trouble.what}`, trouble.hint)
}

/** Why a key cannot encrypt AMIs, or AMIs that other accounts launch. Pure. */
export function keyTrouble(key: Key | undefined, shared: boolean): { what: string; hint: string } | undefined {
  if (key === undefined) return { what: 'does not exist', hint: 'check its name and its region' }
  if (key.state !== 'Enabled') return { what: `is ${key.state}`, hint: 'enable it, or name another' }
  if (!key.symmetric) return { what: 'cannot encrypt snapshots', hint: 'name a symmetric key for ENCRYPT_DECRYPT' }
  if (shared && key.manager === 'AWS')
    return {
      what: 'is managed by AWS, so an AMI that it encrypts cannot be shared',
      hint: 'name a key of your own whose policy lets the other accounts use it',
    }
  return undefined
}

async function checkPublic(region: string, ec2: Ec2ByRegion): Promise<void> {
  if ((await unlessRefused(() => ec2(region).blocksPublicAmis())) ?? false)
    throw new UserError(
      'sharing',
      `share-publicly: the account blocks public access to AMIs in ${region}`,
      `share with accounts instead, or run: aws ec2 disable-image-block-public-access --region ${region}`,
    )
}

/** A copy of an encrypted AMI is encrypted, too: with its own region's default key, even where the account does not encrypt by default. */
async function checkDefaults(
  { everybody }: PublishSettings,
  [home = '', ...copies]: readonly string[],
  ec2: Ec2ByRegion,
  services: Services,
  startsEncrypted: boolean,
): Promise<void> {
  if (everybody && startsEncrypted)
    throw new UserError(
      'sharing',
      'share-publicly: the base AMI is encrypted, but an encrypted AMI cannot be public',
      'build from an AMI that is not encrypted, or share with accounts instead',
    )
  const keyOf = (region: string, inherited: boolean) => unlessRefused(() => ec2(region).defaultEncryption(inherited))
  const first = await keyOf(home, false)
  // Encrypted AMIs cannot be public at all, so each region that encrypts is named for itself.
  const inherited = !everybody && (startsEncrypted || first !== undefined)
  const checkRegion = async (region: string, key: string | undefined) => {
    if (key === undefined) return
    if (everybody)
      throw new UserError(
        'sharing',
        `share-publicly: the account encrypts all volumes in ${region}, but an encrypted AMI cannot be public`,
        `share with accounts instead, or run: aws ec2 disable-ebs-encryption-by-default --region ${region}`,
      )
    if (await isOfAws(key, region, services))
      throw new UserError(
        'sharing',
        `the AMIs in ${region} are encrypted with a key that AWS manages, so they cannot be shared`,
        'name keys of your own in kms-key-ids',
      )
  }
  await gather([
    checkRegion(home, first),
    ...copies.map(async (region) => checkRegion(region, await keyOf(region, inherited))),
  ])
}

/** After a key was set and reset, EC2 returns the ARN of AWS's own key, which looks like any other. */
async function isOfAws(key: string, region: string, services: Services): Promise<boolean> {
  if (key.endsWith(AWS_ALIAS)) return true
  return (await unlessRefused(() => services.keys(region).describe(key)))?.manager === 'AWS'
}

/** A role may lack the permission to look. The problem then shows later. */
async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (isRefused(error)) return undefined
    throw error
  }
}
