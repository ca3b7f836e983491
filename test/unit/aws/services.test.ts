/** Calls of services beside EC2, against an HTTP server that writes down what it is asked. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AwsCalls, awsCalls } from '../../../src/aws/calls.js'
import { isRefused } from '../../../src/aws/errors.js'
import { jsonErrorIn } from '../../../src/aws/json.js'
import { itemsAt } from '../../../src/aws/query.js'
import type { UserError } from '../../../src/lib/errors.js'
import { manualClock } from '../fakes.js'

let server: Server
let calls: AwsCalls
let asked: { target: string; scope: string; body: string }[]
let answers: { status: number; body: string }[]

beforeEach(async () => {
  asked = []
  answers = []
  server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const scope = /Credential=[^/]+\/\d+\/([^,]+),/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    asked.push({ target: String(request.headers['x-amz-target'] ?? ''), scope, body })
    const answer = answers.shift() ?? { status: 200, body: '{}' }
    response.statusCode = answer.status
    response.end(answer.body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  calls = awsCalls(
    { AWS_ENDPOINT_URL: url, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' },
    {},
    manualClock(0),
  )
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test('Systems Manager: the action is a header, the input and the answer are JSON', async () => {
  answers = [{ status: 200, body: '{"Parameters":[{"Name":"/a"}]}' }]
  expect(await calls.json('ssm', 'eu-west-1')('GetParameters', { Names: ['/a'] })).toEqual({
    Parameters: [{ Name: '/a' }],
  })
  expect(asked).toEqual([
    { target: 'AmazonSSM.GetParameters', scope: 'eu-west-1/ssm/aws4_request', body: '{"Names":["/a"]}' },
  ])
})

test('Auto Scaling: as EC2, with its own version', async () => {
  answers = [{ status: 200, body: '<R><Names><member>a</member><member>b</member></Names></R>' }]
  const answer = await calls.query('autoscaling', 'eu-west-1')('DescribeAutoScalingGroups', {})
  expect(itemsAt(answer, 'Names').map(({ text }) => text)).toEqual(['a', 'b'])
  expect(asked[0]).toMatchObject({
    scope: 'eu-west-1/autoscaling/aws4_request',
    body: 'Action=DescribeAutoScalingGroups&Version=2011-01-01',
  })
})

test('a throttled call is made again, a refused one is not and says what to allow', async () => {
  answers = [
    { status: 400, body: '{"__type":"ThrottlingException","message":"slowly"}' },
    { status: 400, body: '{"__type":"com.amazon#AccessDeniedException","Message":"no"}' },
  ]
  const error = (await calls
    .json('ssm', 'eu-west-1')('DescribeParameters', {})
    .catch((thrown: unknown) => thrown)) as UserError
  expect(error.message).toBe('the credentials may not do ssm:DescribeParameters in eu-west-1')
  expect(error.hint).toContain('allow ssm:DescribeParameters')
  expect(isRefused(error)).toBe(true)
  expect(asked).toHaveLength(2)
})

test.each([
  ['{"__type":"ParameterNotFound"}', { code: 'ParameterNotFound', message: '' }],
  ['{"message":"x"}', undefined],
  ['<html>', undefined],
])('the error in %s', (body, error) => {
  expect(jsonErrorIn(body)).toEqual(error)
})
