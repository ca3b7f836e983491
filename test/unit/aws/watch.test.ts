import { newTally } from '../../../src/aws/tally.js'
import { watch } from '../../../src/aws/watch.js'

type Handler = (args: object) => Promise<object>
type Middleware = (next: Handler, context: { readonly commandName: string }) => Handler

/** Makes ten calls at once and returns the largest number that ran at the same time. */
async function mostAtOnce(...actions: readonly string[]): Promise<number> {
  const added: Middleware[] = []
  const client = { middlewareStack: { add: (one: Middleware) => added.push(one) } }
  watch(client, { service: 'ec2', region: 'us-east-1', tally: newTally(), renew: async () => false })
  let running = 0
  let most = 0
  const next: Handler = async () => {
    most = Math.max(most, ++running)
    await new Promise((done) => setTimeout(done, 1))
    running--
    return {}
  }
  const outer = added[0] as Middleware
  const calls = actions.flatMap((action) =>
    Array.from({ length: 10 }, () => outer(next, { commandName: `${action}Command` })({})),
  )
  await Promise.all(calls)
  return most
}

test.each(['CopyImage', 'RegisterImage', 'ModifyImageAttribute', 'CreateTags'])(
  'at most three calls of %s run at once',
  async (action) => expect(await mostAtOnce(action)).toBe(3),
)

test('each action has a limit of its own', async () => {
  expect(await mostAtOnce('CopyImage', 'CreateTags')).toBe(6)
})

test('calls that change nothing have no limit', async () => {
  expect(await mostAtOnce('DescribeImages')).toBe(10)
})
