import { UserError } from '../lib/errors.js'

/** Missing permissions, with a policy that grants them. */
export class MissingPermissions extends UserError {
  /** JSON. */
  readonly policy: string

  constructor(message: string, hint: string, policy: string) {
    super('aws-denied', message, hint)
    this.policy = policy
  }
}
