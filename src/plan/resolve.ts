/** Upstream -> exact versions for one Kubernetes version. Reads and verifies each index, sum and digest once. */

import { fromFiles, type KubernetesMinor, takesAwsCli, takesEcrProvider } from '../catalog/catalog.js'
import { keyWarnings } from '../catalog/support.js'
import { minorOf } from '../catalog/versions.js'
import { gather } from '../lib/gather.js'
import type { Artifact } from '../model/artifact.js'
import type { Inputs } from '../model/inputs.js'
import type { LockedArch, LockedNode } from '../model/lock.js'
import type { Arch } from '../model/system.js'
import {
  binaries,
  ecrCredentialProvider,
  pauseImage,
  type Release,
  releases,
  resolveArtifact,
  resolveOffered,
  resolvePause,
} from '../upstream/artifacts.js'
import { awsCliKeyring, resolveAwsCli } from '../upstream/aws-cli.js'
import { offeredKey, type Repository, readRepository } from '../upstream/deb-repository.js'
import type { Net } from '../upstream/fetch.js'
import { type MirrorSums, mirrorKeys, mirrorSums } from '../upstream/mirror.js'
import { readRpmRepository, rpmRepositoryUrl } from '../upstream/rpm-repository.js'
import { type PlanFacts, sharedReads } from './facts.js'
import { chooseKubernetes, chooseVersion, packageFiles } from './kubernetes.js'

/** The catalogue's entry of a minor, with the user's own containerd. */
export function minorEntry(
  wanted: string,
  inputs: Pick<Inputs, 'containerdVersion'>,
  facts: PlanFacts,
): KubernetesMinor {
  const entry = facts.catalog.kubernetes[minorOf(wanted)]
  if (entry === undefined) throw new Error(`inputs accepted Kubernetes ${wanted}`)
  return inputs.containerdVersion === undefined ? entry : { ...entry, containerd: inputs.containerdVersion }
}

/**
 * Resolves all Kubernetes versions of the inputs, by the version as written there.
 *
 * @throws UserError, or UserErrors with all mistakes
 */
export async function resolveNodes(
  inputs: Inputs,
  facts: PlanFacts,
  net: Net,
): Promise<Readonly<Record<string, LockedNode>>> {
  const { mirror, mirrorTrust } = inputs
  // Images share these: each is read once, and its failure is reported once (gather).
  const sums =
    mirror === undefined
      ? Promise.resolve(undefined)
      : mirrorKeys(net, facts, mirror, mirrorTrust).then((keys) => mirrorSums(net, facts, mirror, mirrorTrust, keys))
  const newest = newestSupported(facts)
  const minors = [...new Set(inputs.kubernetesVersions.map(minorOf))]
  const offered = new Map<string, Promise<string | undefined>>()
  const keyOf = (minor: string) => {
    const known = offered.get(minor) ?? offeredKey(net, minor, mirror)
    offered.set(minor, known)
    return known
  }
  const repositories = new Map(
    minors.map((minor) => {
      const own = keyOf(minor)
      // A mirror may lack that repository; its own key may be enough.
      return [minor, readRepository(net, facts, minor, mirror, mirrorTrust, { own, newest: keyOf(newest) })]
    }),
  )
  const systems = inputs.os.flatMap((os) => inputs.operatingSystems[os] ?? [])
  const rpm = systems.some(({ family }) => family === 'redhat')
  const files = systems.some((system) => fromFiles(inputs, system))
  const cli = systems.some((system) => takesAwsCli(inputs, system))
  const { archives } = facts.shared ?? sharedReads()
  const awsCli = (version: string, arch: Arch) => {
    const name = `${mirror ?? ''} ${version} ${arch}`
    const known =
      archives.get(name) ??
      sums.then((list) => resolveAwsCli(net, facts, version, arch, list, () => awsCliKeyring(facts.root)))
    archives.set(name, known)
    return known
  }
  const rpmRepositories = new Map(
    [...repositories].map(([minor, repository]) => [
      minor,
      rpm ? repository.then(({ key }) => readRpmRepository(net, facts, minor, mirror, mirrorTrust, [key])) : undefined,
    ]),
  )
  const entries = await gather(
    inputs.kubernetesVersions.map(async (wanted): Promise<readonly [string, LockedNode]> => {
      const entry = minorEntry(wanted, inputs, facts)
      const minor = minorOf(wanted)
      const repository = repositories.get(minor)
      if (repository === undefined) throw new Error(`inputs accepted Kubernetes ${wanted}`)
      const known = (found: Readonly<Record<string, Release>>) =>
        gather(
          Object.entries(found).map(
            async ([name, release]) => [name, await resolveArtifact(net, release, await sums)] as const,
          ),
        )
      const [packages, rpms, digest, ...releaseFiles] = await gather([
        repository,
        Promise.resolve(rpmRepositories.get(minor)),
        sums.then((list) => resolvePause(net, entry.pause, list)),
        ...inputs.arch.map((arch) => known(releases(entry, arch))),
      ])
      const choice = chooseKubernetes(wanted, packages.packages, inputs.arch)
      const providers = await gather(
        inputs.arch.map((arch) => readProvider(inputs, entry.ecrCredentialProvider, arch, net, facts, sums)),
      )
      const programs = await gather(
        inputs.arch.map((arch) => known(files ? binaries(choice.version, entry, arch) : {})),
      )
      const clis = await gather(
        inputs.arch.map(async (arch) => (cli ? [['awsCli', await awsCli(entry.awsCli, arch)] as const] : [])),
      )
      const rpmVersion = rpms && chooseVersion(choice.version, rpms, inputs.arch, 'among the rpm packages')
      const arch = Object.fromEntries(
        inputs.arch.map((each, index): [Arch, LockedArch] => [
          each,
          {
            packages: packageFiles(choice.deb, packages.packages, each, packages.url),
            ...(rpmVersion && { rpms: packageFiles(rpmVersion, rpms, each, rpmRepositoryUrl(minor)) }),
            files: Object.fromEntries([
              ...(releaseFiles[index] ?? []),
              ...(programs[index] ?? []),
              ...(providers[index] ?? []),
              ...(clis[index] ?? []),
            ]),
            ...(takesEcrProvider(inputs) && providers[index]?.length === 0 && { omitted: ['ecrCredentialProvider'] }),
          },
        ]),
      )
      return [
        wanted,
        {
          ...choice,
          ...(rpmVersion && { rpm: { version: rpmVersion, url: rpmRepositoryUrl(minor) } }),
          repository: { url: packages.url, fingerprints: packages.fingerprints, key: packages.key },
          sandboxImage: { name: pauseImage(entry.pause), digest },
          arch,
        },
      ]
    }),
  )
  warnOfKeys(await Promise.all(repositories.values()), facts)
  return Object.fromEntries(entries)
}

/** kubelet's plugin for ECR, if the inputs turn it on. Without a published sum, it is left out with a warning. */
async function readProvider(
  inputs: Inputs,
  version: string,
  arch: Arch,
  net: Net,
  { log }: PlanFacts,
  sums: Promise<MirrorSums | undefined>,
): Promise<readonly (readonly [string, Artifact])[]> {
  if (!takesEcrProvider(inputs)) return []
  const release = ecrCredentialProvider(version, arch)
  const found = await resolveOffered(net, release, await sums)
  if (found !== undefined) return [['ecrCredentialProvider', found]]
  log.warning(
    `images for ${arch} are made without the ECR credential provider ${version}: ${inputs.mirror === undefined ? `there is no ${release.sumsUrl}` : `${inputs.mirror} does not have it`}`,
  )
  return []
}

/** The newest minor of the catalogue with patches, whose repository has the key with the latest expiry. */
function newestSupported({ catalog, date }: PlanFacts): string {
  const minors = Object.entries(catalog.kubernetes)
  const alive = minors.filter(([, { endOfLife }]) => endOfLife.replaceAll('-', '') >= date)
  return (
    (alive.length > 0 ? alive : minors)
      .map(([minor]) => minor)
      .sort(byMinor)
      .at(-1) ?? ''
  )
}

function byMinor(a: string, b: string): number {
  return Number(a.split('.')[1]) - Number(b.split('.')[1])
}

function warnOfKeys(repositories: readonly Repository[], { log, date }: PlanFacts): void {
  const lines = repositories.flatMap(({ expiries }) => keyWarnings(expiries, date))
  for (const line of new Set(lines)) log.warning(line)
}
