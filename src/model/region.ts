/**
 * What a region's name looks like: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. Whether there is one of that name, and the account may
 * use it, EC2 alone knows (DescribeRegions).
 */
export const REGION = /^[a-z]{2,4}(-[a-z]+)+-[0-9]+$/
