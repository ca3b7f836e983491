/** OpenPGP keys made while a test runs, each in a gpg home of its own. */
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
  /** The same key after its revocation. */
  revoked(): string
  remove(): void
}

/** @param expired made, and signing, in 2020, when it was valid for a month */
export function makeKey({ expired = false } = {}): TestKey {
  const home = mkdtempSync(join(tmpdir(), 'k8s-key-'))
  const time = expired ? ['--faked-system-time', '20200115T000000!'] : []
  const gpg = (args: readonly string[], input: string | Uint8Array = '') => {
    const base = ['--homedir', home, '--batch', '--no-tty', '--yes', '--pinentry-mode', 'loopback', '--passphrase', '']
    const { status, stdout, stderr } = spawnSync('gpg', [...base, ...time, ...args], { input, timeout: 30_000 })
    if (status !== 0) throw new Error(`gpg ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  gpg([
    '--quick-generate-key',
    'a test <test@example.invalid>',
    'ed25519',
    'sign',
    expired ? '20200201T000000' : 'never',
  ])
  const listed = gpg(['--with-colons', '--list-keys']).toString()
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(listed)?.[1] ?? ''
  const armored = gpg(['--armor', '--export', fingerprint]).toString()
  return {
    fingerprint,
    armored,
    sign: (data) => gpg(['--detach-sign', '--output', '-'], data),
    clearsign: (text) => gpg(['--clearsign', '--output', '-'], text).toString(),
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
