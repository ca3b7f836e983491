import { awsError, isNotFound, isPassing } from '../../../src/aws/errors.js'

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
    [error('InvalidClientTokenId'), /rejected the credentials/, /check the keys/],
    [error('AuthFailure'), /does not let the account use eu-west-1/, /enable the region/],
    [
      error('AuthFailure', 'Not authorized for images: [ami-0123456789abcdef0]'),
      /CopyImage in eu-west-1 failed: Not authorized for images: \[ami-0123456789abcdef0\] \(AuthFailure\)/,
      /shares it with the account/,
    ],
    [error('TooManyUpdates'), /kept throttling CopyImage/, /^run the job again: it repeats no finished work$/],
    [error('OptInRequired'), /does not let the account use eu-west-1/, /enable the region/],
    [
      error('OptInRequired', 'In order to use this AWS Marketplace product you need to accept terms'),
      /CopyImage in eu-west-1 failed: In order to use/,
      /accept the product's terms/,
    ],
    [
      error('UnauthorizedOperation', 'Encoded authorization failure message: xyz'),
      /do not allow ec2:CopyImage in eu-west-1/,
      /grant ec2:CopyImage/,
    ],
    [error('RequestLimitExceeded'), /kept throttling CopyImage/, /^run the job again: it repeats no finished work$/],
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

  test('an AMI that is gone is not taken for the base AMI', () => {
    expect(awsError(error('InvalidAMIID.NotFound', 'no ami-1'), 'CreateTags', 'us-east-1')).toMatchObject({
      code: 'aws-failed',
      hint: expect.not.stringMatching(/base AMI/),
    })
  })

  test.each([
    [{ name: 'InternalError', $fault: 'server' }, true],
    [{ name: 'RequestLimitExceeded', $fault: 'client' }, true],
    [{ code: 'ECONNRESET' }, true],
    [{ name: 'UnauthorizedOperation', $fault: 'client' }, false],
    [{ name: 'InvalidAMIID.NotFound', $fault: 'client' }, false],
  ])('%j passes with time: %s', (cause, passes) => {
    expect(isPassing(cause)).toBe(passes)
    expect(isPassing(new UserError('aws-failed', 'x', 'x', { cause }))).toBe(passes)
  })

  test('the error about a taken name names the input to change', () => {
    const made = awsError(error('InvalidAMIName.Duplicate'), 'CopyImage', 'eu-west-1') as UserError
    expect(made.hint).toMatch(/ami-name/)
  })

  test('a clear message stays as it is', () => {
    const clear = new UserError('aws-failed', 'x')
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
