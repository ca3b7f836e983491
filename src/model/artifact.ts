/** A file to download, with its sha256. */
export interface Artifact {
  readonly version: string
  /** Upstream's address; a mirror replaces it when the file is fetched. */
  readonly url: string
  readonly sha256: string
}
