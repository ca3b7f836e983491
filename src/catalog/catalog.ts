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
   * The lowest supported release of each containerd line for the minor, oldest first. None before 2.0, which cannot read the roles'
   * configuration of version 3.
   */
  readonly containerdLines: readonly string[]
  readonly runc: string
  readonly cniPlugins: string
  readonly crictl: string
  readonly ecrCredentialProvider: string
  readonly awsCli: string
  /** Tag of `registry.k8s.io/pause`. */
  readonly pause: string
  /** Versions of `kubeadm.k8s.io` that its kubeadm reads. */
  readonly kubeadmApi: readonly string[]
  /** The highest level that an image of the minor has passed in the project's own tests. */
  readonly tested: 'never' | 'node' | 'cluster'
  /** Last day of upstream's patches, `YYYY-MM-DD`. */
  readonly endOfLife: string
}

/** The catalogue: operating systems by key (`debian-13`), Kubernetes by minor (`1.37`). */
export interface Catalog {
  readonly operatingSystems: Readonly<Record<string, OperatingSystem>>
  readonly kubernetes: Readonly<Record<string, KubernetesMinor>>
  /** Reads a schema in catalog/. */
  readonly schema: (name: 'operating-systems' | 'lock') => Schema
}

/** Reads the catalogue in the action's own directory. A test checks the files against their schemas. */
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

/** Whether Kubernetes' programs come as files: on request, or without a package manager. */
export function fromFiles({ kubernetesSource }: Pick<Inputs, 'kubernetesSource'>, system: OperatingSystem): boolean {
  return kubernetesSource === 'binary' || system.family === 'flatcar'
}

/** Whether images get kubelet's plugin for ECR. */
export function takesEcrProvider({ ansibleExtraVars }: Pick<Inputs, 'ansibleExtraVars'>): boolean {
  return ansibleExtraVars.kubernetes_ecr_credential_provider !== false
}

/** Whether an image gets the AWS CLI from AWS's own archive: an option needs it, and the system has no package of version 2. */
export function takesAwsCli({ ansibleExtraVars }: Pick<Inputs, 'ansibleExtraVars'>, system: OperatingSystem): boolean {
  return ansibleExtraVars.base_cluster_api === 'aws' && system.awsCliPackage === undefined
}

/** A warning about an image whose system the project has never booted; undefined: none. */
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

/** A warning about a Kubernetes minor that the project has never built. */
export function minorWarning(minor: string, kubernetes: Catalog['kubernetes']): string | undefined {
  if (kubernetes[minor]?.tested !== 'never') return undefined
  return `Kubernetes ${minor}: the authors of this action have never built an image of it (docs/operating-systems.md)`
}
