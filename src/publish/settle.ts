import { type Ami, BUILT, type Ec2, RUN_TAG, STATE_TAG, TESTED_AT_TAG, TESTED_TAG } from '../aws/ec2.js'
import { isShared, type PublishSettings } from '../model/publish.js'
import { deprecationOf } from './settings.js'

/** The settings of all AMIs of one image. */
export interface Terms {
  readonly settings: PublishSettings
  /** The AMI in the build region. Its test and age count for all copies. */
  readonly source: Ami
  /** The user's tags. */
  readonly tags: Readonly<Record<string, string>>
}

/** Adds missing tags to an AMI and its snapshots. Returns the AMI with them. */
export async function giveTags(ami: Ami, terms: Terms, ec2: Ec2): Promise<Ami> {
  const tags = missingTags(ami, terms)
  if (Object.keys(tags).length === 0) return ami
  await ec2.tag([ami.id, ...ami.snapshots], tags)
  return { ...ami, tags: { ...ami.tags, ...tags } }
}

/**
 * Applies the settings to an AMI: tags, permissions, deprecation date, protection. It skips what the AMI already has, except
 * permissions, which EC2 adds only once.
 */
export async function settle(ami: Ami, terms: Terms, ec2: Ec2): Promise<void> {
  const { settings } = terms
  await giveTags(ami, terms, ec2)
  // Packer sets this, but a killed Packer may not have.
  if (!ami.needsImdsV2) await ec2.requireImdsV2(ami.id)
  if (isShared(settings)) await ec2.share(ami.id, settings)
  // Organisations need no snapshot permission to launch the AMI, and cannot have one.
  if (settings.accounts.length > 0)
    for (const snapshot of ami.snapshots) await ec2.shareSnapshot(snapshot, settings.accounts)
  const { createdAt } = terms.source
  if (settings.deprecateAfter !== undefined && createdAt !== undefined) {
    const at = deprecationOf(createdAt, settings.deprecateAfter)
    if (ami.deprecatedAt === undefined || Date.parse(ami.deprecatedAt) !== Date.parse(at))
      await ec2.deprecate(ami.id, at)
  }
  if (settings.protection !== 'false' && !ami.isProtected)
    await ec2.protect(ami.id, settings.protection === 'with-cooldown')
}

/** Tags that are missing or differ: the user's, what the source passed, and its run, by which the next run finds its copies. */
function missingTags(ami: Ami, { source, tags }: Terms): Record<string, string> {
  const wanted: Record<string, string | undefined> = { ...tags }
  for (const name of [RUN_TAG, TESTED_TAG, TESTED_AT_TAG]) wanted[name] = source.tags[name]
  // The tag for a published AMI comes last (mark.ts).
  const states = [ami, source].map((each) => each.tags[STATE_TAG])
  if (!states.includes(BUILT)) wanted[STATE_TAG] = source.tags[STATE_TAG]
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, value]) =>
      value === undefined || ami.tags[name] === value ? [] : [[name, value]],
    ),
  )
}
