/** Container images that the build pulls into the AMI: the input `pre-pull-images`, and the variables that it sets. */

import { suggest } from '../lib/nearest.js'
import type { Report } from '../lib/schema.js'

const SETS = ['none', 'node', 'control-plane'] as const

/** The playbook's variables for these words. */
export function readImages(words: readonly string[], report: Report): Record<string, unknown> {
  const isSet = (word: string) => (SETS as readonly string[]).includes(word)
  const sets = words.filter((word) => isSet(word) && word !== 'none')
  if (sets.length > 1) report(`${sets.join(' and ')} are given`, 'control-plane includes node')
  const odd = words.find((word) => !isSet(word) && !word.includes('/'))
  if (odd !== undefined) report(`"${odd}" is not an image`, `${suggest(odd, SETS)}; begin it with its registry`)
  const named = words.filter((word) => word.includes('/'))
  return {
    ...(sets.length > 0 ? { containerd_pull: sets[0] } : {}),
    ...(named.length > 0 ? { containerd_images_extra: named } : {}),
  }
}

/** Reports the first image without a digest. With a mirror, the instance refuses it (ansible/roles/containerd/files/images.sh). */
export function checkDigests(variables: Readonly<Record<string, unknown>>, report: Report): void {
  const { containerd_pull: set, containerd_images_extra: named } = variables
  const words = [...(set === 'none' ? [] : [set]), ...(Array.isArray(named) ? named : [])]
  const loose = words.find((word) => typeof word === 'string' && !word.includes('@sha256:'))
  if (loose !== undefined)
    report(`with a mirror, "${loose}" is not enough: a tag is not a fixed version`, 'write each image with @sha256:…')
}
