import { isMap } from '../lib/schema.js'
import type { Reboot } from '../model/inputs.js'
import type { Level } from '../model/level.js'
import { type Image, rootVolumeSize } from '../model/plan.js'
import type { OperatingSystem } from '../model/system.js'

/** Specs of the level conformance, as Go regular expressions. */
export interface Selection {
  readonly focus: string
  readonly skip: string
}

/** The gate's own variables, beside the build's. */
export interface GateOrder {
  readonly image: Image
  readonly ami: string
  readonly level: Level
  readonly selection: Selection
  readonly reboot: Reboot
  readonly system: OperatingSystem
  /** Minutes for the whole gate. */
  readonly timeout: number
  /** File for the results. */
  readonly results: string
}

/** Variables that packer/image and packer/gate share. */
const SHARED = [
  'region',
  'run_id',
  'subnet_id',
  'iam_instance_profile',
  'ssh_interface',
  'ssh_port',
  'ssh_source_cidrs',
  'associate_public_ip_address',
  'mirror',
  'build_proxy',
  'build_no_proxy',
  'tags',
] as const
/** Extra GiB for the test instance's disk, to check that the root file system grows. */
export const GATE_EXTRA_GIB = 1
/** Minutes of the conformance level's limit that are divided as for the other levels. */
const CHECKS_MINUTES = 40

/**
 * The text of packer/gate's var-file for one image: network and SSH as for the build, the rest from the plan.
 * @param built the parsed var-file of packer/image
 */
export function renderGateVariables(built: Readonly<Record<string, unknown>>, order: GateOrder): string {
  const { image, system, timeout } = order
  // Half of the time is for the boot, and at most a quarter for any check. Long specs do not change that.
  const share = order.level === 'conformance' ? Math.min(timeout, CHECKS_MINUTES) : timeout
  const size = Number(built.root_volume_size ?? rootVolumeSize(image))
  const given = isMap(built.ansible_extra_vars) ? built.ansible_extra_vars : {}
  return `${JSON.stringify(
    {
      ...Object.fromEntries(SHARED.filter((name) => name in built).map((name) => [name, built[name]])),
      image: image.key,
      // Unused by the image's build.
      session_manager_port: isMap(built.session_manager_ports)
        ? (built.session_manager_ports[image.key] ?? null)
        : null,
      family: system.family,
      ami: order.ami,
      level: order.level,
      reboot: order.reboot,
      instance_type: built.instance_type || system.arch[image.arch]?.instanceType,
      ssh_username: system.sshUser,
      root_device: image.system.rootDevice,
      root_volume_size: size > 0 ? size + GATE_EXTRA_GIB : 0,
      ssh_timeout: `${share * 30}s`,
      timeout,
      fips: image.system.fips ?? given.base_fips === true,
      check_seconds: share * 15,
      results: order.results,
      expected: {
        ...expected(image),
        cluster_api: String(given.base_cluster_api ?? 'none'),
        credential_provider:
          image.node.ecrCredentialProvider !== undefined && given.kubernetes_ecr_credential_provider !== false,
        options: options(given, system),
      },
      images: image.supplies.images,
      suite: suite(image),
      focus: order.selection.focus,
      skip: order.selection.skip,
    },
    null,
    2,
  )}\n`
}

function suite({ supplies }: Image) {
  return supplies.suite === undefined ? null : { url: supplies.suite.url, sha256: supplies.suite.sha256 }
}

function expected({ node }: Image) {
  return {
    kubernetes_version: node.kubernetesVersion,
    // Version and revision, which differ between deb and rpm. Empty without packages: the checks ask the programs in any case.
    kubernetes_package: node.kubernetesBinaries === undefined ? (node.kubernetesRpm ?? node.kubernetesDeb) : '',
    containerd: node.containerd.version,
    runc: node.runc.version,
    cni_plugins: node.cniPlugins.version,
    sandbox_image: node.sandboxImage,
  }
}

/** The playbook's options that take effect at boot. Only the Red Hat family has SELinux. */
function options(given: Readonly<Record<string, unknown>>, { family }: OperatingSystem) {
  return {
    selinux: family === 'redhat' ? (given.base_selinux ?? '') : '',
    kernel_arguments: given.base_kernel_arguments ?? [],
    audit_rules: given.base_audit_rules ?? [],
  }
}
