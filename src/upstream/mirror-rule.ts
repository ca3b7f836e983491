/**
 * The mirror rule (docs/internals/design.md): `https://UPSTREAM/REST` is fetched as `MIRROR/UPSTREAM/REST`.
 *
 * @param mirror base address without a trailing slash; `undefined` means upstream itself
 */
export function mirrored(url: string, mirror: string | undefined): string {
  if (mirror === undefined) return url
  return `${mirror}/${upstreamPath(url)}`
}

/** `UPSTREAM/REST`: the name of a file in a mirror's `SHA256SUMS`. */
export function upstreamPath(url: string): string {
  if (!url.startsWith('https://')) throw new Error(`not an upstream address: ${url}`)
  return url.slice('https://'.length)
}
