import type { KubernetesMinor } from './catalog.js'
import { compareVersions, minorOf } from './versions.js'

/**
 * Why this containerd does not work with this minor; `undefined` if it does. A line that is newer than all of upstream's is accepted,
 * since upstream's list is as old as the minor.
 */
export function containerdProblem(
  minor: string,
  { containerdLines }: KubernetesMinor,
  version: string,
): string | undefined {
  const line = containerdLines.find((least) => minorOf(least) === minorOf(version))
  const newest = containerdLines.at(-1)
  if (line === undefined && newest !== undefined && compareVersions(version, newest) > 0) return undefined
  if (line !== undefined && compareVersions(version, line) >= 0) return undefined
  return `containerd ${version} does not support Kubernetes ${minor}, which needs ${containerdLines.map((least) => `${least} or later of ${minorOf(least)}`).join(', ')}`
}

/** Versions of kubeadm's configuration in a text that this minor's kubeadm no longer reads. */
export function goneKubeadmVersions(text: string, { kubeadmApi }: KubernetesMinor): string[] {
  const named = [...text.matchAll(/kubeadm\.k8s\.io\/(v\d+(?:(?:alpha|beta)\d+)?)/g)].map(([, version = '']) => version)
  return [...new Set(named)].filter((version) => !kubeadmApi.includes(version))
}

/** Days from one day to another, both `YYYY-MM-DD` or `YYYYMMDD`. */
export function daysBetween(from: string, to: string): number {
  const day = (text: string) => Date.parse(text.replace(/^(\d{4})-?(\d\d)-?(\d\d)$/, '$1-$2-$3T00:00:00Z')) / 86_400_000
  return Math.round(day(to) - day(from))
}

/** Days before a key's expiry from which the plan warns. */
const KEY_WARNING = 60

/** Warnings about keys that expire soon: `expires` is `YYYY-MM-DD`, or absent for never. */
export function keyWarnings(
  keys: readonly { readonly fingerprint: string; readonly expires?: string }[],
  today: string,
): string[] {
  return keys.flatMap(({ fingerprint, expires }) => {
    if (expires === undefined) return []
    const days = daysBetween(today, expires)
    if (days < 0 || days > KEY_WARNING) return []
    return [
      `the key of the Kubernetes packages, ${fingerprint}, expires on ${expires}, in ${days} ${days === 1 ? 'day' : 'days'}: upstream usually extends it in time; if not, builds fail after that date`,
    ]
  })
}
