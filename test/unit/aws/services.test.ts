/** Requests of the SDK's clients to an HTTP server that records them. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Aws, awsClients } from '../../../src/aws/clients.js'
import { isRefused } from '../../../src/aws/errors.js'
import { keysIn } from '../../../src/aws/keys.js'
import { parametersIn } from '../../../src/aws/parameters.js'
import { newTally } from '../../../src/aws/tally.js'
import type { UserError } from '../../../src/lib/errors.js'

let server: Server
let aws: Aws
let requests: { target: string; scope: string; body: string; host: string }[]
let answers: { status: number; body: string }[]
let url: string
const before = { ...process.env }
const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }

beforeEach(async () => {
  requests = []
  answers = []
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const scope = /Credential=[^/]+\/\d+\/([^,]+),/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const target = String(request.headers['x-amz-target'] ?? '')
    requests.push({ target, scope, body, host: request.headers.host ?? '' })
    const answer = answers.shift() ?? { status: 200, body: '{}' }
    response.statusCode = answer.status
    response.end(answer.body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  aws = awsClients({ AWS_ENDPOINT_URL: url, ...keys }, newTally(), 0.002)
})

afterEach(() => {
  process.env = { ...before }
  server.closeAllConnections()
  server.close()
})

test('Systems Manager: at most ten names a call', async () => {
  const names = Array.from({ length: 11 }, (_, at) => `/${at}`)
  answers = [
    { status: 200, body: '{"Parameters":[{"Name":"/0","Value":"ami-1"}]}' },
    { status: 200, body: '{"Parameters":[],"InvalidParameters":["/10"]}' },
  ]
  expect(await parametersIn('eu-west-1', aws).values(names)).toEqual({ '/0': 'ami-1' })
  expect(requests.map(({ target, scope, body }) => `${target} ${scope} ${JSON.parse(body).Names.length}`)).toEqual([
    'AmazonSSM.GetParameters eu-west-1/ssm/aws4_request 10',
    'AmazonSSM.GetParameters eu-west-1/ssm/aws4_request 1',
  ])
})

test('KMS: facts about a key, and a missing key', async () => {
  const KeyMetadata = { KeyManager: 'AWS', KeyState: 'Enabled', KeyUsage: 'ENCRYPT_DECRYPT', KeySpec: 'RSA_2048' }
  answers = [
    { status: 200, body: JSON.stringify({ KeyMetadata }) },
    { status: 400, body: '{"__type":"NotFoundException","message":"no"}' },
  ]
  const { describe } = keysIn('eu-west-1', aws)
  expect(await describe('alias/x')).toEqual({ manager: 'AWS', state: 'Enabled', symmetric: false })
  expect(await describe('alias/y')).toBeUndefined()
})

test('Auto Scaling: typed answers of all pages', async () => {
  const page = (name: string, more: string) =>
    `<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups><member><AutoScalingGroupName>${name}</AutoScalingGroupName></member></AutoScalingGroups>${more}</DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`
  answers = [
    { status: 200, body: page('a', '<NextToken>2</NextToken>') },
    { status: 200, body: page('b', '') },
  ]
  const names: (string | undefined)[] = []
  for await (const { AutoScalingGroups = [] } of (await aws.autoScaling('eu-west-1')).paginateDescribeAutoScalingGroups(
    {},
  ))
    names.push(...AutoScalingGroups.map(({ AutoScalingGroupName }) => AutoScalingGroupName))
  expect(names).toEqual(['a', 'b'])
  expect(requests[1]?.body).toContain('NextToken=2')
})

test('a throttled call is retried; a denied call is not, and its error says what to allow', async () => {
  answers = [
    { status: 400, body: '{"__type":"ThrottlingException","message":"slowly"}' },
    { status: 400, body: '{"__type":"com.amazon#AccessDeniedException","Message":"no"}' },
  ]
  const ssm = await aws.ssm('eu-west-1')
  const error = (await ssm.describeParameters({}).catch((thrown: unknown) => thrown)) as UserError
  expect(error.message).toBe('the credentials do not allow ssm:DescribeParameters in eu-west-1')
  expect(error.hint).toContain('grant ssm:DescribeParameters')
  expect(isRefused(error)).toBe(true)
  expect(requests).toHaveLength(2)
})

test("a call whose answer is not XML, such as a proxy's page, is retried", async () => {
  answers = [
    { status: 502, body: '<html>Bad Gateway</html>' },
    { status: 200, body: '<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>' },
  ]
  const ec2 = await aws.ec2('eu-west-1')
  expect((await ec2.describeRegions({})).Regions ?? []).toEqual([])
  expect(requests).toHaveLength(2)
})

describe('where requests go', () => {
  /** The endpoint of a service's client. */
  async function endpointOf(region: string, env: Record<string, string>) {
    Object.assign(process.env, keys, env)
    const client = await awsClients({}).ec2(region)
    let host = ''
    client.middlewareStack.add(
      () => async (args) => {
        host = (args as { request: { hostname: string } }).request.hostname
        throw new Error('far enough')
      },
      { step: 'finalizeRequest', priority: 'low', name: 'stop' },
    )
    await client.describeRegions({}).catch(() => undefined)
    return host
  }

  test.each<[string, Record<string, string>, string]>([
    ['eu-west-1', {}, 'ec2.eu-west-1.amazonaws.com'],
    ['cn-north-1', {}, 'ec2.cn-north-1.amazonaws.com.cn'],
    ['eusc-de-east-1', {}, 'ec2.eusc-de-east-1.amazonaws.eu'],
    ['us-iso-east-1', {}, 'ec2.us-iso-east-1.c2s.ic.gov'],
    ['us-east-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'ec2-fips.us-east-1.amazonaws.com'],
    ['us-gov-west-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'ec2.us-gov-west-1.amazonaws.com'],
    ['eu-west-1', { AWS_USE_DUALSTACK_ENDPOINT: 'true' }, 'ec2.eu-west-1.api.aws'],
    ['eu-west-1', { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_EC2: 'http://b' }, 'b'],
    [
      'eu-west-1',
      { AWS_ENDPOINT_URL: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'ec2.eu-west-1.amazonaws.com',
    ],
  ])('%s %j', async (region, env, host) => {
    expect(await endpointOf(region, env)).toBe(host)
  })
})
