/**
 * Stable names of what can go wrong, for people to look up and for scripts to act on. docs/troubleshooting.md has a row for each.
 * A name is never given to another kind of failure.
 */
export const ERROR_CODES = [
  'ami-name',
  'aws-capacity',
  'aws-credentials',
  'aws-denied',
  'aws-failed',
  'aws-throttled',
  'aws-unreachable',
  'base-ami',
  'build-failed',
  'cancelled',
  'config-file',
  'defect',
  'disk-full',
  'download',
  'github',
  'input',
  'kms-key',
  'kubernetes-version',
  'lock',
  'mirror',
  'network',
  'region',
  'rehearsal',
  'release',
  'repository',
  'runner',
  'sharing',
  'ssm-parameter',
  'test-failed',
  'tool',
  'untrusted',
] as const

/** One of them. */
export type ErrorCode = (typeof ERROR_CODES)[number]
