/** Fingerprints of the upstreams' keys. `mirror-trust` is the only way to add to them (docs/internals/design.md, Trust). */
import keys from '../../catalog/keys.json' with { type: 'json' }

export const hashicorpFingerprint = keys.hashicorp.fingerprint
export const kubernetesFingerprint = keys.kubernetes.fingerprint
export const awsCliFingerprint = keys.awsCli.fingerprint

/** The trusted fingerprints for an upstream: its own, and those that the user added. */
export function trusted(upstream: string, mirrorTrust: readonly string[]): readonly string[] {
  return [...new Set([upstream, ...mirrorTrust])]
}
