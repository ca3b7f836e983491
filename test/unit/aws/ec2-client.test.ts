import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { awsClients } from '../../../src/aws/clients.js'
import type { Ec2ByRegion, ResourceKind } from '../../../src/aws/ec2.js'
import { ec2ByRegion } from '../../../src/aws/ec2-client.js'
import { newTally } from '../../../src/aws/tally.js'
import { type FakeEc2, startFakeEc2 } from '../../dist/fake-ec2.js'

/** Factor by which pauses between tries are shorter than for users. */
const PAUSES = 0.0002

let fake: FakeEc2
let ec2: Ec2ByRegion

beforeEach(async () => {
  fake = await startFakeEc2()
  ec2 = ec2ByRegion(awsClients(account(), newTally(), PAUSES))
})

afterEach(() => fake.stop())

const account = () => ({ AWS_ENDPOINT_URL: fake.url, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' })

const make = (kind: ResourceKind, id: string, state = 'available') =>
  fetch(`${fake.url}/fake/${kind}/${id}?run=r&state=${state}`, { method: 'PUT' })

test('a copy, its tags, and the tag of a published AMI', async () => {
  await make('image', 'ami-01')
  const source = await ec2('us-east-1').ami('ami-01')
  expect(source).toMatchObject({
    id: 'ami-01',
    state: 'available',
    snapshots: ['snap-01'],
    tags: { 'k8s-image:run': 'r' },
  })
  const id = await ec2('us-west-2').copy({
    name: 'k8s-x',
    sourceRegion: 'us-east-1',
    sourceId: 'ami-01',
    tags: source?.tags ?? {},
    token: 't',
  })
  expect(await ec2('us-west-2').ami(id)).toMatchObject({ state: 'pending', tags: source?.tags })
  expect(await ec2('us-west-2').ami(id)).toMatchObject({ state: 'available' })
  await ec2('us-west-2').tag([id], { 'k8s-image:state': 'built' })
  expect((await ec2('us-west-2').ami(id))?.tags['k8s-image:state']).toBe('built')
  expect(await ec2('us-east-1').ami('ami-99')).toBeUndefined()
  expect(new Set(fake.calls.map((call) => call.split(' ')[0]))).toEqual(new Set(['us-east-1', 'us-west-2']))
})

test('an instance counts as stopped when EC2 says so', async () => {
  await make('instance', 'i-1', 'running')
  await ec2('us-east-1').stop('i-1', new AbortController().signal)
  expect(fake.things[0]?.state).toBe('stopped')
  expect(fake.calls).toEqual(
    ['StopInstances', 'DescribeInstances', 'DescribeInstances'].map((call) => `us-east-1 ${call}`),
  )
})

test('stopping does not wait after a cancel', async () => {
  await make('instance', 'i-1', 'running')
  await expect(ec2('us-east-1').stop('i-1', AbortSignal.abort(new Error('cancelled')))).rejects.toThrow('cancelled')
})

test.each<[ResourceKind, string]>([
  ['instance', 'running'],
  ['volume', 'available'],
  ['security-group', ''],
  ['key-pair', ''],
  ['launch-template', ''],
  ['image', 'pending'],
  ['snapshot', 'completed'],
])('%s: found by its run, removed, and gone', async (kind, state) => {
  const id = kind === 'image' ? 'ami-1' : 'x-1'
  await make(kind, id, state)
  const client = ec2('us-east-1')
  expect(await client.tagged(kind, 'other')).toEqual([])
  const [found, ...more] = await client.tagged(kind, 'r')
  expect(more).toEqual([])
  expect(found).toMatchObject({ kind, id, tags: { 'k8s-image:run': 'r' } })
  await client.remove(kind, id)
  expect(await client.tagged(kind, 'r')).toEqual([])
})

describe('retries', () => {
  test('a call that is throttled twice succeeds at the third try', async () => {
    let left = 2
    fake.fault = () => (left-- > 0 ? { status: 503, code: 'RequestLimitExceeded' } : undefined)
    expect(await ec2('us-east-1').enabledRegions()).toEqual(['us-east-1', 'us-west-2'])
    expect(fake.calls).toHaveLength(3)
  })

  test("throttled calls do not use up each other's tries", async () => {
    const tries = new Map<string, number>()
    fake.fault = (_, region) => {
      tries.set(region, (tries.get(region) ?? 0) + 1)
      return (tries.get(region) ?? 0) % 7 === 0 ? undefined : { status: 503, code: 'RequestLimitExceeded' }
    }
    for (let call = 0; call < 25; call++) await ec2('us-east-1').enabledRegions()
    expect(fake.calls).toHaveLength(25 * 7)
  })

  test.each([
    [503, 'RequestLimitExceeded', 10, /kept throttling DescribeRegions/],
    [500, 'InternalError', 7, /InternalError/],
    [400, 'InvalidParameterValue', 1, /InvalidParameterValue/],
    [403, 'UnauthorizedOperation', 1, /do not allow/],
  ])('%d %s is tried %d times', async (status, code, times, message) => {
    fake.fault = () => ({ status, code })
    await expect(ec2('us-east-1').enabledRegions()).rejects.toThrow(message)
    expect(fake.calls).toHaveLength(times)
  })

  test('an unreachable server is reported without a retry', async () => {
    await fake.stop()
    await expect(ec2('us-east-1').enabledRegions()).rejects.toThrow(
      /EC2 in us-east-1 does not answer \(DescribeRegions: ECONNREFUSED\)/,
    )
  })

  test('a host that cannot be resolved is reported at once', async () => {
    const tally = newTally()
    const nowhere = awsClients({ ...account(), AWS_ENDPOINT_URL: 'http://ec2.nowhere.invalid' }, tally, PAUSES)
    await expect(ec2ByRegion(nowhere)('us-east-1').enabledRegions()).rejects.toMatchObject({
      message: expect.stringMatching(/^EC2 in us-east-1 does not answer \(DescribeRegions: (ENOTFOUND|EAI_AGAIN)\)$/),
      hint: expect.stringMatching(/network/),
    })
  })
})

describe('credentials', () => {
  test("are the account's if it has some, whatever the environment", async () => {
    await ec2('us-east-1').enabledRegions()
    expect(fake.signers).toEqual(['id'])
  })

  test("are the environment's if the account has none", async () => {
    const before = { ...process.env }
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'from-env', AWS_SECRET_ACCESS_KEY: 'x' })
    try {
      await ec2ByRegion(awsClients({ AWS_ENDPOINT_URL: fake.url }))('us-east-1').enabledRegions()
      expect(fake.signers).toEqual(['from-env'])
    } finally {
      process.env = before
    }
  })
})

test('removing a missing resource succeeds', async () => {
  fake.fault = () => ({ status: 400, code: 'InvalidGroup.NotFound' })
  await expect(ec2('us-east-1').remove('security-group', 'sg-1')).resolves.toBeUndefined()
})

test.each([
  ['UnauthorizedOperation', 403, /do not allow ec2:TerminateInstances in us-east-1/],
  ['ExpiredToken', 400, /have expired/],
  ['DependencyViolation', 400, /DependencyViolation/],
])('%s is reported', async (code, status, message) => {
  fake.fault = () => ({ status, code })
  await expect(ec2('us-east-1').remove('instance', 'i-1')).rejects.toThrow(message)
})

describe('credentials that expire during a job', () => {
  /** STS, and GitHub's tokens, in one server. */
  async function identities() {
    const seen: string[] = []
    const server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      seen.push(`${request.url} ${request.headers.authorization ?? ''} ${body}`.trim())
      if (request.url?.startsWith('/token')) {
        response.end(JSON.stringify({ value: 'a-token' }))
        return
      }
      const keys =
        '<AccessKeyId>renewed</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>'
      const result = `<AssumeRoleWithWebIdentityResult><Credentials>${keys}</Credentials></AssumeRoleWithWebIdentityResult>`
      response.end(`<AssumeRoleWithWebIdentityResponse>${result}</AssumeRoleWithWebIdentityResponse>`)
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const env = {
      AWS_ENDPOINT_URL: fake.url,
      AWS_ENDPOINT_URL_STS: url,
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/images',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'bearer',
    }
    const stop = () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
    return { seen, env, stop }
  }
  const before = { ...process.env }

  beforeEach(() => {
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'from-env', AWS_SECRET_ACCESS_KEY: 'x' })
    fake.fault = () => (fake.signers.at(-1) === 'renewed' ? undefined : { status: 400, code: 'RequestExpired' })
  })
  afterEach(() => {
    process.env = { ...before }
  })

  test('are renewed with a token for STS in China in its regions', async () => {
    const { seen, env, stop } = await identities()
    try {
      Object.assign(process.env, env)
      await ec2ByRegion(awsClients({}))('cn-north-1').enabledRegions()
      expect(seen[0]).toBe('/token?api-version=2&audience=sts.amazonaws.com.cn Bearer bearer')
    } finally {
      await stop()
    }
  })

  test('are renewed once for all regions, with a token of GitHub for the role, and the call is retried', async () => {
    const { seen, env, stop } = await identities()
    try {
      Object.assign(process.env, env)
      const clients = ec2ByRegion(awsClients({}))
      expect(await clients('us-east-1').enabledRegions()).toEqual(['us-east-1', 'us-west-2'])
      await clients('us-west-2').enabledRegions()
      expect(fake.signers).toEqual(['from-env', 'renewed'])
      expect(seen).toEqual([
        '/token?api-version=2&audience=sts.amazonaws.com Bearer bearer',
        expect.stringMatching(
          /^\/ {2}Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn.*WebIdentityToken=a-token$/,
        ),
      ])
    } finally {
      await stop()
    }
  })

  test.each([{}, { AWS_ROLE_ARN: 'arn:aws:iam::1:role/pod', AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }])(
    'are reported with a hint if nothing can renew them: %j',
    async (env) => {
      Object.assign(process.env, env, { AWS_ENDPOINT_URL: fake.url })
      const error = await ec2ByRegion(awsClients({}))('us-east-1')
        .enabledRegions()
        .catch((failure: unknown) => failure)
      expect(error).toMatchObject({
        message: expect.stringMatching(/credentials have expired/),
        hint: expect.stringMatching(/role-duration-seconds.*AWS_ROLE_ARN/),
      })
      // Not the pod's role.
      expect(fake.calls).toHaveLength(1)
    },
  )
})

test('calls and throttled calls are counted', async () => {
  let left = 2
  fake.fault = () => (left-- > 0 ? { status: 503, code: 'RequestLimitExceeded' } : undefined)
  const tally = newTally()
  await ec2ByRegion(awsClients(account(), tally, PAUSES))('us-east-1').enabledRegions()
  expect(tally).toEqual({ calls: { 'ec2:DescribeRegions': 3 }, throttled: 2 })
})
