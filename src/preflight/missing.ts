import { UserError } from '../errors.js'

/** Missing permissions, with the policy that would give them. */
export class MissingPermissions extends UserError {
  constructor(
    message: string,
    hint: string,
    /** JSON. */
    readonly policy: string,
  ) {
    super(message, hint)
  }
}
