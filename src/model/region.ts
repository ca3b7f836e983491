/**
 * The form of a region's name: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. Only EC2 knows whether it exists and is enabled
 * (DescribeRegions).
 */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-[0-9]+$/

/**
 * Regions where Packer's Amazon plugin does not tag at creation (1.8.2, builder/ebs/builder.go, `IsRestricted`). In China, key pairs and
 * security groups never get tags. In China and GovCloud, AMIs get them in the plugin's last step.
 */
export const tagsNoTemporaries = (region: string): boolean => region.startsWith('cn-')
export const tagsAmisLate = (region: string): boolean => /^(cn|us-gov)-/.test(region)
