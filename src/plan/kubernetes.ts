/** Chooses exact Kubernetes packages from what a package index offers. Pure. */
import { UserError } from '../lib/errors.js'
import type { Artifact } from '../model/plan.js'
import type { Arch } from '../model/system.js'

/** The packages that a node needs at one and the same version. */
const needed = ['kubelet', 'kubeadm', 'kubectl'] as const

/** One package of an index: a paragraph of Debian's `Packages`, or a `<package>` of `primary.xml`. */
export interface PackageEntry {
  readonly name: string
  /** With the package's revision: `1.37.2-1.1`, `1.37.2-150500.1.1`. */
  readonly version: string
  /** `amd64`, `arm64`; `all` for any. */
  readonly arch: string
  /** Path below the repository, and sum, where the index has them. */
  readonly path?: string
  readonly sha256?: string
}

/** An exact choice. */
export interface KubernetesChoice {
  /** `1.37.2` */
  readonly version: string
  /** `1.37.2-1.1` */
  readonly deb: string
}

/** Reads a `Packages` index (deb822: paragraphs of `Field: value`). */
export function readPackages(text: string): PackageEntry[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => {
      const field = (name: string) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(paragraph)?.[1]?.trim() ?? ''
      const [path, sha256] = [field('Filename').replace(/^\.\//, ''), field('SHA256').toLowerCase()]
      return {
        ...{ name: field('Package'), version: field('Version'), arch: field('Architecture') },
        ...(path && { path }),
        ...(sha256 && { sha256 }),
      }
    })
    .filter(({ name, version }) => name !== '' && version !== '')
}

/** The newest choice that fits what was asked for; @throws UserError as `chooseVersion` does. */
export function chooseKubernetes(
  wanted: string,
  entries: readonly PackageEntry[],
  arches: readonly Arch[],
): KubernetesChoice {
  const deb = chooseVersion(wanted, entries, arches, 'in the package index')
  return { version: deb.replace(/-.*/, ''), deb }
}

/**
 * The newest version, with its revision, that fits what was asked for and that all needed packages have for every architecture.
 *
 * @param wanted `1.37`, `1.37.2` or `1.37.2-1.1`
 * @param place where it was looked for: `in the package index`
 * @throws UserError that names the newest that is offered
 */
export function chooseVersion(
  wanted: string,
  entries: readonly PackageEntry[],
  arches: readonly Arch[],
  place: string,
): string {
  const offered = offeredVersions(entries, arches)
  const fits = offered.filter(
    (version) => version === wanted || version.startsWith(`${wanted}-`) || version.startsWith(`${wanted}.`),
  )
  const choice = fits.at(-1)
  if (choice !== undefined) return choice
  const newest = offered.at(-1)
  throw new UserError(
    `Kubernetes ${wanted} is not ${place} for ${arches.join(' and ')}`,
    newest === undefined ? 'the index offers none; check the mirror, or the architecture' : `the newest is ${newest}`,
  )
}

/** Packages that go with the chosen ones, each in the newest version that the repository of the minor has. */
const beside = ['cri-tools', 'kubernetes-cni'] as const

/**
 * The packages of a node, as files: those of the choice, and the newest of what goes with them. One without path and sha256 in the index
 * is left out: its signature alone vouches for it then.
 *
 * @param exact version with revision
 * @param repository its address, with a slash at its end
 * @throws UserError when the index names one twice with different sums, so that nobody knows which is meant
 */
export function packageFiles(
  exact: string,
  entries: readonly PackageEntry[],
  arch: Arch,
  repository: string,
): Readonly<Record<string, Artifact>> {
  const files: Record<string, Artifact> = {}
  for (const name of [...needed, ...beside]) {
    const named = entries.filter((entry) => entry.name === name && [arch, 'all'].includes(entry.arch))
    const newest = named
      .map(({ version }) => version)
      .sort(compareVersions)
      .at(-1)
    const wanted = (needed as readonly string[]).includes(name) ? exact : newest
    const fits = named.filter(({ version }) => version === wanted)
    const sums = new Set(fits.map(({ sha256 }) => sha256))
    if (sums.size > 1)
      throw new UserError(
        `the package index names ${name} ${wanted} for ${arch} twice, with different sums`,
        'do not build from it; tell whoever keeps the repository',
      )
    const [entry] = fits
    if (entry?.path !== undefined && entry.sha256 !== undefined)
      files[name] = { version: entry.version, url: `${repository}${entry.path}`, sha256: entry.sha256 }
  }
  return files
}

/** Versions that all needed packages have for all architectures, oldest first. */
function offeredVersions(entries: readonly PackageEntry[], arches: readonly Arch[]): string[] {
  const known = new Set(entries.map(({ name, version, arch }) => `${name} ${version} ${arch}`))
  const has = (name: string, version: string, arch: Arch) =>
    known.has(`${name} ${version} ${arch}`) || known.has(`${name} ${version} all`)
  return [...new Set(entries.filter(({ name }) => name === needed[0]).map(({ version }) => version))]
    .filter((version) => arches.every((arch) => needed.every((name) => has(name, version, arch))))
    .sort(compareVersions)
}

/** Orders `1.37.2-1.1` by its numbers. pkgs.k8s.io's stable indexes hold numbers only. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/[.-]/).map(Number))
  for (let place = 0; place < Math.max(left?.length ?? 0, right?.length ?? 0); place++) {
    const difference = (left?.[place] ?? -1) - (right?.[place] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

/** The minor of a version: `1.37.2-1.1` -> `1.37`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.')
}

/** sha256 of a file that a Debian `Release` names in its `SHA256:` field, as `HEX SIZE NAME` lines. */
export function releaseSum(release: string, name: string): string | undefined {
  const section = /^SHA256:[ \t]*\n((?:[ \t]+.*\n?)*)/m.exec(release)?.[1] ?? ''
  for (const line of section.split('\n')) {
    const [sum, , path] = line.trim().split(/\s+/)
    if (path === name) return sum?.toLowerCase()
  }
  return undefined
}
