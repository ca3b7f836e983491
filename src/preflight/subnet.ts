/** The user's own subnet: its zone, and whether the runner can reach instances in it. */
import type { Aws } from '../aws/clients.js'
import { UserError } from '../lib/errors.js'
import type { Inputs } from '../model/inputs.js'

/** The inputs that decide how an instance in a subnet is reached. */
export type SubnetInputs = Pick<Inputs, 'subnetId' | 'sshInterface' | 'associatePublicIp' | 'sshSourceCidrs'>

/**
 * The VPC of `subnet-id`; undefined where nobody says: there is no subnet, or the role may not look.
 *
 * @throws UserError where the subnet gives no public address, and nothing says how else the instance is reached. Packer would wait for
 *   SSH in vain: it takes the private address then, but opens the security group to the runner's public one.
 */
export async function vpcOf(
  { inputs, region }: { readonly inputs: SubnetInputs; readonly region: string },
  aws: Pick<Aws, 'ec2'>,
): Promise<string | undefined> {
  const { subnetId } = inputs
  if (subnetId === undefined) return undefined
  const subnet = await describe(subnetId, region, aws)
  if (subnet?.MapPublicIpOnLaunch === false && hopesForPublic(inputs))
    throw new UserError(
      'network',
      `subnet-id: ${subnetId} gives instances no public address, so the runner cannot reach them`,
      'set `associate-public-ip-address: true`, or `ssh-interface: private_ip` on a runner that reaches the subnet',
    )
  return subnet?.VpcId
}

/** A runner within the VPC that names its own addresses gets in by the private one. */
const hopesForPublic = ({ sshInterface, associatePublicIp, sshSourceCidrs }: SubnetInputs) =>
  sshInterface === undefined && associatePublicIp === undefined && sshSourceCidrs.length === 0

/** That the role may not look is told by the dry calls. */
async function describe(subnetId: string, region: string, aws: Pick<Aws, 'ec2'>) {
  try {
    const { Subnets = [] } = await (await aws.ec2(region)).describeSubnets({ SubnetIds: [subnetId] })
    return Subnets[0]
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}
