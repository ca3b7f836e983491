/** The playbook's own check of the repository's key: ansible/plugins/filter/openpgp.py. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const plugins = resolve(import.meta.dirname, '../../../ansible/plugins/filter')
const home = mkdtempSync(join(tmpdir(), 'k8s-image-gpg-'))
const gpg = (...args: string[]) =>
  execFileSync('gpg', ['--homedir', home, '--batch', '--quiet', ...args], { encoding: 'utf8', stdio: 'pipe' })

/** `passed` if the filter accepts the key; otherwise its error. */
function filter(armoured: string, trusted: readonly string[]): string {
  const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(plugins)})
from openpgp import trusted_openpgp_key
try:
    print("passed" if trusted_openpgp_key(*json.load(sys.stdin)) else "empty")
except Exception as error:
    print(error)
`
  // The first line of Ansible's script names the interpreter that has ansible-core.
  const script = execFileSync('sh', ['-c', 'head -n 1 "$(command -v ansible-playbook)"'], { encoding: 'utf8' })
  const done = spawnSync(script.trim().replace(/^#!/, ''), ['-c', program], {
    encoding: 'utf8',
    input: JSON.stringify([armoured, trusted]),
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return done.stdout.trim()
}

let rsa: string
let ed25519: string
const fingerprint: Record<string, string> = {}

beforeAll(() => {
  for (const algorithm of ['rsa2048', 'ed25519']) {
    gpg('--passphrase', '', '--quick-generate-key', `${algorithm}@example.org`, algorithm, 'sign', 'never')
    const listed = gpg('--with-colons', '--list-keys', `${algorithm}@example.org`)
    fingerprint[algorithm] = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? ''
    // A subkey, whose fingerprint does not matter.
    gpg('--passphrase', '', '--quick-add-key', fingerprint[algorithm] ?? '', 'rsa2048', 'encrypt', 'never')
  }
  rsa = gpg('--armor', '--export', 'rsa2048@example.org')
  ed25519 = gpg('--armor', '--export', 'ed25519@example.org')
}, 60_000)

afterAll(() => {
  spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'])
  rmSync(home, { recursive: true, force: true })
})

const key = (name: string) => ({ rsa, ed25519, both: rsa + ed25519 })[name] ?? ''
const armour = (bytes: number[]) =>
  `-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n${Buffer.from(bytes).toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`
const prints = (...names: string[]) => names.map((name) => fingerprint[name] ?? '')

test.each([
  ['an RSA key', () => key('rsa'), () => prints('rsa2048'), /^passed$/],
  ['an Ed25519 key', () => key('ed25519'), () => prints('ed25519'), /^passed$/],
  [
    'a fingerprint in lower case and groups',
    () => key('rsa'),
    () => prints('rsa2048').map((f) => f.toLowerCase().replace(/(.{4})/g, '$1 ')),
    /^passed$/,
  ],
  ['line ends of another system', () => key('rsa').replaceAll('\n', '\r\n'), () => prints('rsa2048'), /^passed$/],
  ['two keys of which both are trusted', () => key('both'), () => prints('rsa2048', 'ed25519'), /^passed$/],
  ['two keys of which one is trusted', () => key('both'), () => prints('rsa2048'), /key [0-9A-F]{40} is not trusted/],
  [
    'a trusted key, and one that gpg cannot read',
    () => key('rsa') + armour([0xc6, 0x01, 0x03]),
    () => prints('rsa2048'),
    /damaged/,
  ],
  ['another key', () => key('ed25519'), () => prints('rsa2048'), /key [0-9A-F]{40} is not trusted/],
  ['no trusted fingerprint', () => key('rsa'), () => [], /trusted: none/],
  ['no key', () => 'Not found', () => prints('rsa2048'), /holds no OpenPGP public key/],
  ['half a key', () => key('rsa').slice(0, 400), () => prints('rsa2048'), /damaged/],
  // Removes the second line of 64. Without the first, random bytes would start a packet, and any error could follow.
  [
    'a key with a hole',
    () => key('rsa').replace(/(\n.{64}\n).{64}\n/, '$1'),
    () => prints('rsa2048'),
    /not trusted|damaged/,
  ],
  ['a length of which half is there', () => armour([0xc6, 0xc0]), () => prints('rsa2048'), /damaged/],
  ['bytes that are no packet', () => armour([0x06, 0x00]), () => prints('rsa2048'), /damaged/],
  ['a packet of another kind', () => armour([0xcd, 0x01, 0x61]), () => prints('rsa2048'), /damaged/],
  ['a key of another version', () => armour([0xc6, 0x01, 0x03]), () => prints('rsa2048'), /damaged/],
])('%s', (_, armoured, trusted, answer) => {
  expect(filter(armoured(), trusted())).toMatch(answer)
})
