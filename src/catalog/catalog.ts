import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Schema } from '../lib/schema.js'
import type { Inputs } from '../model/inputs.js'
import type { Image } from '../model/plan.js'
import type { OperatingSystem } from '../model/system.js'

/** One entry of `catalog/kubernetes.json`: what goes with a Kubernetes minor. Versions are written without `v`. */
export interface KubernetesMinor {
  readonly containerd: string
  /**
   * The least release of each containerd line that upstream supports with the minor, oldest first. None before 2.0, which cannot read
   * the roles' configuration of version 3.
   */
  readonly containerdLines: readonly string[]
  readonly runc: string
  readonly cniPlugins: string
  readonly crictl: string
  readonly ecrCredentialProvider: string
  readonly awsCli: string
  /** Tag of `registry.k8s.io/pause`. */
  readonly pause: string
  /** Versions of `kubeadm.k8s.io` that kubeadm reads. */
  readonly kubeadmApi: readonly string[]
  /** The furthest test that an image of the minor has passed where the action is made. */
  readonly tested: 'never' | 'node' | 'cluster'
  /** Last day of upstream's patches, `YYYY-MM-DD`. */
  readonly endOfLife: string
}

/** What images can be made of: operating systems by key (`debian-13`), Kubernetes by minor (`1.37`). */
export interface Catalog {
  readonly operatingSystems: Readonly<Record<string, OperatingSystem>>
  readonly kubernetes: Readonly<Record<string, KubernetesMinor>>
  /** A schema in catalog/, read when it is asked for. */
  readonly schema: (name: 'operating-systems' | 'lock') => Schema
}

/** Reads the catalogue below the action's own directory. The files' shape is checked against their schemas by a test. */
export function readCatalog(root: string): Catalog {
  const systems = readCatalogFile(root, 'operating-systems.json') as Record<string, Omit<OperatingSystem, 'key'>>
  return {
    operatingSystems: Object.fromEntries(Object.entries(systems).map(([key, system]) => [key, { ...system, key }])),
    kubernetes: readCatalogFile(root, 'kubernetes.json') as Catalog['kubernetes'],
    schema: (name) => readCatalogFile(root, `${name}.schema.json`) as Schema,
  }
}

function readCatalogFile(root: string, name: string): unknown {
  return JSON.parse(readFileSync(join(root, 'catalog', name), 'utf8'))
}

/** Whether Kubernetes' programs come as files: where the user wants that, and where there is no package manager. */
export function fromFiles({ kubernetesSource }: Pick<Inputs, 'kubernetesSource'>, system: OperatingSystem): boolean {
  return kubernetesSource === 'binary' || system.family === 'flatcar'
}

/** Whether an image gets the AWS CLI from AWS's own archive: an option asks for it, and the system has no package of version 2. */
export function takesAwsCli({ ansibleExtraVars }: Pick<Inputs, 'ansibleExtraVars'>, system: OperatingSystem): boolean {
  return ansibleExtraVars.base_cluster_api === 'aws' && system.awsCliPackage === undefined
}

/** What is to be said of an image whose system was not booted where the action is made; `undefined` when there is nothing. */
export function testedWarning(
  { key, os, arch }: Pick<Image, 'key' | 'os' | 'arch'>,
  systems: Readonly<Record<string, OperatingSystem>>,
): string | undefined {
  const name = systems[os]?.name
  switch (systems[os]?.arch[arch]?.tested) {
    case 'stand-in':
      return `${key}: the authors of this action built ${name} for ${arch} on a stand-in only, never from its base AMI (docs/operating-systems.md)`
    case 'rendered':
      return `${key}: the authors of this action have never built ${name} for ${arch}, only rendered its template (docs/operating-systems.md)`
    default:
      return undefined
  }
}

/** Warns about a Kubernetes minor that the authors of the action have never built. */
export function minorWarning(minor: string, kubernetes: Catalog['kubernetes']): string | undefined {
  if (kubernetes[minor]?.tested !== 'never') return undefined
  return `Kubernetes ${minor}: the authors of this action have never built an image of it (docs/operating-systems.md)`
}
