import { endpointOf } from '../../../src/aws/calls.js'
import { awsError, isNotFound } from '../../../src/aws/errors.js'
import { encodeCall, errorIn, itemsAt, parseXml, textAt } from '../../../src/aws/query.js'

import { UserError } from '../../../src/lib/errors.js'

const error = (name: string, message = 'text') => Object.assign(new Error(message), { name })

describe('awsError', () => {
  test.each([
    [
      error('CredentialsProviderError', 'Could not load credentials from any providers'),
      /no AWS credentials/,
      /configure-aws-credentials/,
    ],
    [error('ExpiredToken'), /have expired/, /role-duration-seconds/],
    [error('RequestExpired'), /have expired/, /role-duration-seconds/],
    [error('InvalidClientTokenId'), /does not accept the credentials/, /check the keys/],
    [error('AuthFailure'), /does not let the account use eu-west-1/, /enable the region/],
    [error('OptInRequired'), /does not let the account use eu-west-1/, /enable the region/],
    [
      error('UnauthorizedOperation', 'Encoded authorization failure message: xyz'),
      /may not do ec2:CopyImage in eu-west-1/,
      /allow ec2:CopyImage/,
    ],
    [error('RequestLimitExceeded'), /kept throttling CopyImage/, /fewer/],
    [error('TimeoutError'), /does not answer/, /network/],
    [
      Object.assign(new Error('connect'), { name: 'Error', code: 'ECONNREFUSED' }),
      /does not answer \(CopyImage: ECONNREFUSED\)/,
      /network/,
    ],
    [
      error('ResourceLimitExceeded', 'too\n many'),
      /ec2:CopyImage in eu-west-1 failed: too many \(ResourceLimitExceeded\)/,
      /look/,
    ],
  ])('%s', (cause, message, hint) => {
    const made = awsError(cause, 'CopyImage', 'eu-west-1') as UserError
    expect(made).toBeInstanceOf(UserError)
    expect(made.message).toMatch(message)
    expect(made.message).not.toMatch(/xyz|\n/)
    expect(made.hint).toMatch(hint)
  })

  test('a name that is taken says what to change', () => {
    const made = awsError(error('InvalidAMIName.Duplicate'), 'CopyImage', 'eu-west-1') as UserError
    expect(made.hint).toMatch(/ami-name/)
  })

  test('what is clear already stays as it is', () => {
    const clear = new UserError('x')
    expect(awsError(clear, 'CopyImage', 'eu-west-1')).toBe(clear)
  })
})

test.each([
  ['InvalidAMIID.NotFound', true],
  ['InvalidAMIID.Unavailable', true],
  ['InvalidInstanceID.NotFound', true],
  ['InvalidGroup.NotFound', true],
  ['InvalidKeyPair.NotFound', true],
  ['InvalidSnapshot.InUse', false],
  ['DependencyViolation', false],
])('%s', (name, expected) => {
  expect(isNotFound(error(name))).toBe(expected)
})

describe('endpointOf', () => {
  test.each<[string, Record<string, string>, string]>([
    ['eu-west-1', {}, 'https://ec2.eu-west-1.amazonaws.com'],
    ['cn-north-1', {}, 'https://ec2.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://ec2-fips.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', {}, 'https://ec2.eusc-de-east-1.amazonaws.eu'],
    ['eu-west-1', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1'],
    ['eu-west-1', { AWS_ENDPOINT_URL: 'http://a', AWS_ENDPOINT_URL_EC2: 'http://b' }, 'http://b'],
    [
      'eu-west-1',
      { AWS_ENDPOINT_URL: 'http://a', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      'https://ec2.eu-west-1.amazonaws.com',
    ],
  ])('%s %j', (region, env, endpoint) => {
    expect(endpointOf(region, env)).toBe(endpoint)
  })

  test.each([
    ['ssm', {}, 'https://ssm.eu-west-1.amazonaws.com'],
    ['autoscaling', { AWS_USE_FIPS_ENDPOINT: 'true' }, 'https://autoscaling.eu-west-1.amazonaws.com'],
    ['autoscaling', { AWS_ENDPOINT_URL_AUTO_SCALING: 'http://a', AWS_ENDPOINT_URL_EC2: 'http://b' }, 'http://a'],
  ] as const)('of %s with %j', (service, env, endpoint) => {
    expect(endpointOf('eu-west-1', env, service)).toBe(endpoint)
  })
})

describe('encodeCall', () => {
  test('lists are numbered, what is undefined is left out', () => {
    const params = {
      Name: 'a b&c',
      Filter: [{ Name: 'x', Value: ['1', '2'] }],
      TagSpecification: [{ ResourceType: 'image', Tag: [{ Key: 'k', Value: '' }] }],
      NextToken: undefined,
      DryRun: false,
    }
    expect([...new URLSearchParams(encodeCall('CopyImage', params))]).toEqual([
      ['Action', 'CopyImage'],
      ['Version', '2016-11-15'],
      ['Name', 'a b&c'],
      ['Filter.1.Name', 'x'],
      ['Filter.1.Value.1', '1'],
      ['Filter.1.Value.2', '2'],
      ['TagSpecification.1.ResourceType', 'image'],
      ['TagSpecification.1.Tag.1.Key', 'k'],
      ['TagSpecification.1.Tag.1.Value', ''],
      ['DryRun', 'false'],
    ])
  })
})

describe('parseXml', () => {
  test('lists, text with entities, empty elements, declaration and comment', () => {
    const root = parseXml(`<?xml version="1.0" encoding="UTF-8"?>
      <R xmlns="http://x/"><!-- c --><set><item><a>1 &lt; 2 &amp;&#x41;&#66;</a></item><item><a/></item></set><none/></R>\n`)
    expect(itemsAt(root, 'set').map((item) => textAt(item, 'a'))).toEqual(['1 < 2 &AB', ''])
    expect(itemsAt(root, 'none')).toEqual([])
    expect(itemsAt(root, 'absent')).toEqual([])
    expect(textAt(root, 'absent', 'deeper')).toBeUndefined()
  })

  test.each(['', 'Bad Gateway', '<a><b></a></b>', '<a>', '<a></a', '<html><p>1 < 2</p></html>'])(
    'refuses %j',
    (text) => {
      expect(() => parseXml(text)).toThrow(/EC2/)
    },
  )
})

test('errorIn', () => {
  const body = '<Response><Errors><Error><Code>A.B</Code><Message>1 &lt; 2</Message></Error></Errors></Response>'
  expect(errorIn(body)).toEqual({ code: 'A.B', message: '1 < 2' })
  expect(errorIn('<html>502</html>')).toBeUndefined()
})
