/** Dry-run calls: EC2 checks whether it would allow them, and does nothing. */
import type * as Sdk from '@aws-sdk/client-ec2'
import type { Aws } from './clients.js'

type Ec2Action = { [K in keyof typeof Sdk]: K extends `${infer A}Command` ? A : never }[keyof typeof Sdk]
type InputOf<A extends Ec2Action> = ConstructorParameters<(typeof Sdk)[`${A}Command`]>[0]

/**
 * Calls by `service:Action`, as IAM knows it, with what EC2 is asked; undefined: it cannot be tried. A parameter that EC2 does not
 * know does not compile.
 */
export type DryCalls = { readonly [A in Ec2Action as `ec2:${A}`]?: InputOf<A> | undefined } & {
  readonly [other: `${'iam' | 'kms' | 'ssm'}:${string}`]: undefined
}

/**
 * Makes a call of EC2 as a dry run. It rejects in any case where EC2 is as documented: with `DryRunOperation` when it would be allowed.
 *
 * @param action as in `DryCalls`
 */
export async function dryRun(aws: Pick<Aws, 'ec2'>, region: string, action: string, input: object): Promise<void> {
  const name = action.replace(/^ec2:/, '')
  const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  const ec2 = (await aws.ec2(region)) as unknown as Record<string, (input: object) => Promise<unknown>>
  await ec2[method]?.({ ...input, DryRun: true })
}
