/** The user's own subnet: its VPC, and whether the runner can reach instances in it. */
import type { Aws } from '../aws/clients.js'
import { errorCode } from '../aws/errors.js'
import { UserError } from '../lib/errors.js'
import type { Inputs } from '../model/inputs.js'
import { hopesForPublic } from '../model/reach.js'

/** The inputs that decide whether it needs a public address. */
export type SubnetInputs = Pick<Inputs, 'subnetId' | 'sshInterface' | 'associatePublicIp' | 'sshSourceCidrs'>

/**
 * The VPC of `subnet-id`; undefined without a subnet, or if the role may not describe it.
 *
 * @throws UserError if there is no such subnet, or if it gives no public address, and no input chooses another way. Packer would not reach SSH: it uses the
 *   private address, but opens the security group to the runner's public one.
 */
export async function vpcOf(
  { inputs, region }: { readonly inputs: SubnetInputs; readonly region: string },
  aws: Pick<Aws, 'ec2'>,
): Promise<string | undefined> {
  const { subnetId } = inputs
  if (subnetId === undefined) return undefined
  const subnet = await describe(subnetId, region, aws)
  if (subnet?.MapPublicIpOnLaunch === false && inputs.associatePublicIp === undefined && hopesForPublic(inputs))
    throw new UserError(
      'network',
      `subnet-id: ${subnetId} gives instances no public address, so the runner cannot reach them`,
      'set `associate-public-ip-address: true`, or `ssh-interface: private_ip` on a runner that reaches the subnet',
    )
  return subnet?.VpcId
}

/** The dry-run calls report a missing permission. */
async function describe(subnetId: string, region: string, aws: Pick<Aws, 'ec2'>) {
  try {
    const { Subnets = [] } = await (await aws.ec2(region)).describeSubnets({ SubnetIds: [subnetId] })
    return Subnets[0]
  } catch (error) {
    if (error instanceof UserError && !/^InvalidSubnetID/.test(errorCode(error))) return undefined
    throw error
  }
}
