import type { ErrorCode } from '../model/error-code.js'

/** Hints for messages of EC2 and Packer; the first match counts. */
const HINTS: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [
    /VcpuLimitExceeded|InstanceLimitExceeded/,
    'aws-capacity',
    'ask AWS for a higher quota, lower `parallel-builds`, or choose another `instance-type`',
  ],
  [
    /InsufficientInstanceCapacity/,
    'aws-capacity',
    'run the job again later, or choose another `instance-type` or `subnet-id`',
  ],
  [
    /\bUnsupported\b.*instance type|\b(Unsupported|InvalidParameterValue)\b.*\barchitecture/i,
    'aws-capacity',
    "choose an `instance-type` that the subnet's zone offers for this architecture",
  ],
  [/UnauthorizedOperation|AccessDenied/, 'aws-denied', 'grant that call to the role that the job assumes'],
  [
    /ExpiredToken|RequestExpired/,
    'aws-credentials',
    'make the credentials last longer than `timeout` (role-duration-seconds)',
  ],
  [
    /AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch/,
    'aws-credentials',
    'check the credentials, and that the account has enabled the region',
  ],
  [
    /VPCIdNotSpecified|DefaultVpcDoesNotExist|[Nn]o default VPC/,
    'network',
    'set `subnet-id`: the region has no default VPC',
  ],
  [/InvalidSubnetID/, 'network', 'check that `subnet-id` lies in `region`'],
  [
    /InvalidBlockDeviceMapping/,
    'base-ami',
    'set `root_volume_size` (`vars`) to at least the size of the base AMI, or to 0 to keep that size',
  ],
  [
    /Client\.InternalError|InvalidKMSKey/,
    'kms-key',
    'allow the role to use the KMS key that the account encrypts volumes with (docs/iam.md)',
  ],
  [
    /InvalidAMIID|[Nn]o AMI was found/,
    'base-ami',
    'the base AMI is gone: run the job again to find a newer one; with `lock: use`, write the lock again first',
  ],
  [
    /is used by an existing AMI|InvalidAMIName.Duplicate/,
    'ami-name',
    'choose another `ami-name`, or deregister the AMI that has it',
  ],
  [
    /[Tt]imeout waiting for SSH/,
    'network',
    'check that the runner reaches the subnet (`ssh-interface`, `ssh-source-cidr`, route to the internet)',
  ],
  [/RequestLimitExceeded|Throttling/, 'aws-throttled', 'run the job again with fewer `parallel-builds`'],
  // Packer's message after its plugin has crashed, for example on an unreadable answer.
  [
    /unexpected EOF|connection is shut down/,
    'tool',
    "Packer's plugin crashed: packer.log has its stack; run the job again, and report it to the plugin's authors if it recurs",
  ],
  [/no space left on device|ENOSPC/i, 'disk-full', 'free space on the full disk'],
]

/** The kind of failure and the hint for a known message. */
export function known(message: string): { readonly code: ErrorCode; readonly hint: string } | undefined {
  const [, code, hint] = HINTS.find(([words]) => words.test(message)) ?? []
  return code === undefined || hint === undefined ? undefined : { code, hint }
}
