import { judge, primaryFingerprints } from '../../../src/upstream/status.js'

const ours = 'A'.repeat(40)
const theirs = 'B'.repeat(40)
const subkey = 'C'.repeat(40)
const valid = (primary: string, hash = '10') => `VALIDSIG ${subkey} 2026-11-23 1795436788 0 4 0 1 ${hash} 00 ${primary}`
const status = (...lines: string[]) => lines.map((line) => `[GNUPG:] ${line}`).join('\n')

test.each([
  ['a good signature by a subkey', ['NEWSIG', 'GOODSIG AAAA us', valid(ours)], true],
  ['nothing at all', [], 'is not signed'],
  ['another key', ['NEWSIG', 'GOODSIG BBBB them', valid(theirs)], `is signed by key ${theirs}, which is not trusted`],
  [
    'a key that is not there',
    ['NEWSIG', `ERRSIG BBBB 1 10 00 1 9 ${theirs}`, 'NO_PUBKEY BBBB'],
    `is signed by key ${theirs}, which is not trusted`,
  ],
  [
    'a key that is not there, by its id',
    ['NEWSIG', 'ERRSIG BBBB 1 10 00 1 9 -', 'NO_PUBKEY BBBB'],
    'is signed by key BBBB, which is not trusted',
  ],
  [
    'an algorithm that is not known',
    ['NEWSIG', `ERRSIG AAAA 99 10 00 1 4 ${ours}`],
    'has a signature that gpg cannot check',
  ],
  ['a wrong signature', ['NEWSIG', 'BADSIG AAAA us'], 'does not match its signature'],
  [
    'a key that has expired',
    ['NEWSIG', 'KEYEXPIRED 1', 'EXPKEYSIG AAAA us', valid(ours)],
    `is signed by key ${ours}, which has expired`,
  ],
  ['a signature that has expired', ['NEWSIG', 'EXPSIG AAAA us', valid(ours)], 'has a signature that has expired'],
  ['a revoked key', ['NEWSIG', 'REVKEYSIG AAAA us', valid(ours)], `is signed by key ${ours}, which is revoked`],
  ['GOODSIG alone', ['NEWSIG', 'GOODSIG AAAA us'], 'has no good signature'],
  ['SHA-1', ['NEWSIG', 'GOODSIG AAAA us', valid(ours, '2')], 'has a signature over a broken hash (MD5 or SHA-1)'],
  [
    'two signatures, one of them ours',
    ['NEWSIG', `ERRSIG BBBB 1 10 00 1 9 ${theirs}`, 'NO_PUBKEY BBBB', 'NEWSIG', 'GOODSIG AAAA us', valid(ours)],
    true,
  ],
  [
    'two signatures, ours wrong',
    ['NEWSIG', 'GOODSIG AAAA us', valid(ours), 'NEWSIG', 'BADSIG AAAA us'],
    'does not match its signature',
  ],
])('%s', (_name, lines, expected) => {
  const judgement = judge(status(...(lines as string[])), [ours])
  expect(judgement).toEqual(expected === true ? { good: true, fingerprint: ours } : { good: false, reason: expected })
})

test('other lines prove nothing', () => {
  expect(judge(`NEWSIG\nGOODSIG AAAA us\n${valid(ours)}`, [ours]).good).toBe(false)
})

test('fingerprints of primary keys only', () => {
  const colons = `pub:-:4096:1:X:1:2::-:\nfpr:::::::::${ours}:\nuid:-::::1::H::Name::::::::::0:\nsub:-:4096:1:Y:1:2:::::e:\nfpr:::::::::${subkey}:\npub:e:1\nfpr:::::::::${theirs}:\n`
  expect(primaryFingerprints(colons)).toEqual([ours, theirs])
})
