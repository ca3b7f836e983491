/** Settings of a real account, in a rehearsal. */
import type { Log } from '../../lib/log.js'
import type { Inputs, Wanted } from '../../model/inputs.js'

/** The setting of the instance profile. */
const PROFILE = 'iam_instance_profile'

/**
 * A rehearsal's inputs, and the names of the settings that it leaves out: its account has neither the user's network nor the user's
 * keys and roles, and makes nothing public. So the same config file serves both.
 */
function forRehearsal(inputs: Inputs): { readonly inputs: Inputs; readonly left: readonly string[] } {
  const { [PROFILE]: profile, ...vars } = inputs.vars
  const { [PROFILE]: another, ...varFile } = inputs.varFile
  const { keys, everybody } = inputs.publish
  const left = {
    'subnet-id': inputs.subnetId !== undefined,
    'associate-public-ip-address': inputs.associatePublicIp !== undefined,
    'ssh-interface': inputs.sshInterface !== undefined,
    'ssh-source-cidr': inputs.sshSourceCidrs.length > 0,
    [PROFILE]: (profile ?? another) !== undefined,
    'kms-key-ids': Object.keys(keys).length > 0,
    'share-publicly': everybody,
  }
  return {
    inputs: {
      ...inputs,
      subnetId: undefined,
      associatePublicIp: undefined,
      sshInterface: undefined,
      sshSourceCidrs: [],
      vars,
      varFile,
      publish: { ...inputs.publish, keys: {}, everybody: false },
    },
    left: Object.entries(left).flatMap(([name, there]) => (there ? [name] : [])),
  }
}

/** All images; those of a rehearsal without these settings. One line of the log names them. */
export function withoutAccount(wanted: readonly Wanted[], log: Pick<Log, 'info'>): readonly Wanted[] {
  if (wanted.every(({ inputs }) => inputs.rehearse === 'false')) return wanted
  const all = wanted.map(({ inputs, ...rest }) => ({ ...rest, ...forRehearsal(inputs) }))
  const left = [...new Set(all.flatMap((each) => each.left))]
  if (left.length > 0)
    log.info(`rehearsal: its account lacks what these name, so they have no effect: ${left.join(', ')}`)
  return all.map(({ left: _, ...each }) => each)
}
