import type { Ami, Ec2 } from '../aws/ec2.js'

/** The AMI with this content and name, in any state. Another run may have made it. */
export async function namesake(digest: string | undefined, name: string, ec2: Ec2): Promise<Ami | undefined> {
  if (digest === undefined || digest === '') return undefined
  return (await ec2.amisByDigest([digest])).find((ami) => ami.name === name)
}
