/** Reads signatures in the output of `gpg --status-fd` (GnuPG, doc/DETAILS). gpg's exit code alone would accept expired keys. */

/** The result of checking a signature. */
export type Judgement =
  | { readonly good: true /** Of the primary key. */; readonly fingerprint: string }
  | { readonly good: false /** Ends a sentence that begins with the file's name. */; readonly reason: string }

/** Weak hash functions, which do not count (RFC 4880, 9.4): MD5, SHA-1, RIPEMD-160. */
const weakHashes = ['1', '2', '3']

/**
 * Good if at least one signature is by a trusted key that is neither expired nor revoked, and none is invalid.
 *
 * @param status lines of `--status-fd`
 * @param trusted fingerprints of primary keys, 40 upper-case hex digits
 */
export function judge(status: string, trusted: readonly string[]): Judgement {
  const signatures: string[][][] = []
  for (const line of status.split('\n')) {
    if (!line.startsWith('[GNUPG:] ')) continue
    const words = line.slice('[GNUPG:] '.length).trim().split(' ')
    if (words[0] === 'NEWSIG') signatures.push([])
    else signatures.at(-1)?.push(words)
  }
  if (signatures.some((lines) => lines.some(([word]) => word === 'BADSIG')))
    return { good: false, reason: 'does not match its signature' }
  const judgements = signatures.map((lines) => judgeOne(lines, trusted))
  return judgements.find(({ good }) => good) ?? judgements[0] ?? { good: false, reason: 'is not signed' }
}

function judgeOne(lines: readonly (readonly string[])[], trusted: readonly string[]): Judgement {
  const find = (name: string) => lines.find(([word]) => word === name)
  const bad = (reason: string): Judgement => ({ good: false, reason })
  const valid = find('VALIDSIG')
  const fingerprint = valid?.[10] ?? ''
  const missing = find('ERRSIG')
  if (missing) {
    const key = missing[7] && missing[7] !== '-' ? missing[7] : (missing[1] ?? '')
    return bad(
      find('NO_PUBKEY') ? `is signed by key ${key}, which is not trusted` : 'has a signature that gpg cannot check',
    )
  }
  if (valid && !trusted.includes(fingerprint)) return bad(`is signed by key ${fingerprint}, which is not trusted`)
  if (find('EXPKEYSIG')) return bad(`is signed by key ${fingerprint}, which has expired`)
  if (find('REVKEYSIG')) return bad(`is signed by key ${fingerprint}, which is revoked`)
  if (find('EXPSIG')) return bad('has a signature that has expired')
  if (!find('GOODSIG') || !valid) return bad('has no good signature')
  if (weakHashes.includes(valid[8] ?? '')) return bad('has a signature over a broken hash (MD5 or SHA-1)')
  return { good: true, fingerprint }
}

/** Fingerprints of the primary keys in `gpg --with-colons` output, in order. */
export function primaryFingerprints(colons: string): string[] {
  const found: string[] = []
  let primary = false
  for (const line of colons.split('\n')) {
    const fields = line.split(':')
    if (fields[0] === 'pub') primary = true
    else if (fields[0] === 'sub') primary = false
    else if (fields[0] === 'fpr' && primary) {
      found.push(fields[9] ?? '')
      primary = false
    }
  }
  return found
}

/** Expiry of each primary key by fingerprint: `YYYY-MM-DD`, absent for never. From `gpg --with-colons`, field 7. */
export function keyExpiries(colons: string): { readonly fingerprint: string; readonly expires?: string }[] {
  const found: { fingerprint: string; expires?: string }[] = []
  let expires: string | undefined
  let primary = false
  for (const line of colons.split('\n')) {
    const fields = line.split(':')
    if (fields[0] === 'pub') {
      primary = true
      expires = fields[6] ? new Date(Number(fields[6]) * 1000).toISOString().slice(0, 10) : undefined
    } else if (fields[0] === 'sub') primary = false
    else if (fields[0] === 'fpr' && primary) {
      found.push({ fingerprint: fields[9] ?? '', ...(expires && { expires }) })
      primary = false
    }
  }
  return found
}
