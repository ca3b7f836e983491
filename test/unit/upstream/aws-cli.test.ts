import { createHash } from 'node:crypto'
import { exec } from '../../../src/lib/exec.js'
import { awsCliKeyring, resolveAwsCli } from '../../../src/upstream/aws-cli.js'
import { exportTrusted } from '../../../src/upstream/gpg.js'
import { makeKey, type TestKey } from '../support/keys.js'
import { answers, testNet } from '../support/net.js'

const url = 'https://awscli.amazonaws.com/awscli-exe-linux-aarch64-2.36.9.zip'
const archive = Buffer.from('an archive')
let ours: TestKey
let other: TestKey
let old: TestKey
beforeAll(() => {
  ours = makeKey()
  other = makeKey()
  old = makeKey({ expired: true })
})
afterAll(() => {
  for (const key of [ours, other, old]) key.remove()
})

/** Resolves the archive of the AWS CLI, with these files on AWS's servers. */
function resolve(files: Readonly<Record<string, Buffer>>, key: TestKey = ours) {
  const net = testNet({ send: answers((address) => files[address]) })
  const keyring = { keys: [key.armored], trusted: [key.fingerprint] }
  return resolveAwsCli(net, { exec }, '2.36.9', 'arm64', undefined, () => keyring)
}

test('the sum is that of the bytes which the key signed', async () => {
  const sha256 = createHash('sha256').update(archive).digest('hex')
  expect(await resolve({ [url]: archive, [`${url}.sig`]: ours.sign(archive) })).toEqual({
    version: '2.36.9',
    url,
    sha256,
  })
})

test.each([
  ['another archive', () => ours.sign('x'), () => ours, 'does not match its signature'],
  ["another's signature", () => other.sign(archive), () => ours, 'which is not trusted'],
  ['a key that expired', () => old.sign(archive), () => old, 'which has expired'],
])('refused: %s', async (_, signature, key, message) => {
  await expect(resolve({ [url]: archive, [`${url}.sig`]: signature() }, key())).rejects.toThrow(message)
})

test.each([
  ['the signature', { [url]: archive }],
  ['the archive', { [`${url}.sig`]: Buffer.from('x') }],
])('a missing %s is reported', async (_, files) => {
  await expect(resolve(files)).rejects.toThrow(/there is no https/)
})

test("the key in the catalogue is AWS's, and in force", async () => {
  const { fingerprints, expiries } = await exportTrusted({ exec }, awsCliKeyring('.'))
  expect(fingerprints).toEqual(['FB5DB77FD5C118B80511ADA8A6310ACC4672475C'])
  expect(expiries[0]?.expires).toBe('2027-07-01')
})
