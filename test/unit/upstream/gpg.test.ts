import { execFileSync } from 'node:child_process'
import { exec } from '../../../src/lib/exec.js'
import { hashicorpFingerprint } from '../../../src/upstream/fingerprints.js'
import { exportTrusted, judgeDetached, openClearsigned } from '../../../src/upstream/gpg.js'
import { hashicorpKey } from '../../../src/upstream/hashicorp-key.js'
import { makeKey, type TestKey } from '../support/keys.js'

const gpg = { exec }
const data = Buffer.from('0123  packer.zip\n')
let ours: TestKey
let theirs: TestKey
let old: TestKey
beforeAll(() => {
  ours = makeKey()
  theirs = makeKey()
  old = makeKey({ expired: true })
})
afterAll(() => {
  for (const key of [ours, theirs, old]) key.remove()
})

const judgeFor = (keys: readonly string[], trusted: readonly string[], signature: Buffer, signed: Buffer = data) =>
  judgeDetached(gpg, { keys, trusted }, signed, signature)

test('a trusted key', async () => {
  expect(await judgeFor([ours.armored], [ours.fingerprint], ours.sign(data))).toEqual({
    good: true,
    fingerprint: ours.fingerprint,
  })
})

test('data that was changed', async () => {
  const changed = Buffer.from('0124  packer.zip\n')
  expect(await judgeFor([ours.armored], [ours.fingerprint], ours.sign(data), changed)).toEqual({
    good: false,
    reason: 'does not match its signature',
  })
})

test('a key that is there, but not trusted', async () => {
  expect(await judgeFor([ours.armored, theirs.armored], [ours.fingerprint], theirs.sign(data))).toEqual({
    good: false,
    reason: `is signed by key ${theirs.fingerprint}, which is not trusted`,
  })
})

test('a key that is not there', async () => {
  expect(await judgeFor([ours.armored], [ours.fingerprint], theirs.sign(data))).toEqual({
    good: false,
    reason: `is signed by key ${theirs.fingerprint}, which is not trusted`,
  })
})

test('a trusted key that has expired, though gpg --verify exits with 0', async () => {
  expect(await judgeFor([old.armored], [old.fingerprint], old.sign(data))).toEqual({
    good: false,
    reason: `is signed by key ${old.fingerprint}, which has expired`,
  })
})

test('a trusted key that is revoked', async () => {
  const key = makeKey()
  try {
    const signature = key.sign(data)
    expect(await judgeFor([key.revoked()], [key.fingerprint], signature)).toEqual({
      good: false,
      reason: `is signed by key ${key.fingerprint}, which is revoked`,
    })
  } finally {
    key.remove()
  }
})

test('something other than a signature', async () => {
  expect(await judgeFor([ours.armored], [ours.fingerprint], Buffer.from('<html>'))).toEqual({
    good: false,
    reason: 'is not signed',
  })
})

describe('clear-signed', () => {
  const open = (document: string) =>
    openClearsigned(gpg, { keys: [ours.armored], trusted: [ours.fingerprint] }, document)

  test('returns the signed text', async () => {
    const { judgement, text } = await open(ours.clearsign('Origin: here\n'))
    expect(judgement.good).toBe(true)
    expect(text).toBe('Origin: here\n')
  })

  test('leaves out the text around it', async () => {
    const { judgement, text } = await open(`Origin: evil\n${ours.clearsign('Origin: here\n')}Origin: evil\n`)
    expect(judgement.good && text).not.toMatch(/evil/)
  })

  test.each([
    ['changed', () => ours.clearsign('Origin: here\n').replace('here', 'evil'), 'does not match its signature'],
    ['plain', () => 'Origin: evil\n', 'is not signed'],
    ['two of them', () => ours.clearsign('a\n') + ours.clearsign('b\n'), 'is not signed'],
  ])('%s', async (_name, document, reason) => {
    expect((await open(document())).judgement).toEqual({ good: false, reason })
  })
})

test('only trusted keys are exported, and always as the same bytes', async () => {
  const keys = [theirs.armored, ours.armored]
  const first = await exportTrusted(gpg, { keys, trusted: [ours.fingerprint] })
  expect(first.fingerprints).toEqual([ours.fingerprint])
  expect(await exportTrusted(gpg, { keys: [first.armored], trusted: [ours.fingerprint, theirs.fingerprint] })).toEqual(
    first,
  )
})

test("HashiCorp's key is the one whose fingerprint is pinned, and has not expired", async () => {
  const { fingerprints } = await exportTrusted(gpg, { keys: [hashicorpKey], trusted: [hashicorpFingerprint] })
  expect(fingerprints).toEqual([hashicorpFingerprint])
  const stdout = execFileSync('gpg', ['--with-colons', '--show-keys'], { input: hashicorpKey, encoding: 'utf8' })
  const [, , , , , , expires] = /^pub:.*/m.exec(stdout)?.[0].split(':') ?? []
  expect(new Date(Number(expires) * 1000).toISOString().slice(0, 7)).toBe('2030-03')
})

test('without gpg, one line', async () => {
  const missing = { exec: async () => ({ code: 127, stdout: '', stderr: 'spawn gpg ENOENT' }) }
  await expect(judgeDetached(missing, { keys: [], trusted: [] }, data, data)).rejects.toThrow('gpg is missing')
})
