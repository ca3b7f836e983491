/** What a lock may name. Its checksum has no key, so whoever can edit the file can renew it. Pure. */
import { fits, minorOf } from '../catalog/versions.js'
import type { Artifact } from '../model/artifact.js'
import type { LockedNode } from '../model/lock.js'
import type { Arch } from '../model/system.js'
import { addressOf } from '../upstream/artifacts.js'
import { repositoryUrl } from '../upstream/deb-repository.js'
import { rpmRepositoryUrl } from '../upstream/rpm-repository.js'

/**
 * The first version or address of a locked node that is not upstream's for the wanted version; `undefined` if all are. So an edited lock
 * can bring another release of upstream's, but no file of somebody else.
 *
 * @param wanted the version as written in the inputs
 */
export function notUpstreams(wanted: string, node: LockedNode): string | undefined {
  const minor = minorOf(wanted)
  const [debs, rpms] = [repositoryUrl(minor), rpmRepositoryUrl(minor)]
  const { version, deb, rpm } = node
  if (!fits(deb, wanted) || !deb.startsWith(`${version}-`)) return `Kubernetes ${version} (${deb})`
  if (rpm !== undefined && !rpm.version.startsWith(`${version}-`)) return `rpm packages ${rpm.version}`
  const repositories = [
    [node.repository.url, debs],
    [rpm?.url ?? rpms, rpms],
  ] as const
  return (
    repositories.find(([url, own]) => url !== own)?.[0] ??
    Object.entries(node.arch)
      .flatMap(([arch, part]) => [
        ...Object.entries(part.files).filter(
          ([name, { version, url }]) => url !== addressOf(name, version, arch as Arch),
        ),
        ...strays(part.packages, debs),
        ...strays(part.rpms ?? {}, rpms),
      ])
      .map(([, { url }]) => url)[0]
  )
}

/** Packages that are not in the repository. */
const strays = (packages: Readonly<Record<string, Artifact>>, repository: string) =>
  Object.entries(packages).filter(([, { url }]) => !url.startsWith(repository) || url.includes('/..'))
