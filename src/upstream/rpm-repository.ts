/** Reads an rpm repository's index: the signed `repomd.xml`, and the `primary` that it names. */
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'
import { UserError } from '../lib/errors.js'
import { needBytes } from './bytes.js'
import type { Net } from './fetch.js'
import { kubernetesFingerprint, trusted } from './fingerprints.js'
import { type Gpg, judgeDetached } from './gpg.js'
import { mirrored } from './mirror-rule.js'
import type { PackageEntry } from './package-index.js'

/** rpm's names of architectures -> ours, which are Debian's. */
const architectures: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', noarch: 'all' }
/** Far above any index of pkgs.k8s.io; a damaged one must not fill the memory. */
const LARGEST = 64 << 20

/** @param minor `1.37` */
export function rpmRepositoryUrl(minor: string): string {
  return `https://pkgs.k8s.io/core:/stable:/v${minor}/rpm/`
}

/**
 * The packages in a minor's repository, verified from a trusted key on.
 *
 * @param keys armoured keys that may have signed it, beside the repository's own
 * @throws UserError if a part is missing or not signed by a trusted key
 */
export async function readRpmRepository(
  net: Net,
  gpg: Gpg,
  minor: string,
  mirror: string | undefined,
  mirrorTrust: readonly string[],
  keys: readonly string[],
): Promise<readonly PackageEntry[]> {
  const label = `Kubernetes ${minor} rpm packages`
  const at = (name: string) => mirrored(`${rpmRepositoryUrl(minor)}${name}`, mirror)
  const fetchFile = (name: string) => needBytes(net, { url: at(name), label })
  const names = ['repodata/repomd.xml', 'repodata/repomd.xml.asc', 'repodata/repomd.xml.key'] as const
  const [index, signature, key] = (await Promise.all(names.map(fetchFile))) as [Buffer, Buffer, Buffer]
  const keyring = { keys: [String(key), ...keys], trusted: trusted(kubernetesFingerprint, mirrorTrust) }
  const judgement = await judgeDetached(gpg, keyring, index, signature)
  if (!judgement.good)
    throw new UserError(
      'untrusted',
      `${label}: ${at(names[0])} ${judgement.reason}`,
      mirror === undefined
        ? 'do not build from it; look for news at https://kubernetes.io/blog/'
        : "if that is the mirror's own key, add its fingerprint to the file that mirror-trust names",
    )
  const primary = primaryOf(String(index))
  if (primary === undefined)
    throw new UserError(
      'repository',
      `${label}: ${at(names[0])} names no primary index`,
      'report it to the maintainers of the repository',
    )
  const packed = await fetchFile(primary.path)
  if (createHash('sha256').update(packed).digest('hex') !== primary.sha256)
    throw new UserError(
      'repository',
      `${label}: ${at(primary.path)} is not the file that repomd.xml names`,
      'run the job again in a few minutes, since the repository may be changing, or repair the mirror',
    )
  try {
    return readPrimary(await unpack(primary.path, packed))
  } catch {
    throw new UserError(
      'repository',
      `${label}: ${at(primary.path)} cannot be unpacked`,
      'report it to the maintainers of the repository',
    )
  }
}

/** Path and sha256 of the primary index in a `repomd.xml`. */
export function primaryOf(repomd: string): { path: string; sha256: string } | undefined {
  const data = /<data\s+type="primary"\s*>(.*?)<\/data>/s.exec(repomd)?.[1] ?? ''
  const sha256 = /<checksum\s+type="sha256"\s*>\s*([0-9a-fA-F]{64})\s*</.exec(data)?.[1]?.toLowerCase()
  const path = /<location\s[^>]*href="([^"]+)"/.exec(data)?.[1]
  // Although the file is signed, the path must not lead out of the repository.
  if (sha256 === undefined || path === undefined || !/^repodata\/[\w.-]+$/.test(path)) return undefined
  return { path, sha256 }
}

/** The packages in a `primary.xml`, in the words of Debian's index. Without a sha256 or with an outside path, a package gets neither. */
export function readPrimary(xml: string): PackageEntry[] {
  return [...xml.matchAll(/<package\s[^>]*type="rpm"[^>]*>(.*?)<\/package>/gs)].flatMap(([, text = '']) => {
    const name = /<name>([^<]+)<\/name>/.exec(text)?.[1]
    const arch = /<arch>([^<]+)<\/arch>/.exec(text)?.[1]
    const version = /<version\s[^>]*>/.exec(text)?.[0] ?? ''
    const [ver, rel] = ['ver', 'rel'].map((word) => new RegExp(`\\s${word}="([^"]+)"`).exec(version)?.[1])
    if (!(name && arch && ver && rel)) return []
    const sha256 = /<checksum\s[^>]*type="sha256"[^>]*>\s*([0-9a-fA-F]{64})\s*</.exec(text)?.[1]?.toLowerCase()
    const path = /<location\s+href="((?:[\w+~^-][\w.+~^-]*\/)*[\w+~^-][\w.+~^-]*)"\s*\/>/.exec(text)?.[1]
    const found = sha256 !== undefined && path !== undefined
    return [{ name, arch: architectures[arch] ?? arch, version: `${ver}-${rel}`, ...(found && { path, sha256 }) }]
  })
}

async function unpack(path: string, packed: Buffer): Promise<string> {
  const limit = { maxOutputLength: LARGEST }
  if (path.endsWith('.gz')) return String(await promisify(gunzip)(packed, limit))
  if (path.endsWith('.zst')) return String(await promisify(zstdDecompress)(packed, limit))
  return String(packed)
}
