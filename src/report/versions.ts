import type { Image } from '../model/plan.js'
import { plain, table } from './markdown.js'

/** `key` is markdown already; the digest is undefined while the base AMI is not known. */
type Shown = Pick<Image, 'key' | 'node' | 'baseAmi'> & { readonly digest: string | undefined }

/** The contents of each image. Two tables, because one with all columns is too wide for GitHub's page. */
export function versionTables(images: readonly Shown[]): string {
  const parts = images.map(({ key, node }) => [
    key,
    plain(node.kubernetesDeb),
    plain(node.containerd.version),
    plain(node.runc.version),
    plain(node.cniPlugins.version),
    plain(node.sandboxImage.replace(/^.*:/, '')),
  ])
  const bases = images.map(({ key, baseAmi, digest }) => [
    key,
    digest === undefined ? 'not resolved' : `${plain(baseAmi.name)} \`${baseAmi.id}\``,
    digest === undefined ? 'unknown' : `\`${digest.slice(0, 19)}\``,
  ])
  const head = ['Image', 'Kubernetes', 'containerd', 'runc', 'CNI plugins', 'pause']
  return `${table(head, parts)}\n\n${table(['Image', 'Base AMI', 'Digest'], bases)}`
}
