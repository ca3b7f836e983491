/** Chooses exact Kubernetes packages from a package index. Pure. */
import { compareVersions, fits } from '../catalog/versions.js'
import { UserError } from '../lib/errors.js'
import type { Artifact } from '../model/artifact.js'
import type { Arch } from '../model/system.js'
import type { PackageEntry } from '../upstream/package-index.js'

/** The packages that a node needs in the same version. */
const needed = ['kubelet', 'kubeadm', 'kubectl'] as const

export interface KubernetesChoice {
  /** `1.37.2` */
  readonly version: string
  /** `1.37.2-1.1` */
  readonly deb: string
}

/** The newest match; @throws UserError as `chooseVersion` does. */
export function chooseKubernetes(
  wanted: string,
  entries: readonly PackageEntry[],
  arches: readonly Arch[],
): KubernetesChoice {
  const deb = chooseVersion(wanted, entries, arches, 'in the package index')
  return { version: deb.replace(/-.*/, ''), deb }
}

/**
 * The newest matching version, with its revision, that all needed packages have for every architecture.
 *
 * @param wanted `1.37`, `1.37.2` or `1.37.2-1.1`
 * @param place for messages: `in the package index`
 * @throws UserError that names the newest available version
 */
export function chooseVersion(
  wanted: string,
  entries: readonly PackageEntry[],
  arches: readonly Arch[],
  place: string,
): string {
  const offered = offeredVersions(entries, arches)
  const choice = offered.filter((version) => fits(version, wanted)).at(-1)
  if (choice !== undefined) return choice
  const newest = offered.at(-1)
  throw new UserError(
    'kubernetes-version',
    `Kubernetes ${wanted} is not ${place} for ${arches.join(' and ')}`,
    newest === undefined ? 'the index offers none; check the mirror, or the architecture' : `the newest is ${newest}`,
  )
}

/** Related packages, each in the newest version of the minor's repository. */
const beside = ['cri-tools', 'kubernetes-cni'] as const

/**
 * The packages of a node as files: the chosen ones, and the newest related ones. Packages without path and sha256 in the index are left
 * out; then only their signature verifies them.
 *
 * @param exact version with revision
 * @param repository its address with a trailing slash
 * @throws UserError if the index has one twice with different sums
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
    const offered = named.filter(({ version }) => version === wanted)
    const sums = new Set(offered.map(({ sha256 }) => sha256))
    if (sums.size > 1)
      throw new UserError(
        'repository',
        `the package index names ${name} ${wanted} for ${arch} twice, with different sums`,
        'do not build from it; report it to the maintainers of the repository',
      )
    const [entry] = offered
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
