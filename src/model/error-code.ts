/**
 * Stable codes of failures, for people to look up and for scripts. docs/troubleshooting.md has a row for each. Never reuse a code for
 * another kind of failure.
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

export type ErrorCode = (typeof ERROR_CODES)[number]
