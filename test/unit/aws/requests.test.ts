/** What EC2 is asked, call by call, by a client that answers nothing. */
import { ec2ByRegion } from '../../../src/aws/ec2-client.js'
import { KINDS } from '../../../src/aws/resources.js'
import { type Answer, fakeAws } from '../actions/prune/fake-aws.js'

function setUp(answers: Readonly<Record<string, Answer>> = {}) {
  const { aws, asked } = fakeAws(answers)
  const input = (action: string) => asked.find(({ call }) => call === `us-east-1 ec2:${action}`)?.input
  return { ec2: ec2ByRegion(aws)('us-east-1'), asked, input }
}

test('lists are asked for in pages, but for those that have none', async () => {
  const { ec2, asked } = setUp()
  for (const kind of KINDS) await ec2.tagged(kind, 'r')
  const sizes = asked.map(({ call, input }) => `${call.replace('us-east-1 ec2:Describe', '')} ${input.MaxResults}`)
  expect(sizes).toEqual([
    'Instances 1000',
    'Volumes 1000',
    'SecurityGroups 1000',
    'KeyPairs undefined',
    'LaunchTemplates 200',
    'Images 1000',
    'Snapshots 1000',
  ])
})

test('a disabled AMI counts where a name is taken, and nowhere else', async () => {
  const { ec2, asked } = setUp({
    'ec2:DescribeImages': ({ IncludeDisabled }) => ({ Images: IncludeDisabled ? [{ ImageId: 'ami-1' }] : [] }),
  })
  expect(await ec2.amiNameTaken('x')).toBe(true)
  expect(await ec2.amis(['ami-1'])).toEqual([])
  expect(asked).toHaveLength(2)
})

test('a copy has the description that it is given', async () => {
  const { ec2, input } = setUp({ 'ec2:CopyImage': () => ({ ImageId: 'ami-2' }) })
  const copy = { name: 'x', sourceRegion: 'us-east-1', sourceId: 'ami-1', tags: {}, token: 't' }
  await ec2.copy({ ...copy, description: 'a node' })
  expect(input('CopyImage')).toMatchObject({ Name: 'x', Description: 'a node', ClientToken: 't' })
})

test('an instance that goes is not asked to shut down', async () => {
  const { ec2, input } = setUp()
  await ec2.remove('instance', 'i-1')
  expect(input('TerminateInstances')).toEqual({ InstanceIds: ['i-1'], SkipOsShutdown: true })
})
