/** Optional permissions of a role: a table. */

/**
 * Optional calls that catch problems early. If the role may not make them, that check is skipped.
 * `service:Action` -> its purpose.
 */
export const COURTESIES: Readonly<Record<string, string>> = {
  'ec2:DescribeInstanceTypes': 'whether the quota of vCPUs is large enough for the builds',
  'servicequotas:GetServiceQuota': 'the same, and the quota of public AMIs',
  'ec2:GetImageBlockPublicAccessState': 'whether the account allows public AMIs (`share-publicly`)',
  'ec2:GetEbsEncryptionByDefault':
    'whether the account encrypts all volumes, which prevents sharing or requires access to its key',
  'ec2:GetEbsDefaultKmsKeyId': 'which key it uses (`kms:DescribeKey` shows whose that is)',
}
