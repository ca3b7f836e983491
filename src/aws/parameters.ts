import type { Aws } from './clients.js'
import { chunks } from './lists.js'
import type { Parameters } from './services.js'

/** Most names per call (GetParameters, parameter Names). */
export const AT_ONCE = 10

/** Parameters of Systems Manager in one region. EC2 can resolve AMIs by them (`resolve:ssm:NAME`). */
export function parametersIn(region: string, aws: Pick<Aws, 'ssm'>): Parameters {
  return {
    values: async (names) => {
      const ssm = await aws.ssm(region)
      const values: Record<string, string> = {}
      for (const Names of chunks(names, AT_ONCE)) {
        const { Parameters: found = [] } = await ssm.getParameters({ Names })
        for (const { Name, Value } of found) if (Name !== undefined && Value !== undefined) values[Name] = Value
      }
      return values
    },
    put: async (Name, Value, Description) => {
      const ssm = await aws.ssm(region)
      // With this data type, SSM rejects anything but an AMI ID.
      const as = { Type: 'String', DataType: 'aws:ec2:image', Overwrite: true } as const
      await ssm.putParameter({ Name, Value, Description, ...as })
    },
  }
}
