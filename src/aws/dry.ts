/** Dry-run calls: EC2 checks permissions and does nothing. */
import type * as Sdk from '@aws-sdk/client-ec2'
import type { Aws } from './clients.js'

type Ec2Action = { [K in keyof typeof Sdk]: K extends `${infer A}Command` ? A : never }[keyof typeof Sdk]
type InputOf<A extends Ec2Action> = ConstructorParameters<(typeof Sdk)[`${A}Command`]>[0]

/**
 * Parameters of dry-run calls by `service:Action`, in IAM's words; undefined: the call cannot be tried. Unknown parameters do not
 * compile.
 */
export type DryCalls = { readonly [A in Ec2Action as `ec2:${A}`]?: InputOf<A> | undefined } & {
  readonly [other: `${'iam' | 'kms' | 'ssm' | 'ssmmessages'}:${string}`]: undefined
}

/**
 * Makes a dry-run call, which always rejects: with `DryRunOperation` if it would be allowed.
 *
 * @param action as in `DryCalls`
 */
export async function dryRun(aws: Pick<Aws, 'ec2'>, region: string, action: string, input: object): Promise<void> {
  const name = action.replace(/^ec2:/, '')
  const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  const ec2 = (await aws.ec2(region)) as unknown as Record<string, (input: object) => Promise<unknown>>
  await ec2[method]?.({ ...input, DryRun: true })
}
