/** The size of an image's root volume. Pure. */
import { UserError } from '../lib/errors.js'
import type { Inputs } from '../model/inputs.js'
import type { LockedAmi } from '../model/lock.js'
import { templateVariable } from '../model/variables.js'

/**
 * Rejects a root volume that is smaller than the base AMI's snapshot: EC2 would not launch it (InvalidBlockDeviceMapping). 0 means the
 * base AMI's size.
 *
 * @throws UserError for a user's size; the default grows with the base AMI
 */
export function checkRootVolume(
  image: string,
  { name, rootGib = 0 }: Pick<LockedAmi, 'name' | 'rootGib'>,
  inputs: Pick<Inputs, 'vars' | 'varFile'>,
): void {
  const size = Number(templateVariable(inputs, 'root_volume_size') ?? 0)
  if (size > 0 && size < rootGib)
    throw new UserError(
      'base-ami',
      `${image}: the base AMI ${name} needs ${rootGib} GiB, and root_volume_size is ${size}`,
      `set root_volume_size to ${rootGib} or more, or remove it`,
    )
}
