/** The plan: inputs and facts -> images, each with exact versions, sums, base AMI and digest. */
import { UserError } from '../errors.js'
import type { Arch, Image, Inputs, NodeVersions, OperatingSystem, Plan } from '../model.js'
import type { Net } from '../tools/fetch.js'
import { mirrorKeys, mirrorSums } from '../trust/mirror.js'
import { pauseImage, releases, resolveArtifact, resolvePause } from './artifacts.js'
import { testedWarning } from './catalog.js'
import { hashSources, imageDigest } from './digest.js'
import type { PlanFacts } from './facts.js'
import { gather } from './gather.js'
import { chooseKubernetes, minorOf } from './kubernetes.js'
import { amiName } from './names.js'
import { copyRegions } from './regions.js'
import { type Repository, readRepository } from './repository.js'

export type { Ec2Reads, PlanFacts } from './facts.js'

/** @throws UserError, or UserErrors with all that is wrong at once */
export async function makePlan(inputs: Inputs, facts: PlanFacts): Promise<Plan> {
  const net: Net = { ...facts, fetch: facts.fetch ?? fetch, meter: { bytes: 0 } }
  const [regions, bases, nodes] = await gather([
    facts.ec2.enabledRegions().then((enabled) => copyRegions(inputs, enabled)),
    readBases(inputs, facts),
    readNodes(inputs, facts, net),
  ])
  const images = makeImages(inputs, facts, bases, nodes)
  for (const image of images) {
    const warning = testedWarning(image, inputs.operatingSystems)
    if (warning !== undefined) facts.log.warning(warning)
  }
  return { runId: facts.runId, region: inputs.region, copyRegions: regions, images }
}

/** A base AMI, for one system and architecture. */
interface Base {
  readonly system: OperatingSystem
  readonly arch: Arch
  readonly ami: { readonly id: string; readonly name: string }
  readonly rootDevice: string
}

async function readBases(inputs: Inputs, facts: PlanFacts): Promise<readonly Base[]> {
  const pairs = inputs.os.flatMap((os) => inputs.arch.map((arch) => ({ os, arch })))
  return gather(
    pairs.map(async ({ os, arch }): Promise<Base> => {
      const system = inputs.operatingSystems[os]
      const filter = system?.arch[arch]
      if (system === undefined || filter === undefined) throw new Error(`inputs let ${os} on ${arch} pass`)
      const found = await facts.ec2.newestAmi({ owner: system.owner, nameFilter: filter.nameFilter, arch })
      if (found === undefined)
        throw new UserError(
          `${os}-${arch}: there is no base AMI in ${inputs.region}: owner ${system.owner}, name ${filter.nameFilter}`,
          'build in another region (input region), and copy there with ami-regions',
        )
      const { rootDevice, ...ami } = found
      return { system, arch, ami, rootDevice: system.rootDevice ?? rootDevice ?? '' }
    }),
  )
}

/** What is installed, for one Kubernetes version and architecture. */
interface Node {
  readonly arch: Arch
  readonly versions: NodeVersions
}

async function readNodes(inputs: Inputs, facts: PlanFacts, net: Net): Promise<readonly Node[]> {
  const { mirror, mirrorTrust } = inputs
  // Shared by several images; each is read once, and its failure is told once (gather).
  const sums =
    mirror === undefined
      ? Promise.resolve(undefined)
      : mirrorKeys(net, facts, mirror, mirrorTrust).then((keys) => mirrorSums(net, facts, mirror, mirrorTrust, keys))
  const minors = [...new Set(inputs.kubernetesVersions.map(minorOf))]
  const repositories = new Map(minors.map((minor) => [minor, readRepository(net, facts, minor, mirror, mirrorTrust)]))
  return (
    await gather(
      inputs.kubernetesVersions.map(async (wanted): Promise<readonly Node[]> => {
        const catalogued = facts.catalog.kubernetes[minorOf(wanted)]
        const repository = repositories.get(minorOf(wanted))
        if (catalogued === undefined || repository === undefined)
          throw new Error(`inputs let Kubernetes ${wanted} pass`)
        const [packages, digest, ...artifacts] = await gather([
          repository,
          sums.then((known) => resolvePause(net, catalogued.pause, known)),
          ...inputs.arch.map(async (arch) => {
            const { containerd, runc, cniPlugins } = releases(catalogued, arch)
            const known = await sums
            return gather([containerd, runc, cniPlugins].map((release) => resolveArtifact(net, release, known)))
          }),
        ])
        const choice = chooseKubernetes(wanted, packages.packages, inputs.arch)
        if (facts.date > catalogued.endOfLife.replaceAll('-', ''))
          facts.log.warning(`Kubernetes ${minorOf(wanted)} has had no patches since ${catalogued.endOfLife}`)
        return inputs.arch.map((arch, index): Node => {
          const [containerd, runc, cniPlugins] = artifacts[index] ?? []
          if (!containerd || !runc || !cniPlugins) throw new Error('an artifact was lost')
          const sandboxImage = pauseImage(catalogued.pause)
          return {
            arch,
            versions: {
              ...packageVersions(choice, packages),
              containerd,
              runc,
              cniPlugins,
              sandboxImage,
              sandboxImageDigest: digest,
            },
          }
        })
      }),
    )
  ).flat()
}

function packageVersions(choice: { version: string; deb: string }, repository: Repository) {
  return {
    kubernetesVersion: choice.version,
    kubernetesDeb: choice.deb,
    kubernetesRepository: repository.url,
    kubernetesRepositoryKey: repository.key,
    kubernetesRepositoryFingerprints: repository.fingerprints,
  }
}

/** Every system, architecture and Kubernetes version once, sorted by key. Pure but for the hash of the sources. */
function makeImages(
  inputs: Inputs,
  facts: Pick<PlanFacts, 'root' | 'runId' | 'date'>,
  bases: readonly Base[],
  nodes: readonly Node[],
): readonly Image[] {
  const sources = hashSources(facts.root)
  const several = new Set(nodes.map(({ versions }) => versions.kubernetesDeb)).size > 1
  const images = bases.flatMap(({ system, arch, ami, rootDevice }) =>
    nodes
      .filter((node) => node.arch === arch)
      .map(({ versions }): Image => {
        const plain = `${system.key}-${arch}`
        const { name, family, sshUser } = system
        const instanceType = system.arch[arch]?.instanceType ?? ''
        return {
          key: several ? `${plain}-${versions.kubernetesVersion}` : plain,
          os: system.key,
          arch,
          baseAmi: ami,
          system: { name, family, sshUser, rootDevice, instanceType },
          amiName: amiName(inputs.amiName, {
            kubernetes: versions.kubernetesVersion,
            os: system.key,
            arch,
            date: facts.date,
            run: facts.runId.slice(0, 6),
          }),
          node: versions,
          digest: known(
            imageDigest({
              ...{ sources, os: system.key, arch, baseAmi: ami.id, node: versions },
              system: { family, sshUser, rootDevice },
              extraVars: inputs.ansibleExtraVars,
              templateVariables: { ...inputs.varFile, ...inputs.vars },
              key: inputs.publish.keys[inputs.region],
            }),
          ),
        }
      }),
  )
  const byKey = new Map(images.map((image) => [image.key, image]))
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

function known(digest: string | undefined): string {
  if (digest === undefined) throw new Error('an image without a base AMI was planned')
  return digest
}
