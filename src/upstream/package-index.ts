/** A package of an index: a paragraph of Debian's `Packages`, or a `<package>` of `primary.xml`. */
export interface PackageEntry {
  readonly name: string
  /** With the package's revision: `1.37.2-1.1`, `1.37.2-150500.1.1`. */
  readonly version: string
  /** `amd64`, `arm64`; `all` for any. */
  readonly arch: string
  /** Path below the repository and sum, if the index has them. */
  readonly path?: string
  readonly sha256?: string
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

/** sha256 of a file from the `SHA256:` field of a Debian `Release`, with `HEX SIZE NAME` lines. */
export function releaseSum(release: string, name: string): string | undefined {
  const section = /^SHA256:[ \t]*\n((?:[ \t]+.*\n?)*)/m.exec(release)?.[1] ?? ''
  for (const line of section.split('\n')) {
    const [sum, , path] = line.trim().split(/\s+/)
    if (path === name) return sum?.toLowerCase()
  }
  return undefined
}
