/** Options that Flatcar does not support: it has no package manager, and its kernel comes with its whole /usr. */

import type { Report } from '../lib/schema.js'
import type { OperatingSystem } from '../model/system.js'

/**
 * Reports variables of the playbook that Flatcar does not support. Later, the playbook itself rejects the same ones
 * (ansible/roles/kubernetes/files/flatcar/start.sh, ansible/roles/base/files/kernel.sh).
 */
export function checkFlatcar(
  os: readonly string[],
  systems: Readonly<Record<string, OperatingSystem>>,
  variables: Readonly<Record<string, unknown>>,
  reporter: (input: string) => Report,
): void {
  const found = os.filter((key) => systems[key]?.family === 'flatcar').join(', ')
  if (found === '') return
  const {
    base_hardening,
    base_kernel_upgrade,
    base_gpu,
    base_ssm_agent,
    base_cluster_api,
    kubernetes_packages_extra: packages,
  } = variables
  const others = `remove it for ${found}: a config file can set it per image`
  if (Array.isArray(packages) && packages.length > 0)
    reporter('extra-packages')(`${found} has no package manager, so it cannot install ${packages.join(', ')}`, others)
  if (base_cluster_api === 'aws')
    reporter('cluster-api')(
      `it is for cloud-init, but Cluster API bootstraps ${found} with Ignition, which does not need it`,
      `leave it off for ${found}: a config file can set it per image`,
    )
  if (base_hardening === 'cis') reporter('ansible-extra-vars')(`base_hardening: ${found} does not support cis`, others)
  if (base_kernel_upgrade === true)
    reporter('ansible-extra-vars')(
      `${found} does not support base_kernel_upgrade, since its kernel comes with /usr`,
      others,
    )
  if (typeof base_gpu === 'string' && base_gpu !== 'none')
    reporter('ansible-extra-vars')(`base_gpu: ${found} does not support ${base_gpu}`, others)
  if (base_ssm_agent instanceof Object && Object.keys(base_ssm_agent).length > 0)
    reporter('ansible-extra-vars')(`base_ssm_agent is a package, and ${found} has no package manager`, others)
}
