/** Fingerprints of the upstreams' keys. `mirror-trust` is the only way to add to them (docs/internals/design.md, Trust). */

/** HashiCorp releases; published at https://www.hashicorp.com/trust/security */
export const hashicorpFingerprint = 'C874011F0AB405110D02105534365D9472D7468F'

/** Packages at pkgs.k8s.io (`isv:kubernetes OBS Project`); one key for all minors. */
export const kubernetesFingerprint = 'DE15B14486CD377B9E876E1A234654DA9A296436'

/** The AWS CLI's archives (`AWS CLI Team`); published at https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html */
export const awsCliFingerprint = 'FB5DB77FD5C118B80511ADA8A6310ACC4672475C'

/** What is trusted for an upstream, when `mirrorTrust` holds the fingerprints that the user added. */
export function trusted(upstream: string, mirrorTrust: readonly string[]): readonly string[] {
  return [...new Set([upstream, ...mirrorTrust])]
}
