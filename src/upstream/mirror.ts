/** A mirror's keys, and the signed sums of its files (docs/internals/design.md, Trust). */
import { UserError } from '../lib/errors.js'
import { needBytes } from './bytes.js'
import type { Net } from './fetch.js'
import { exportTrusted, type Gpg, judgeDetached } from './gpg.js'
import { upstreamPath } from './mirror-rule.js'
import { readSums } from './sums.js'

/**
 * The armoured public keys at MIRROR/keys/FINGERPRINT.asc for all fingerprints in `mirrorTrust`.
 *
 * @throws UserError if one is missing or has another fingerprint
 */
export async function mirrorKeys(
  net: Net,
  gpg: Gpg,
  mirror: string | undefined,
  mirrorTrust: readonly string[],
): Promise<readonly string[]> {
  if (mirror === undefined) return []
  return Promise.all(
    mirrorTrust.map(async (fingerprint) => {
      const url = `${mirror}/keys/${fingerprint}.asc`
      const key = (await needBytes(net, { url, label: "the mirror's key" })).toString('utf8')
      const found = await exportTrusted(gpg, { keys: [key], trusted: [fingerprint] })
      if (found.fingerprints.length === 0)
        throw new UserError(
          'mirror',
          `the mirror's key: ${url} holds another key`,
          'repair the mirror, or correct the file that mirror-trust names',
        )
      return found.armored
    }),
  )
}

/** Looks up the sha256 of an upstream file in the mirror's signed `SHA256SUMS`. */
export interface MirrorSums {
  (url: string): string
  /** All sums: path below the mirror -> sha256. */
  readonly files: ReadonlyMap<string, string>
}

/** @throws UserError if the sums are missing or not signed by a key in `mirrorTrust` */
export async function mirrorSums(
  net: Net,
  gpg: Gpg,
  mirror: string,
  mirrorTrust: readonly string[],
  keys: readonly string[],
): Promise<MirrorSums> {
  const url = `${mirror}/SHA256SUMS`
  if (mirrorTrust.length === 0)
    throw new UserError(
      'mirror',
      `the mirror's sums: ${url} proves nothing without a trusted key`,
      "put the fingerprint of the mirror's key into a file, and set mirror-trust to it",
    )
  const [sums, signature] = await Promise.all([
    needBytes(net, { url, label: "the mirror's sums" }),
    needBytes(net, { url: `${url}.sig`, label: "the signature of the mirror's sums" }),
  ])
  const judgement = await judgeDetached(gpg, { keys, trusted: mirrorTrust }, sums, signature)
  if (!judgement.good)
    throw new UserError(
      'untrusted',
      `the mirror's sums: ${url} ${judgement.reason}`,
      'repair the mirror, or correct the file that mirror-trust names',
    )
  const byPath = readSums(sums.toString('utf8'))
  const lookUp = (upstream: string) => {
    const path = upstreamPath(upstream)
    const sum = byPath.get(path)
    if (sum === undefined)
      throw new UserError('mirror', `the mirror's sums: ${url} does not name ${path}`, 'add the file to the mirror')
    return sum
  }
  return Object.assign(lookUp, { files: byPath })
}
