/** Reads the Kubernetes package repository of one minor: its index, verified down from a trusted key. */
import { createHash } from 'node:crypto'
import { UserError } from '../errors.js'
import { type Net, needBytes } from '../tools/fetch.js'
import { kubernetesFingerprint, trusted } from '../trust/fingerprints.js'
import { exportTrusted, type Gpg, openClearsigned } from '../trust/gpg.js'
import { type PackageEntry, readPackages, releaseSum } from './kubernetes.js'
import { mirrored } from './mirror.js'

export interface Repository {
  /** Upstream's address, with a slash at its end. */
  readonly url: string
  readonly packages: readonly PackageEntry[]
  /** Armoured; holds only trusted keys. */
  readonly key: string
  readonly fingerprints: readonly string[]
}

/** @param minor `1.37` */
export function repositoryUrl(minor: string): string {
  return `https://pkgs.k8s.io/core:/stable:/v${minor}/deb/`
}

/** @throws UserError when a part is missing, or not what a trusted key signed */
export async function readRepository(
  net: Net,
  gpg: Gpg,
  minor: string,
  mirror: string | undefined,
  mirrorTrust: readonly string[],
): Promise<Repository> {
  const url = repositoryUrl(minor)
  const label = `Kubernetes ${minor} packages`
  const at = (name: string) => mirrored(`${url}${name}`, mirror)
  const fetchFile = (name: string) => needBytes(net, { url: at(name), label })
  const [releaseKey, inRelease, packages] = await Promise.all(['Release.key', 'InRelease', 'Packages'].map(fetchFile))
  const keyring = {
    keys: [String(releaseKey)],
    trusted: trusted(kubernetesFingerprint, mirrorTrust),
  }
  const [key, { judgement, text }] = await Promise.all([
    exportTrusted(gpg, keyring),
    openClearsigned(gpg, keyring, String(inRelease)),
  ])
  if (!judgement.good)
    throw new UserError(
      `${label}: ${at('InRelease')} ${judgement.reason}`,
      mirror === undefined
        ? 'do not build from it; look for news at https://kubernetes.io/blog/'
        : "if that is the mirror's own key, name its fingerprint in the file of mirror-trust",
    )
  const sum = releaseSum(text, 'Packages')
  if (
    sum !==
    createHash('sha256')
      .update(packages ?? '')
      .digest('hex')
  )
    throw new UserError(
      `${label}: ${at('Packages')} is not the file that InRelease names`,
      'the repository may just be changing: run again in a few minutes, or mend the mirror',
    )
  return { url, packages: readPackages(String(packages)), key: key.armored, fingerprints: key.fingerprints }
}
