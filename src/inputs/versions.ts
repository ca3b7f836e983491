/** The requested versions, the lock, and related checks that need no calls. */

import type { Catalog } from '../catalog/catalog.js'
import { containerdProblem, goneKubeadmVersions } from '../catalog/support.js'
import { minorOf } from '../catalog/versions.js'
import { UserError } from '../lib/errors.js'
import type { Report } from '../lib/schema.js'
import type { Lock } from '../model/lock.js'
import { readLock } from '../plan/lock.js'
import { toolVersions } from '../tools/versions.js'
import { list } from './parse.js'

/** Reports minors that do not work with a containerd. */
export function checkContainerd(
  version: string,
  kubernetesVersions: readonly string[],
  { kubernetes }: Catalog,
  report: Report,
): void {
  for (const minor of new Set(kubernetesVersions.map(minorOf))) {
    const entry = kubernetes[minor]
    const problem = entry && containerdProblem(minor, entry, version)
    if (entry !== undefined && problem !== undefined)
      report(problem, `remove it for ${entry.containerd}, or build another Kubernetes`)
  }
}

/** Reports removed versions of kubeadm's configuration, anywhere in the playbook's variables. */
export function checkKubeadmConfig(
  variables: Readonly<Record<string, unknown>>,
  kubernetesVersions: readonly string[],
  { kubernetes }: Catalog,
  report: Report,
): void {
  const text = JSON.stringify(variables)
  for (const minor of new Set(kubernetesVersions.map(minorOf))) {
    const entry = kubernetes[minor]
    if (entry === undefined) continue
    for (const version of goneKubeadmVersions(text, entry))
      report(
        `kubeadm of Kubernetes ${minor} does not read kubeadm.k8s.io/${version}`,
        `write kubeadm.k8s.io/${entry.kubeadmApi.at(-1)}`,
      )
  }
}

/** The lock in a file; undefined after a mistake. */
export function parseLock(file: string, content: string, { schema }: Catalog, report: Report): Lock | undefined {
  try {
    return readLock(content, schema('lock'))
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    report(`${file} ${error.message}`, error.hint ?? '')
    return undefined
  }
}

/** The input `kubernetes-version`: each version once, without a leading `v`. */
export function readKubernetes(text: string, catalog: Catalog, report: Report): string[] {
  const minors = Object.keys(catalog.kubernetes)
  const versions = list(text).map((word) => {
    const match = /^v?((\d+\.\d+)(\.\d+(-[0-9A-Za-z.+~]+)?)?)$/.exec(word)
    if (match === null) report(`"${word}" is not a version`, 'write 1.37, 1.37.2 or 1.37.2-1.1')
    else if (!minors.includes(match[2] ?? ''))
      report(`Kubernetes ${match[2]} is not in the catalog`, `known: ${minors.join(', ')}`)
    return match?.[1] ?? word
  })
  return [...new Set(versions)]
}

/** Reports tools that differ from the lock's, as after an update of the action: a mirror of the lock lacks them. */
export function checkTools(file: string, { tools }: Lock, packer: string, report: Report): void {
  for (const [name, version] of Object.entries(toolVersions(packer))) {
    const locked = tools[name] ?? version
    if (locked !== version)
      report(
        `${file} names ${name} ${locked}, but this run uses ${version}`,
        name === 'packer' ? `rewrite it (lock: write), or set packer-version: ${locked}` : 'rewrite it (lock: write)',
      )
  }
}
