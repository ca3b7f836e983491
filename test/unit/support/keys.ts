/** OpenPGP keys for tests, each in its own gpg home. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TestKey {
  readonly fingerprint: string
  readonly armored: string
  /** A detached signature. */
  sign(data: string | Uint8Array): Buffer
  clearsign(text: string): string
  /** The same key without an expiry date. */
  extended(): string
  /** The same key after its revocation. */
  revoked(): string
  remove(): void
}

/**
 * @param options.expired makes the key and its signatures in 2020, with a validity of a month
 * @param options.life such as `30d`; by default, the key never expires
 */
export function makeKey({ expired = false, life = 'never' } = {}): TestKey {
  const home = mkdtempSync(join(tmpdir(), 'k8s-key-'))
  const at = (day: number) => (expired ? ['--faked-system-time', `202001${day}T000000!`] : [])
  const gpg = (args: readonly string[], input: string | Uint8Array = '', time = at(15)) => {
    const base = ['--homedir', home, '--batch', '--no-tty', '--yes', '--pinentry-mode', 'loopback', '--passphrase', '']
    const { status, stdout, stderr } = spawnSync('gpg', [...base, ...time, ...args], { input, timeout: 30_000 })
    if (status !== 0) throw new Error(`gpg ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  gpg(['--quick-generate-key', 'a test <test@example.invalid>', 'ed25519', 'sign', expired ? '20200201T000000' : life])
  const listed = gpg(['--with-colons', '--list-keys']).toString()
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? ''
  const armored = gpg(['--armor', '--export', fingerprint]).toString()
  return {
    fingerprint,
    armored,
    sign: (data) => gpg(['--detach-sign', '--output', '-'], data),
    clearsign: (text) => gpg(['--clearsign', '--output', '-'], text).toString(),
    extended: () => {
      gpg(['--quick-set-expire', fingerprint, '0'], '', at(16))
      return gpg(['--armor', '--export', fingerprint]).toString()
    },
    revoked: () => {
      const text = readFileSync(join(home, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8')
      gpg(['--import'], text.slice(text.lastIndexOf(':-----BEGIN') + 1))
      return gpg(['--armor', '--export', fingerprint]).toString()
    },
    remove: () => {
      spawnSync('gpgconf', ['--homedir', home, '--kill', 'all'], { timeout: 10_000 })
      rmSync(home, { recursive: true, force: true })
    },
  }
}
