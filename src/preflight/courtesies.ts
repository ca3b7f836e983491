/** What a role may leave out: a table. */

/**
 * What the action asks beside, to tell early of what would fail late: a role need not be allowed to, and is then not told.
 * `service:Action`, and what for.
 */
export const COURTESIES: Readonly<Record<string, string>> = {
  'ec2:DescribeInstanceTypes': 'whether the quota of vCPUs is large enough for the builds',
  'servicequotas:GetServiceQuota': 'the same',
  'ec2:GetImageBlockPublicAccessState': 'whether the account lets AMIs be public (`share-publicly`)',
  'ec2:GetEbsEncryptionByDefault':
    'whether the account encrypts all volumes, so that AMIs cannot be shared, or the role needs its key',
  'ec2:GetEbsDefaultKmsKeyId': 'by which key it does (`kms:DescribeKey` tells whose that is)',
}
