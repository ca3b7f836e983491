/** Settings with which Packer could not reach an instance. It would wait for SSH until the build's limit. */
import type { Report } from '../lib/schema.js'
import type { Inputs } from '../model/inputs.js'
import { hopesForPublic } from '../model/reach.js'
import { profileOf } from '../model/variables.js'

/** The inputs that decide how Packer reaches an instance. */
export type ReachInputs = Pick<
  Inputs,
  'subnetId' | 'associatePublicIp' | 'sshInterface' | 'sshSourceCidrs' | 'vars' | 'varFile'
>

const PRIVATE = 'set `ssh-interface: private_ip` on a runner that reaches the subnet, or `session_manager`'

/** Reports them before anything is downloaded or called. The preflight looks at the subnet. */
export function checkReach(inputs: ReachInputs, reporter: (input: string) => Report): void {
  const { subnetId, associatePublicIp, sshInterface } = inputs
  // Without a subnet, the plugin chooses one. If it lacks the permission, it ignores the setting (amazon plugin 1.8.2,
  // step_network_info.go).
  if (associatePublicIp !== undefined && subnetId === undefined)
    reporter('associate-public-ip-address')('it needs `subnet-id`', 'set `subnet-id`, or remove it')
  else if (associatePublicIp === false && hopesForPublic(inputs))
    reporter('associate-public-ip-address')('the runner cannot reach an instance without a public address', PRIVATE)
  // The plugin refuses it after the plan and the tools (run_config.go).
  if (sshInterface === 'session_manager' && profileOf(inputs) === undefined)
    reporter('ssh-interface')(
      'session_manager needs an instance profile with AmazonSSMManagedInstanceCore',
      'set it with `vars: iam_instance_profile=NAME`',
    )
}
