import { isMap } from '../lib/schema.js'
import type { Reboot } from '../model/inputs.js'
import type { Level } from '../model/level.js'
import { type Image, ROOT_VOLUME_SIZE } from '../model/plan.js'
import type { OperatingSystem } from '../model/system.js'

/** Which specs of the level conformance are run: regular expressions of Go's. */
export interface Selection {
  readonly focus: string
  readonly skip: string
}

/** The gate's own variables, in addition to those of the build. */
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

/** Variables that mean the same in packer/image and packer/gate. */
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
/** The test instance gets a disk larger by so many GiB, to check that the root file system grows. */
export const GATE_EXTRA_GIB = 1
/** Of the time of the level conformance, what is shared out as for the others; in minutes. */
const CHECKS_MINUTES = 40

/**
 * The text of the var-file of packer/gate for one image: network and SSH as for the build, the rest from the plan.
 * @param built the var-file of packer/image, parsed
 */
export function renderGateVariables(built: Readonly<Record<string, unknown>>, order: GateOrder): string {
  const { image, system, timeout } = order
  // Half of the time to boot, and no check alone takes more than a quarter; specs, which take long, leave the rest as it is.
  const share = order.level === 'conformance' ? Math.min(timeout, CHECKS_MINUTES) : timeout
  const size = Number(built.root_volume_size ?? ROOT_VOLUME_SIZE)
  return `${JSON.stringify(
    {
      ...Object.fromEntries(SHARED.filter((name) => name in built).map((name) => [name, built[name]])),
      image: image.key,
      // The build of the image needs it no more.
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
      fips: image.system.fips ?? isOn(built.ansible_extra_vars, 'base_fips'),
      check_seconds: share * 15,
      results: order.results,
      expected: { ...expected(image), cluster_api: clusterApi(built) },
      images: image.supplies.images,
      suite: suite(image),
      focus: order.selection.focus,
      skip: order.selection.skip,
    },
    null,
    2,
  )}\n`
}

function isOn(variables: unknown, name: string): boolean {
  return isMap(variables) && variables[name] === true
}

function suite({ supplies }: Image) {
  return supplies.suite === undefined ? null : { url: supplies.suite.url, sha256: supplies.suite.sha256 }
}

function expected({ node }: Image) {
  return {
    kubernetes_version: node.kubernetesVersion,
    // No packages: the programs themselves are asked for their versions either way.
    kubernetes_deb: node.kubernetesBinaries === undefined ? node.kubernetesDeb : '',
    containerd: node.containerd.version,
    runc: node.runc.version,
    cni_plugins: node.cniPlugins.version,
    sandbox_image: node.sandboxImage,
  }
}

/** What the option `base_cluster_api` is in the build's var-file. */
function clusterApi({ ansible_extra_vars: given }: Readonly<Record<string, unknown>>): string {
  return String((given as { base_cluster_api?: string } | undefined)?.base_cluster_api ?? 'none')
}
