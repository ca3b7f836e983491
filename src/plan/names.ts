import { UserError } from '../lib/errors.js'
import type { Image } from '../model/plan.js'

export interface NameParts {
  readonly kubernetes: string
  readonly os: string
  readonly arch: string
  /** `YYYYMMDD` */
  readonly date: string
  readonly run: string
}

/**
 * Fills in `{kubernetes}` and the other placeholders. EC2 accepts names of 3 to 128 characters (CreateImage, parameter Name).
 *
 * @throws UserError if the name is too short or too long
 */
export function amiName(pattern: string, parts: NameParts): string {
  const name = pattern.replace(
    /\{(\w+)\}/g,
    (whole, part: string) => (parts as unknown as Record<string, string>)[part] ?? whole,
  )
  if (name.length < 3 || name.length > 128)
    throw new UserError('ami-name', `ami-name: "${name}" has ${name.length} characters`, 'use 3 to 128')
  return name
}

/**
 * @param region the build region; copies have the same name elsewhere
 * @throws UserError if the account has an AMI of that name already
 */
export async function checkNameIsFree(
  image: Pick<Image, 'key' | 'amiName'>,
  region: string,
  ec2: { amiNameTaken(name: string): Promise<boolean> },
): Promise<void> {
  if (await ec2.amiNameTaken(image.amiName))
    throw new UserError(
      'ami-name',
      `${image.key}: the account has an AMI named ${image.amiName} in ${region} already`,
      'choose another ami-name, or add {run}, which differs in every run',
    )
}
