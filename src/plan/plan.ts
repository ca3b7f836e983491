/** The plan: inputs and facts -> images, each with exact versions, sums, base AMI and digest. */

import { fromFiles, minorWarning, takesAwsCli, takesEcrProvider, testedWarning } from '../catalog/catalog.js'
import { minorOf } from '../catalog/versions.js'
import { UserError } from '../lib/errors.js'
import { gather } from '../lib/gather.js'
import type { Inputs } from '../model/inputs.js'
import type { Lock, LockedNode } from '../model/lock.js'
import type { Image, NodeVersions, Plan } from '../model/plan.js'
import type { Arch, OperatingSystem } from '../model/system.js'
import { toolVersions } from '../tools/versions.js'
import type { Net } from '../upstream/fetch.js'
import { type Base, readBases } from './bases.js'
import { contentOf, hashHooks, hashSources, imageDigest } from './digest.js'
import type { PlanFacts } from './facts.js'
import { lockedFile, lockedRpms, omitsEcrProvider } from './lock.js'
import { type Nodes, readNodes } from './locked.js'
import { amiNames } from './names.js'
import { readRegions } from './regions.js'
import { readSupplies, type Supplies } from './supplies.js'

/** @throws UserError, or UserErrors with all mistakes */
export async function makePlan(inputs: Inputs, facts: PlanFacts): Promise<Plan> {
  const net: Net = { ...facts, meter: { bytes: 0 }, ...(facts.shared && { files: facts.shared.files }) }
  const [regions, bases, nodes] = await gather([
    readRegions(inputs, facts),
    readBases(inputs, facts),
    readNodes(inputs, facts, net),
  ])
  const images = makeImages(inputs, facts, bases, nodes, await readSupplies(inputs, facts, net, nodes))
  const minors = new Set(inputs.kubernetesVersions.map(minorOf))
  for (const minor of minors) {
    const warning = minorWarning(minor, facts.catalog.kubernetes)
    if (warning !== undefined) facts.log.warning(warning)
  }
  for (const image of images) {
    if (inputs.kubernetesSource === 'package' && image.node.kubernetesBinaries !== undefined)
      facts.log.info(
        `${image.key}: Kubernetes comes as files, as with kubernetes-source: binary, since it has no package manager`,
      )
    const warning = testedWarning(image, inputs.operatingSystems)
    if (warning !== undefined) facts.log.warning(warning)
  }
  const plan = { runId: facts.runId, region: inputs.region, copyRegions: regions, images }
  return inputs.lock.mode === 'write' ? { ...plan, lock: toLock(inputs, bases, nodes) } : plan
}

function toLock(inputs: Inputs, bases: readonly Base[], nodes: Nodes): Lock {
  // What is false is absent: earlier versions of the action refuse locks with members that they do not know.
  const amis = bases.map(({ system, arch, ami: { needsCopy, ...ami } }) => [
    `${system.key}-${arch}`,
    { ...ami, ...(needsCopy && { needsCopy }) },
  ])
  return {
    format: 1,
    tools: toolVersions(inputs.packerVersion),
    kubernetes: nodes,
    baseAmis: { [inputs.region]: Object.fromEntries(amis) },
  }
}

/** The installed versions of one image. */
function nodeVersions(node: LockedNode, system: OperatingSystem, arch: Arch, inputs: Inputs): NodeVersions {
  const file = (name: string) => lockedFile(node, inputs.lock.file, arch, name)
  const programs = ['kubelet', 'kubeadm', 'kubectl', 'crictl']
  const rpm = system.family === 'redhat' ? lockedRpms(node, inputs.lock.file, arch) : undefined
  return {
    kubernetesVersion: node.version,
    kubernetesDeb: node.deb,
    kubernetesRepository: node.repository.url,
    kubernetesRepositoryKey: node.repository.key,
    kubernetesRepositoryFingerprints: node.repository.fingerprints,
    ...(rpm && { kubernetesRpm: rpm.version, kubernetesRpmRepository: rpm.url }),
    ...(fromFiles(inputs, system) && {
      kubernetesBinaries: Object.fromEntries(programs.map((name) => [name, file(name)])),
    }),
    containerd: file('containerd'),
    runc: file('runc'),
    cniPlugins: file('cniPlugins'),
    ...(takesEcrProvider(inputs) &&
      !omitsEcrProvider(node, arch) && { ecrCredentialProvider: file('ecrCredentialProvider') }),
    ...(takesAwsCli(inputs, system) && { awsCli: file('awsCli') }),
    ...(inputs.ansibleExtraVars.base_cluster_api === 'aws' &&
      system.awsCliPackage !== undefined && { awsCliPackage: system.awsCliPackage }),
    kubernetesPackages: fromFiles(inputs, system) ? {} : (rpm?.rpms ?? node.arch[arch]?.packages ?? {}),
    sandboxImage: node.sandboxImage.name,
    sandboxImageDigest: node.sandboxImage.digest,
  }
}

/** All combinations of system, architecture and Kubernetes version, sorted by key. Pure, except for the hash of the sources. */
function makeImages(
  inputs: Inputs,
  facts: Pick<PlanFacts, 'root' | 'runId' | 'date'>,
  bases: readonly Base[],
  nodes: Nodes,
  supplies: Supplies,
): readonly Image[] {
  const sources = hashSources(facts.root)
  const hooks = inputs.ansibleHooks === undefined ? undefined : hashHooks(inputs.ansibleHooks)
  const extraVars = contentOf(inputs.ansibleExtraVars)
  const several = new Set(Object.values(nodes).map(({ deb }) => deb)).size > 1
  const images = bases.flatMap(({ system, arch, ami: { rootDevice: seen, rootGib, encrypted, needsCopy, ...ami } }) =>
    Object.values(nodes).map((node): Image => {
      const versions = nodeVersions(node, system, arch, inputs)
      const plain = `${system.key}-${arch}`
      const { name, family, sshUser } = system
      const rootDevice = seen ?? system.rootDevice ?? ''
      const instanceType = system.arch[arch]?.instanceType ?? ''
      return {
        key: several ? `${plain}-${versions.kubernetesVersion}` : plain,
        os: system.key,
        arch,
        baseAmi: ami,
        system: {
          ...{ name, family, sshUser, rootDevice, instanceType },
          ...(system.fips ? { fips: true } : {}),
          ...(rootGib === undefined ? {} : { rootGib }),
          ...(encrypted ? { encrypted } : {}),
          ...(needsCopy === undefined ? {} : { needsCopy }),
        },
        ...amiNames(inputs, { kubernetes: versions.kubernetesVersion, os: system.key, arch }, facts),
        node: versions,
        supplies: supplies(node.version, arch),
        digest:
          imageDigest({
            ...{ sources, os: system.key, arch, baseAmi: ami.id || undefined, node: versions },
            system: { family, sshUser, rootDevice },
            extraVars,
            hooks,
            templateVariables: { ...inputs.varFile, ...inputs.vars },
            key: inputs.publish.keys[inputs.region],
          }) ?? '',
      }
    }),
  )
  const byKey = new Map(images.map((image) => [image.key, image]))
  const other = images.find(({ key, node }) => byKey.get(key)?.node.kubernetesDeb !== node.kubernetesDeb)
  if (other !== undefined)
    throw new UserError(
      'kubernetes-version',
      `kubernetes-version names two packages of Kubernetes ${other.node.kubernetesVersion}: ${other.node.kubernetesDeb} and ${byKey.get(other.key)?.node.kubernetesDeb}`,
      'name one of them',
    )
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}
