import { sorted } from '../lib/canonical-json.js'
import type { Account } from '../model/account.js'
import type { Artifact } from '../model/artifact.js'
import type { Inputs } from '../model/inputs.js'
import { type Image, type Plan, rootVolumeSize } from '../model/plan.js'
import { sshSourceCidrs } from './ssh-source.js'

/** Facts that are known only on the build's runner. */
export interface VarFileSettings {
  /** Path of the verified `ansible-playbook`. */
  readonly ansiblePlaybook: string
  readonly account: Account
  /** CIDRs of the runner's own addresses. */
  readonly ownCidrs: readonly string[]
  /** The full commit that requested the images, if any. */
  readonly sourceCommit?: string
  /** Number of images in earlier groups of the job. */
  readonly imagesBefore?: number
}

/**
 * The text of `images.pkrvars.json` (docs/internals/design.md, Var-file): the same plan gives the same bytes. The user's own template
 * variables come first, so that they cannot override the plan.
 */
export function renderVarFile(plan: Plan, inputs: Inputs, settings: VarFileSettings): string {
  const { account, ansiblePlaybook, ownCidrs, sourceCommit = '', imagesBefore = 0 } = settings
  const tunnelled = inputs.sshInterface === 'session_manager'
  return `${JSON.stringify(
    sorted({
      ssh_port: account.sshPort,
      ...inputs.varFile,
      ...Object.fromEntries(Object.entries(inputs.vars).map(([name, value]) => [name, typed(value)])),
      region: plan.region,
      run_id: plan.runId,
      source_commit: sourceCommit,
      ansible_hooks: inputs.ansibleHooks ?? '',
      ansible_playbook: ansiblePlaybook,
      instance_type: inputs.instanceType ?? '',
      subnet_id: inputs.subnetId ?? '',
      ssh_interface: inputs.sshInterface ?? '',
      ssh_source_cidrs: sshSourceCidrs(inputs, account, ownCidrs),
      associate_public_ip_address: inputs.associatePublicIp ?? null,
      timeout: inputs.timeout,
      volume_kms_key_id: inputs.publish.keys[plan.region] ?? '',
      mirror: inputs.mirror ?? '',
      build_proxy: inputs.buildProxy?.address ?? '',
      build_no_proxy: inputs.buildProxy?.none ?? [],
      tags: inputs.tags,
      ansible_extra_vars: inputs.ansibleExtraVars,
      ...(tunnelled
        ? {
            session_manager_ports: Object.fromEntries(
              plan.images.map(({ key }, at) => [key, tunnelPort(plan.runId, imagesBefore + at)]),
            ),
          }
        : {}),
      images: Object.fromEntries(plan.images.map((image) => [image.key, imageVariables(image)])),
    }),
    null,
    2,
  )}\n`
}

/**
 * The runner's port for an image's Session Manager tunnel. Each image has its own, and concurrent runs on one runner hardly collide. By
 * itself, packer-plugin-amazon 1.8.2 chooses one of 1,000 at random.
 *
 * @param at the image's index in the job
 */
export function tunnelPort(runId: string, at: number): number {
  return 10_000 + (Number.parseInt(runId.slice(0, 3), 16) || 0) * 8 + at
}

function imageVariables(image: Image) {
  const { os, arch, baseAmi, system, amiName, buildName, digest, node } = image
  return {
    os,
    arch,
    system: {
      name: system.name,
      family: system.family,
      ssh_username: system.sshUser,
      root_device: system.rootDevice,
      instance_type: system.instanceType,
      ...(system.fips ? { fips: true } : {}),
    },
    // Of the image alone, since the same digest must not depend on the job's other images.
    root_volume_size: rootVolumeSize(image),
    source_ami: baseAmi.id,
    ami_name: buildName,
    final_name: buildName === amiName ? '' : amiName,
    digest,
    node: {
      kubernetes_version: node.kubernetesVersion,
      kubernetes_deb: node.kubernetesDeb,
      kubernetes_repository: node.kubernetesRepository,
      kubernetes_repository_key: node.kubernetesRepositoryKey,
      kubernetes_repository_fingerprints: node.kubernetesRepositoryFingerprints,
      kubernetes_rpm: node.kubernetesRpm ?? '',
      kubernetes_rpm_repository: node.kubernetesRpmRepository ?? '',
      kubernetes_binaries: artifactsVariables(node.kubernetesBinaries),
      containerd: artifactVariables(node.containerd),
      runc: artifactVariables(node.runc),
      cni_plugins: artifactVariables(node.cniPlugins),
      ecr_credential_provider: node.ecrCredentialProvider ? artifactVariables(node.ecrCredentialProvider) : null,
      aws_cli: node.awsCli ? artifactVariables(node.awsCli) : null,
      aws_cli_package: node.awsCliPackage ?? '',
      kubernetes_package_files: artifactsVariables(node.kubernetesPackages),
      sandbox_image: node.sandboxImage,
      sandbox_image_digest: node.sandboxImageDigest,
    },
  }
}

function artifactVariables({ version, url, sha256 }: Artifact) {
  return { version, url, sha256 }
}

function artifactsVariables(artifacts: Readonly<Record<string, Artifact>> = {}) {
  return Object.fromEntries(Object.entries(artifacts).map(([name, artifact]) => [name, artifactVariables(artifact)]))
}

/** Packer converts plain words to the variable's type itself, but needs lists and maps as such. */
function typed(value: string): unknown {
  if (!/^[[{]/.test(value)) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
