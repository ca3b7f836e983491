import type { EC2 } from '@aws-sdk/client-ec2'
import { stopInstance } from '../../../src/aws/stop.js'
import { manualClock } from '../fakes.js'

const never = new AbortController().signal

/** An EC2 whose looks at the instance show these states, the last one for ever. */
function showing(...states: string[]) {
  const calls: string[] = []
  const ec2 = {
    stopInstances: async ({ InstanceIds }: { InstanceIds: string[] }) => void calls.push(`stop ${InstanceIds}`),
    async *paginateDescribeInstances({ Filters }: { Filters: { Values: string[] }[] }) {
      const state = states[Math.min(calls.length, states.length) - 1]
      calls.push(`${Filters[0]?.Values} ${state}`)
      yield { Reservations: [{ Instances: [{ InstanceId: 'i-1', State: { Name: state } }] }] }
    },
  }
  return { ec2: ec2 as unknown as EC2, calls }
}

test('it waits until the instance has stopped, also while describes lag, and looks at least every two seconds', async () => {
  const { ec2, calls } = showing('running', 'stopping', 'stopping', 'stopping', 'stopped')
  const clock = manualClock(0)
  await stopInstance(ec2, 'i-1', clock, never)
  expect(calls).toEqual(['stop i-1', 'i-1 running', ...Array(3).fill('i-1 stopping'), 'i-1 stopped'])
  expect(clock.at).toBe(0.5 + 1 + 2 + 2 + 2)
})

test.each(['shutting-down', 'terminated'])('it does not wait for an instance that is %s', async (state) => {
  const { ec2, calls } = showing(state)
  await stopInstance(ec2, 'i-1', manualClock(), never)
  expect(calls).toHaveLength(2)
})
