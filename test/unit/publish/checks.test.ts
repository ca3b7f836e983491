import type { Key } from '../../../src/aws/services.js'
import { UserError } from '../../../src/lib/errors.js'
import { checkPublishing, keyTrouble } from '../../../src/publish/checks.js'
import { memoryEc2, memoryServices, publishSettings } from '../fakes.js'

const good: Key = { manager: 'CUSTOMER', state: 'Enabled', symmetric: true }

test.each<[Key | undefined, boolean, RegExp | undefined]>([
  [good, true, undefined],
  [{ ...good, manager: 'AWS' }, false, undefined],
  [{ ...good, manager: 'AWS' }, true, /managed by AWS, so an AMI that it encrypts cannot be shared/],
  [{ ...good, state: 'Disabled' }, false, /is Disabled/],
  [{ ...good, state: 'PendingDeletion' }, false, /is PendingDeletion/],
  [{ ...good, symmetric: false }, false, /cannot encrypt snapshots/],
  [undefined, false, /does not exist/],
])('%j, shared: %s', (key, shared, expected) => {
  const trouble = keyTrouble(key, shared)?.what
  if (expected === undefined) expect(trouble).toBeUndefined()
  else expect(trouble).toMatch(expected)
})

const regions = ['us-east-1', 'us-west-2']
const accounts = ['123456789012']

test('no request is made if nothing can prevent publishing', async () => {
  const [ec2, memory] = [memoryEc2(), memoryServices()]
  await checkPublishing(publishSettings, regions, ec2.byRegion, memory.services)
  expect([...ec2.calls, ...memory.calls]).toEqual([])
})

test('keys are checked in every region, and all problems are reported at once', async () => {
  const [ec2, memory] = [memoryEc2(), memoryServices()]
  memory.keys.set('us-east-1 alias/a', { ...good, manager: 'AWS' })
  const settings = { ...publishSettings, accounts, keys: { 'us-east-1': 'alias/a', 'us-west-2': 'alias/b' } }
  await expect(checkPublishing(settings, [...regions, 'eu-west-1'], ec2.byRegion, memory.services)).rejects.toThrow(
    /alias\/a in us-east-1 is managed by AWS[\s\S]*alias\/b in us-west-2 does not exist[\s\S]*no key for eu-west-1/,
  )
})

test('sharing publicly is an error where the account blocks public AMIs', async () => {
  const ec2 = memoryEc2()
  const blocked = (region: string) => ({
    ...ec2.byRegion(region),
    blocksPublicAmis: async () => region === 'us-west-2',
  })
  const settings = { ...publishSettings, everybody: true }
  await expect(checkPublishing(settings, regions, blocked, memoryServices().services)).rejects.toThrow(
    /^share-publicly: the account blocks public access to AMIs in us-west-2$/,
  )
})

test('sharing is an error where the account encrypts everything with a key that AWS manages', async () => {
  const ec2 = memoryEc2()
  const encrypting = (region: string) => ({
    ...ec2.byRegion(region),
    defaultEncryption: async () => (region === 'us-west-2' ? 'alias/aws/ebs' : 'arn:own'),
  })
  const settings = { ...publishSettings, accounts }
  await expect(checkPublishing(settings, regions, encrypting, memoryServices().services)).rejects.toThrow(
    /^the AMIs in us-west-2 are encrypted with a key that AWS manages/,
  )
})

test.each<[string, Key | undefined, boolean]>([
  ["AWS's own key as an ARN, as EC2 names it after a reset", { ...good, manager: 'AWS' }, true],
  ['a key of the account', good, false],
  ['a key that the role may not describe', undefined, false],
])('sharing where the account encrypts everything with %s', async (_, key, refused) => {
  const ec2 = memoryEc2()
  const memory = memoryServices()
  const arn = 'arn:aws:kms:us-west-2:123456789012:key/k'
  const encrypting = (region: string) => ({ ...ec2.byRegion(region), defaultEncryption: async () => arn })
  if (key === undefined)
    memory.before = () => {
      throw new UserError('aws-failed', 'no', 'x', { cause: { name: 'AccessDeniedException' } })
    }
  else memory.keys.set(`us-west-2 ${arn}`, key)
  const done = checkPublishing({ ...publishSettings, accounts }, ['us-west-2'], encrypting, memory.services)
  if (refused) await expect(done).rejects.toThrow(/^the AMIs in us-west-2 are encrypted with a key that AWS/)
  else await expect(done).resolves.toBeUndefined()
})

test.each(['alias/aws/ebs', 'arn:aws:kms:us-west-2:123456789012:key/own'])(
  'sharing publicly is an error where the account encrypts everything, with %s, too',
  async (key) => {
    const ec2 = memoryEc2()
    const encrypting = (region: string) => ({ ...ec2.byRegion(region), defaultEncryption: async () => key })
    const settings = { ...publishSettings, everybody: true }
    await expect(checkPublishing(settings, ['us-west-2'], encrypting, memoryServices().services)).rejects.toThrow(
      /^share-publicly: the account encrypts all volumes in us-west-2, but an encrypted AMI cannot be public$/,
    )
  },
)

describe('copies of encrypted AMIs have the default key of their region', () => {
  /** Regions that encrypt by default; all have AWS's key. */
  const account = (...encrypting: string[]) => {
    const ec2 = memoryEc2()
    return (region: string) => ({
      ...ec2.byRegion(region),
      defaultEncryption: async (inherited = false) =>
        inherited || encrypting.includes(region) ? (region === 'us-east-1' ? 'arn:own' : 'alias/aws/ebs') : undefined,
    })
  }
  const check = (changes: object, encrypting: string[], encrypted: boolean) =>
    checkPublishing(
      { ...publishSettings, ...changes },
      regions,
      account(...encrypting),
      memoryServices().services,
      encrypted,
    )
  const west = 'the AMIs in us-west-2 are encrypted with a key that AWS manages, so they cannot be shared'
  const inPublic = 'but an encrypted AMI cannot be public'

  test.each<[object, string[], boolean, string | undefined]>([
    [{ accounts }, [], false, undefined],
    [{ accounts }, ['us-east-1'], false, west],
    [{ accounts }, [], true, west],
    [{}, ['us-east-1'], true, undefined],
    [{ everybody: true }, [], true, `share-publicly: the base AMI is encrypted, ${inPublic}`],
    [
      { everybody: true },
      ['us-east-1'],
      false,
      `share-publicly: the account encrypts all volumes in us-east-1, ${inPublic}`,
    ],
  ])('%j, encrypted by default in %j, encrypted base: %s', async (changes, encrypting, encrypted, message) => {
    const done = check(changes, encrypting, encrypted)
    if (message === undefined) await expect(done).resolves.toBeUndefined()
    else await expect(done).rejects.toThrow(message)
  })
})

test('a check that the role may not make is skipped; other errors are reported', async () => {
  const ec2 = memoryEc2()
  const failing = (code: string) => (region: string) => ({
    ...ec2.byRegion(region),
    defaultEncryption: async () => {
      throw new UserError('aws-failed', code, 'x', { cause: { name: code } })
    },
  })
  const settings = { ...publishSettings, accounts }
  const check = (code: string) => checkPublishing(settings, regions, failing(code), memoryServices().services)
  await expect(check('UnauthorizedOperation')).resolves.toBeUndefined()
  await expect(check('InternalError')).rejects.toThrow('InternalError')
})
