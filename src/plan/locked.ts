/** A plan's versions from the lock, from upstream, or from both, which must then agree. */

import { takesEcrProvider } from '../catalog/catalog.js'
import { containerdProblem, keyWarnings } from '../catalog/support.js'
import { minorOf } from '../catalog/versions.js'
import { UserError } from '../lib/errors.js'
import { gather } from '../lib/gather.js'
import type { Inputs } from '../model/inputs.js'
import type { LockedAmi, LockedNode } from '../model/lock.js'
import type { SystemArch } from '../model/system.js'
import type { Net } from '../upstream/fetch.js'
import { kubernetesFingerprint, trusted } from '../upstream/fingerprints.js'
import { exportTrusted } from '../upstream/gpg.js'
import { notUpstreams } from './addresses.js'
import type { PlanFacts } from './facts.js'
import { differences, lockedAmi, lockedFile, lockedNode, omitsEcrProvider } from './lock.js'
import { minorEntry, resolveNodes } from './resolve.js'

/** By the version as written in the inputs. */
export type Nodes = Readonly<Record<string, LockedNode>>

export async function readNodes(inputs: Inputs, facts: PlanFacts, net: Net): Promise<Nodes> {
  const { content, file, mode } = inputs.lock
  for (const wanted of inputs.kubernetesVersions) {
    const { endOfLife } = minorEntry(wanted, inputs, facts)
    if (facts.date > endOfLife.replaceAll('-', ''))
      facts.log.warning(`Kubernetes ${minorOf(wanted)} has had no patches since ${endOfLife}`)
  }
  if (content === undefined) return resolveNodes(inputs, facts, net)
  const locked = Object.fromEntries(
    inputs.kubernetesVersions.map((wanted) => [wanted, lockedNode(content, file, wanted, inputs.arch)]),
  )
  await gather(Object.entries(locked).map(([wanted, node]) => checkLocked(wanted, node, inputs, facts)))
  if (mode === 'use') return locked
  const now = await resolveNodes(inputs, facts, net)
  const lines = inputs.kubernetesVersions.flatMap((wanted) =>
    differences(locked[wanted] as LockedNode, now[wanted] as LockedNode),
  )
  if (lines.length > 0) throw moved(file, [...new Set(lines)])
  return locked
}

/** Checks a lock by the same rules as upstream's offers, since it may be old. */
async function checkLocked(wanted: string, node: LockedNode, inputs: Inputs, facts: PlanFacts): Promise<void> {
  const { file } = inputs.lock
  const entry = minorEntry(wanted, inputs, facts)
  const stray = notUpstreams(wanted, node)
  if (stray !== undefined)
    throw new UserError(
      'lock',
      `${file} names ${stray}, which is not what upstream has for Kubernetes ${wanted}`,
      'find out who changed the file, restore it from version control, or rewrite it (lock: write)',
    )
  const { key, fingerprints } = node.repository
  const allowed = trusted(kubernetesFingerprint, inputs.mirrorTrust)
  const [stranger] = fingerprints.filter((fingerprint) => !allowed.includes(fingerprint))
  if (stranger !== undefined)
    throw new UserError(
      'lock',
      `${file} trusts the key ${stranger} for the packages of Kubernetes ${wanted}, but this run does not`,
      "if that is a mirror's own key, add its fingerprint to the file that mirror-trust names",
    )
  const held = await exportTrusted(facts, { keys: [key], trusted: fingerprints })
  if (held.fingerprints.length !== fingerprints.length || fingerprints.length === 0)
    throw new UserError(
      'lock',
      `${file} holds a key for Kubernetes ${wanted} that its fingerprints do not match`,
      'rewrite it (lock: write)',
    )
  const today = facts.date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
  const dead = held.expiries.find(({ expires }) => expires !== undefined && expires < today)
  if (dead !== undefined)
    throw new UserError(
      'lock',
      `the key of the Kubernetes packages in ${file}, ${dead.fingerprint}, expired on ${dead.expires}`,
      'rewrite it (lock: write): upstream extends its key',
    )
  for (const line of keyWarnings(held.expiries, facts.date)) facts.log.warning(line)
  for (const arch of inputs.arch) {
    const { version } = lockedFile(node, file, arch, 'containerd')
    // `check` reads upstream, which warns by itself.
    if (inputs.lock.mode === 'use' && takesEcrProvider(inputs) && omitsEcrProvider(node, arch))
      facts.log.warning(
        `images for ${arch} are made without the ECR credential provider: there was none when ${file} was written`,
      )
    // `check` reports this as a difference.
    if (inputs.lock.mode === 'use' && version !== (inputs.containerdVersion ?? version))
      throw new UserError(
        'lock',
        `${file} names containerd ${version}, but containerd-version is ${inputs.containerdVersion}`,
        'rewrite it (lock: write), or remove containerd-version',
      )
    const problem = containerdProblem(minorOf(wanted), entry, version)
    if (problem !== undefined) throw new UserError('lock', `${file}: ${problem}`, 'rewrite it (lock: write)')
  }
}

/** The error for differences between lock and upstream. */
export function moved(file: string, lines: readonly string[]): UserError {
  return new UserError(
    'lock',
    `${file} differs from upstream: ${lines.join(', ')}`,
    'rewrite it (lock: write) and commit it, or build from it unchanged (lock: use)',
  )
}

/**
 * The base AMI that the lock has for an image, such as `debian-13-amd64`. Undefined without a lock, and in a rehearsal, which has base
 * AMIs of its own.
 *
 * @throws UserError if the lock has none, or if the catalogue names another one
 */
export function lockedBase(
  { lock: { content, file, mode }, region, rehearse }: Pick<Inputs, 'lock' | 'region' | 'rehearse'>,
  image: string,
  { sourceAmi }: SystemArch,
): LockedAmi | undefined {
  if (content === undefined || rehearse !== 'false') return undefined
  const locked = lockedAmi(content, file, region, image)
  if (mode === 'use' && sourceAmi !== undefined && sourceAmi !== locked.id)
    throw new UserError(
      'lock',
      `${file} holds the base AMI ${locked.id} of ${image}, but \`catalog\` names ${sourceAmi}`,
      'rewrite it (lock: write) and commit it, or correct `catalog`',
    )
  return locked
}
