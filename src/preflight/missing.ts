import { UserError } from '../lib/errors.js'

/** Missing permissions, with the policy that would give them. */
export class MissingPermissions extends UserError {
  /** JSON. */
  readonly policy: string

  constructor(message: string, hint: string, policy: string) {
    super('aws-denied', message, hint)
    this.policy = policy
  }
}
