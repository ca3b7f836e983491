/** Reads the Kubernetes package repository of one minor: its index, verified from a trusted key on. */
import { createHash } from 'node:crypto'
import { UserError } from '../lib/errors.js'
import { getBytes, needBytes } from './bytes.js'
import { missing, type Net } from './fetch.js'
import { kubernetesFingerprint, trusted } from './fingerprints.js'
import { exportTrusted, type Gpg, openClearsigned } from './gpg.js'
import { mirrored } from './mirror-rule.js'
import { type PackageEntry, readPackages, releaseSum } from './package-index.js'

export interface Repository {
  /** Upstream's address with a trailing slash. */
  readonly url: string
  readonly packages: readonly PackageEntry[]
  /** Armoured trusted keys only. */
  readonly key: string
  readonly fingerprints: readonly string[]
  /** Expiry of each key: `YYYY-MM-DD`, absent for never. */
  readonly expiries: readonly { readonly fingerprint: string; readonly expires?: string }[]
}

/** @param minor `1.37` */
export function repositoryUrl(minor: string): string {
  return `https://pkgs.k8s.io/core:/stable:/v${minor}/deb/`
}

/** The armoured key of a minor's repository; `undefined` without such a repository, for example in a mirror of another minor. */
export async function offeredKey(net: Net, minor: string, mirror: string | undefined): Promise<string | undefined> {
  const request = { url: mirrored(`${repositoryUrl(minor)}Release.key`, mirror), label: `Kubernetes ${minor} packages` }
  return (await getBytes(net, request))?.toString('utf8')
}

/** Armoured keys of repositories. All have the same key, but upstream extends its life only for supported minors (kubernetes/release issue 3818). */
export interface OfferedKeys {
  /** From the minor's own repository. */
  readonly own: Promise<string | undefined>
  /** From the newest supported minor's. */
  readonly newest: Promise<string | undefined>
}

/** @throws UserError if a part is missing or not signed by a trusted key */
export async function readRepository(
  net: Net,
  gpg: Gpg,
  minor: string,
  mirror: string | undefined,
  mirrorTrust: readonly string[],
  keys: OfferedKeys,
): Promise<Repository> {
  const url = repositoryUrl(minor)
  const label = `Kubernetes ${minor} packages`
  const at = (name: string) => mirrored(`${url}${name}`, mirror)
  const fetchFile = (name: string) => needBytes(net, { url: at(name), label })
  const [own, extended, inRelease, packages] = await Promise.all([
    keys.own,
    keys.newest,
    fetchFile('InRelease'),
    fetchFile('Packages'),
  ])
  if (own === undefined) throw missing({ url: at('Release.key'), label })
  const keyring = {
    keys: extended === undefined || extended === own ? [own] : [own, extended],
    trusted: trusted(kubernetesFingerprint, mirrorTrust),
  }
  const [key, { judgement, text }] = await Promise.all([
    exportTrusted(gpg, keyring),
    openClearsigned(gpg, keyring, String(inRelease)),
  ])
  if (!judgement.good)
    throw new UserError(
      'untrusted',
      `${label}: ${at('InRelease')} ${judgement.reason}`,
      mirror === undefined
        ? 'do not build from it; look for news at https://kubernetes.io/blog/'
        : "if that is the mirror's own key, add its fingerprint to the file that mirror-trust names",
    )
  const sum = releaseSum(text, 'Packages')
  if (
    sum !==
    createHash('sha256')
      .update(packages ?? '')
      .digest('hex')
  )
    throw new UserError(
      'repository',
      `${label}: ${at('Packages')} is not the file that InRelease names`,
      'run the job again in a few minutes, since the repository may be changing, or repair the mirror',
    )
  const { armored, fingerprints, expiries } = key
  return { url, packages: readPackages(String(packages)), key: armored, fingerprints, expiries }
}
