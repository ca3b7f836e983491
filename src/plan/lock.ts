/** The lock: the exact results of a run's inputs, as a file that users commit (docs/versions-and-lock.md). Pure. */
import { digestOf, sorted } from '../lib/canonical-json.js'
import { UserError } from '../lib/errors.js'
import { checkShape, type Schema } from '../lib/schema.js'
import type { Artifact } from '../model/artifact.js'
import type { Lock, LockedAmi, LockedArch, LockedNode } from '../model/lock.js'
import type { Arch } from '../model/system.js'

const again = 'rewrite it (lock: write), and commit it'

/** The file's text: sorted, so that the same content gives the same bytes, and with a checksum. */
export function renderLock(lock: Lock): string {
  return `${JSON.stringify(sorted({ ...lock, sum: digestOf(lock) }), null, 2)}\n`
}

/** @throws UserError if it is not JSON, has another format, does not match the schema, or was changed by hand */
export function readLock(text: string, schema: Schema): Lock {
  let value: { format?: unknown; sum?: unknown }
  try {
    value = JSON.parse(text)
  } catch {
    throw new UserError('lock', 'is not JSON', `restore it from version control, or ${again}`)
  }
  if (typeof value === 'object' && value !== null && value.format !== 1)
    throw new UserError(
      'lock',
      `has the format ${JSON.stringify(value.format) ?? '(none)'}, which this version of the action cannot read`,
      `use the version of the action that wrote it, or ${again}`,
    )
  const mistakes: string[] = []
  checkShape(value, schema, (message) => mistakes.push(message))
  if (mistakes[0] !== undefined)
    throw new UserError('lock', mistakes[0], `do not edit it by hand: restore it from version control, or ${again}`)
  const { sum, ...lock } = value as Lock & { sum: string }
  if (sum !== digestOf(lock))
    throw new UserError(
      'lock',
      'was changed after it was written: its checksum differs',
      `restore it from version control, or ${again}`,
    )
  return lock
}

/**
 * Merges several groups' locks. They are from one run, so common parts are equal, except a containerd that a group's inputs name.
 *
 * @throws UserError if two groups need different files of one name
 */
export function mergeLocks(locks: readonly Lock[]): Lock {
  type Named<T> = Readonly<Record<string, T>>
  const merge = <T>(parts: readonly Named<T>[], both: (a: T, b: T) => T): Record<string, T> => {
    const result: Record<string, T> = {}
    for (const part of parts)
      for (const [name, value] of Object.entries(part)) {
        const before = result[name]
        result[name] = before === undefined ? value : both(before, value)
      }
    return result
  }
  // Keeps the parts of all groups, such as programs for Flatcar and rpm packages for Rocky Linux.
  const mergeArch = (a: LockedArch, b: LockedArch): LockedArch => {
    for (const [name, { version }] of Object.entries(b.files)) {
      const before = a.files[name]?.version ?? version
      if (before === version) continue
      throw new UserError(
        'lock',
        `the images need ${name} ${before} and ${version} for one Kubernetes version, but a lock holds only one`,
        'set the same containerd-version for all of them',
      )
    }
    const rpms = { ...a.rpms, ...b.rpms }
    const omitted = [...new Set([...(a.omitted ?? []), ...(b.omitted ?? [])])]
    return {
      packages: { ...a.packages, ...b.packages },
      files: { ...a.files, ...b.files },
      ...(Object.keys(rpms).length > 0 && { rpms }),
      ...(omitted.length > 0 && { omitted }),
    }
  }
  return {
    format: 1,
    tools: Object.assign({}, ...locks.map(({ tools }) => tools)),
    kubernetes: merge(
      locks.map(({ kubernetes }) => kubernetes),
      (a, b) => ({ ...a, ...b, arch: merge<LockedArch>([a.arch, b.arch] as Named<LockedArch>[], mergeArch) }),
    ),
    baseAmis: merge(
      locks.map(({ baseAmis }) => baseAmis),
      (a, b) => merge([a, b], sameBase),
    ),
  }
}

function sameBase(a: LockedAmi, b: LockedAmi): LockedAmi {
  if (a.id === b.id) return b
  throw new UserError(
    'lock',
    `the images need the base AMIs ${a.name} (${a.id}) and ${b.name} (${b.id}) for one system in one region, but a lock holds only one`,
    'give the systems names of their own in the files that `catalog` names, or use a lock file for each entry',
  )
}

/**
 * The entry for a version as written in the inputs, or else one that has this exact version.
 *
 * @throws UserError if the lock lacks a requested version
 */
export function lockedNode(lock: Lock, file: string, wanted: string, arches: readonly Arch[]): LockedNode {
  const isExact = ({ version, deb }: LockedNode) => wanted === version || wanted === deb
  const exact = Object.values(lock.kubernetes).filter(isExact)
  const node = Object.hasOwn(lock.kubernetes, wanted)
    ? lock.kubernetes[wanted]
    : (exact.find(({ arch }) => arches.every((each) => arch[each] !== undefined)) ?? exact[0])
  const missing = arches.filter((arch) => node?.arch[arch] === undefined)
  if (node !== undefined && missing.length === 0) return node
  throw new UserError(
    'lock',
    `${file} does not name Kubernetes ${wanted}${node === undefined ? '' : ` for ${missing.join(' and ')}`}`,
    again,
  )
}

/** @throws UserError if the lock lacks that file, such as kubelet in a lock for `kubernetes-source: package` */
export function lockedFile(node: LockedNode, file: string, arch: Arch, name: string): Artifact {
  const found = node.arch[arch]?.files[name]
  if (found === undefined) throw new UserError('lock', `${file} does not name ${name} for ${arch}`, again)
  return found
}

/** Whether there was no ECR credential provider to install when the lock was written. */
export function omitsEcrProvider(node: LockedNode, arch: Arch): boolean {
  return node.arch[arch]?.omitted?.includes('ecrCredentialProvider') === true
}

/** @throws UserError if the lock lacks them, because it was written without an rpm system */
export function lockedRpms(
  node: LockedNode,
  file: string,
  arch: Arch,
): NonNullable<LockedNode['rpm']> & Pick<Required<LockedArch>, 'rpms'> {
  const rpms = node.arch[arch]?.rpms
  if (node.rpm !== undefined && rpms !== undefined) return { ...node.rpm, rpms }
  throw new UserError('lock', `${file} does not name the rpm packages of Kubernetes ${node.version} for ${arch}`, again)
}

/** @throws UserError if the lock lacks it */
export function lockedAmi(lock: Lock, file: string, region: string, image: string): LockedAmi {
  const ami = lock.baseAmis[region]?.[image]
  if (ami === undefined)
    throw new UserError('lock', `${file} does not name the base AMI of ${image} in ${region}`, again)
  return ami
}

/** Differences between upstream and the lock, for people: `containerd 2.3.6 -> 2.3.7`. */
export function differences(locked: LockedNode, now: LockedNode): string[] {
  const moved: string[] = []
  const compare = (what: string, before: string | undefined, after: string | undefined) => {
    if (before !== after) moved.push(`${what} ${before ?? 'absent'} -> ${after ?? 'absent'}`)
  }
  compare('Kubernetes', locked.deb, now.deb)
  compare('Kubernetes rpm', locked.rpm?.version, now.rpm?.version)
  compare('sandbox image', locked.sandboxImage.name, now.sandboxImage.name)
  if (locked.sandboxImage.name === now.sandboxImage.name)
    compare(`digest of ${now.sandboxImage.name}`, locked.sandboxImage.digest, now.sandboxImage.digest)
  for (const [arch, { packages, files, rpms = {} }] of Object.entries(now.arch)) {
    const before = locked.arch[arch as Arch]
    const rows = [
      ...Object.entries(files).map(([name, after]) => [name, before?.files[name], after] as const),
      ...Object.entries(packages).map(([name, after]) => [name, before?.packages[name], after] as const),
      ...Object.entries(rpms).map(([name, after]) => [`${name} rpm`, before?.rpms?.[name], after] as const),
    ]
    for (const [name, old, after] of rows) {
      // A difference in Kubernetes itself is reported above.
      const reported = new Set([
        locked.deb !== now.deb && now.deb,
        locked.rpm?.version !== now.rpm?.version && now.rpm?.version,
      ])
      if (old?.version !== after.version && reported.has(after.version)) continue
      compare(name, old?.version, after.version)
      if (old?.version === after.version)
        compare(`sha256 of ${name} ${after.version} for ${arch}`, old.sha256, after.sha256)
    }
  }
  return [...new Set(moved)]
}
