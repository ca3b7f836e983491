import type { JsonCall } from './client.js'
import type { Parameters } from './services.js'

/** Names that SSM takes at once (GetParameters, parameter Names). */
const AT_ONCE = 10

/** Parameters of Systems Manager; EC2 may look AMIs up by them (`resolve:ssm:NAME`). */
export function parametersBy(call: JsonCall): Parameters {
  return {
    values: async (names) => {
      const values: Record<string, string> = {}
      for (let at = 0; at < names.length; at += AT_ONCE) {
        const answer = (await call('GetParameters', { Names: names.slice(at, at + AT_ONCE) })) as {
          Parameters?: readonly { readonly Name?: string; readonly Value?: string }[]
        }
        for (const { Name, Value } of answer.Parameters ?? [])
          if (Name !== undefined && Value !== undefined) values[Name] = Value
      }
      return values
    },
    put: async (Name, Value, Description) => {
      // With this data type SSM refuses what is no AMI.
      await call('PutParameter', {
        Name,
        Value,
        Description,
        Type: 'String',
        DataType: 'aws:ec2:image',
        Overwrite: true,
      })
    },
  }
}
