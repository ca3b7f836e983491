/** A file to download: where upstream has it and what it must hash to. */
export interface Artifact {
  readonly version: string
  /** Upstream's address; a mirror rewrites it at fetch time. */
  readonly url: string
  readonly sha256: string
}
