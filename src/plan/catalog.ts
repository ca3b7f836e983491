import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OperatingSystem } from '../model.js'

/** One entry of `catalog/kubernetes.json`: what goes with a Kubernetes minor. Versions are written without `v`. */
export interface KubernetesMinor {
  readonly containerd: string
  readonly runc: string
  readonly cniPlugins: string
  /** Tag of `registry.k8s.io/pause`. */
  readonly pause: string
  /** Last day of upstream's patches, `YYYY-MM-DD`. */
  readonly endOfLife: string
}

/** What images can be made of: operating systems by key (`debian-13`), Kubernetes by minor (`1.37`). */
export interface Catalog {
  readonly operatingSystems: Readonly<Record<string, OperatingSystem>>
  readonly kubernetes: Readonly<Record<string, KubernetesMinor>>
}

/** Reads the catalogue below the action's own directory. The files' shape is checked against their schemas by a test. */
export function readCatalog(root: string): Catalog {
  const read = (name: string) => JSON.parse(readFileSync(join(root, 'catalog', name), 'utf8'))
  const systems: Record<string, Omit<OperatingSystem, 'key'>> = read('operating-systems.json')
  return {
    operatingSystems: Object.fromEntries(Object.entries(systems).map(([key, system]) => [key, { ...system, key }])),
    kubernetes: read('kubernetes.json'),
  }
}
