/** Decides what would happen to each image, and why. Pure. */
import type { Ami } from '../../aws/ec2.js'
import type { Wanted } from '../../model/inputs.js'
import type { Image, Planned } from '../../model/plan.js'
import { describeDigest } from '../../plan/digest.js'
import { type Change, changesSince, describeChange, lastTested } from './changes.js'
import { isUnresolved } from './reads.js'

export interface Verdict {
  readonly image: Image
  readonly wanted: Wanted
  /** Its regions, the build region first. */
  readonly regions: readonly string[]
  /** Whether a build job has work for it. */
  readonly work: boolean
  readonly action: 'build' | 'test' | 'publish' | 'nothing'
  /** Undefined while the base AMI is unknown. */
  readonly digest: string | undefined
  readonly reason: string
  /** The AMI that `changes` refer to. */
  readonly last: { readonly id: string; readonly name: string } | undefined
  readonly changes: readonly Change[]
  /** Region -> ID of an existing AMI with this digest. */
  readonly amis: Readonly<Record<string, string>>
}

/** Existing AMIs of an image, by its digest. */
export interface Existing {
  readonly action: Verdict['action']
  readonly amis: Readonly<Record<string, string>>
}

/** Findings in the account; undefined without one. */
export interface Found {
  /** The account's AMIs in the image's build region. */
  readonly amis: readonly Ami[]
  readonly existing: Existing
}

/** @param look finds what the account has of a planned image */
export function judge(
  planned: readonly Planned[],
  look: (image: Image, region: string) => Found | undefined,
): readonly Verdict[] {
  return planned.flatMap(({ wanted, plan }) =>
    plan.images.map((image): Verdict => {
      const account = isUnresolved(image) ? undefined : look(image, plan.region)
      const last = account && lastTested(image, account.amis)
      const changes = last === undefined ? [] : changesSince(image, last)
      const action = account?.existing.action ?? 'build'
      return {
        ...{ image, wanted, action, changes },
        regions: [plan.region, ...plan.copyRegions],
        work: action !== 'nothing',
        digest: isUnresolved(image) ? undefined : image.digest,
        reason: reason(action, account, last, changes),
        last: last && { id: last.id, name: last.name },
        amis: account?.existing.amis ?? {},
      }
    }),
  )
}

function reason(
  action: Verdict['action'],
  account: Found | undefined,
  last: Ami | undefined,
  changes: readonly Change[],
): string {
  if (account === undefined) return describeDigest(undefined)
  if (action === 'nothing') return 'a tested AMI has this digest, in all regions'
  if (action === 'publish') return 'a tested AMI has this digest, but not in all regions or not published as asked'
  if (action === 'test') return 'an AMI has this digest, but passed a lower test level only'
  if (last === undefined) return 'the account has no tested AMI of this system, architecture and Kubernetes minor'
  if (changes.length === 0) return 'same versions; the playbook, the template or the settings changed'
  return changes.map(describeChange).join(', ')
}
