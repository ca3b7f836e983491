import { redactor, secretsIn } from '../../../src/lib/redact.js'

test('secretsIn', () => {
  expect(
    secretsIn({
      AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret-value',
      AWS_SESSION_TOKEN: 'token-value',
      AWS_REGION: 'us-east-1',
      AWS_SECURITY_TOKEN: undefined,
      HOME: '/root/home',
    }),
  ).toEqual(['AKIAEXAMPLE', 'secret-value', 'token-value'])
})

test.each([
  [
    'http://builder:p%40ss%2Fword@proxy:3128',
    ['builder:p%40ss%2Fword', 'builder:p@ss/word', 'p%40ss%2Fword', 'p@ss/word'],
  ],
  ['builder:password@proxy:3128', ['builder:password', 'password']],
  ['http://builder:password@proxy:3128 other@example.com', ['builder:password', 'password']],
  ['http://proxy.example.com:3128', []],
])('the secrets of the proxy %s', (address, secrets) => {
  for (const name of ['HTTPS_PROXY', 'http_proxy', 'INPUT_BUILD-PROXY'])
    expect(secretsIn({ [name]: address })).toEqual(secrets)
})

describe('redactor', () => {
  test('the longer secret first, every time', () => {
    expect(redactor(['abc123', 'abc123456'])('x abc123456 abc123 x')).toBe('x *** *** x')
  })

  test("a secret with a comma, as it is and in Packer's rows", () => {
    const redact = redactor(['p,ass,word'])
    expect(redact('say p,ass,word')).toBe('say ***')
    expect(redact('1,,ui,say,a p%!(PACKER_COMMA)ass%!(PACKER_COMMA)word b')).toBe('1,,ui,say,a *** b')
  })

  test('a key in one line', () => {
    const line =
      '1,,ui,say,a -----BEGIN OPENSSH PRIVATE KEY-----\\nb3BlbnNzaC1rZXk\\n-----END OPENSSH PRIVATE KEY-----\\n b'
    expect(redactor([])(line)).toBe('1,,ui,say,a ***\\n b')
  })

  test('a key over many lines, and what follows is shown again', () => {
    const redact = redactor([])
    const lines = [
      '1795435514,,ui,say,-----BEGIN RSA PRIVATE KEY-----',
      '1795435514,,ui,say,MIIEpAIBAAKCAQEA1234567890abcdef/+==',
      '1795435514,,ui,say,-----END RSA PRIVATE KEY-----',
      '1795435514,,ui,say,MIIEpAIBAAKCAQEA1234567890abcdef',
    ]
    expect(lines.map(redact)).toEqual([
      '1795435514,,ui,say,***',
      '1795435514,,ui,say,***',
      '1795435514,,ui,say,-----END RSA PRIVATE KEY-----',
      '1795435514,,ui,say,MIIEpAIBAAKCAQEA1234567890abcdef',
    ])
  })

  test('a key that was cut off does not hide the rest for ever', () => {
    const redact = redactor([])
    redact('-----BEGIN PRIVATE KEY-----')
    for (let line = 0; line < 120; line++) redact('x')
    expect(redact('1234567890abcdef1234')).toBe('1234567890abcdef1234')
  })
})
