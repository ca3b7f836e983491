/**
 * What a region's name looks like: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. Whether there is one of that name, and the account may
 * use it, EC2 alone knows (DescribeRegions).
 */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-[0-9]+$/

/**
 * Where Packer's Amazon plugin tags nothing as it makes it (1.8.2, builder/ebs/builder.go, `IsRestricted`): key pairs and security groups
 * in China never get tags, AMIs in China and GovCloud get them in the plugin's last step.
 */
export const tagsNoTemporaries = (region: string): boolean => region.startsWith('cn-')
export const tagsAmisLate = (region: string): boolean => /^(cn|us-gov)-/.test(region)
