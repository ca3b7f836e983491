/** Checks signatures and keys with the runner's `gpg`, each time in a temporary home. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runBounded } from '../lib/bounded.js'
import { UserError } from '../lib/errors.js'
import type { Exec, ExecResult } from '../lib/exec.js'
import { type Judgement, judge, keyExpiries, primaryFingerprints } from './status.js'

export interface Gpg {
  readonly exec: Exec
  readonly signal?: AbortSignal
}

/** Keys that may sign. Only those with a fingerprint in `trusted` count. */
export interface Keyring {
  /** Armoured. */
  readonly keys: readonly string[]
  /** Fingerprints of primary keys. */
  readonly trusted: readonly string[]
}

/** Seconds before a hanging gpg is ended. */
const LIMIT = 60

/** Checks a detached signature. */
export async function judgeDetached(
  gpg: Gpg,
  keyring: Keyring,
  data: Uint8Array,
  signature: Uint8Array,
): Promise<Judgement> {
  return inHome(gpg, keyring.keys, async (home, run) => {
    await writeFile(join(home, 'data'), data)
    await writeFile(join(home, 'signature'), signature)
    const { stdout } = await run(['--status-fd', '1', '--verify', join(home, 'signature'), join(home, 'data')])
    return judge(stdout, keyring.trusted)
  })
}

/** As `judgeDetached`, for a file that is too large for memory. */
export async function judgeFile(gpg: Gpg, keyring: Keyring, path: string, signature: Uint8Array): Promise<Judgement> {
  return inHome(gpg, keyring.keys, async (home, run) => {
    await writeFile(join(home, 'signature'), signature)
    const { stdout } = await run(['--status-fd', '1', '--verify', join(home, 'signature'), path])
    return judge(stdout, keyring.trusted)
  })
}

/** Checks a clear-signed text such as `InRelease`, and returns only the signed part. */
export async function openClearsigned(
  gpg: Gpg,
  keyring: Keyring,
  document: string,
): Promise<{ readonly judgement: Judgement; readonly text: string }> {
  if (document.match(/^-----BEGIN PGP SIGNED MESSAGE-----/gm)?.length !== 1)
    return { judgement: { good: false, reason: 'is not signed' }, text: '' }
  return inHome(gpg, keyring.keys, async (home, run) => {
    await writeFile(join(home, 'document'), document)
    const { stdout } = await run([
      ...['--status-file', join(home, 'status'), '--output', '-'],
      ...['--decrypt', join(home, 'document')],
    ])
    return { judgement: judge(await readFile(join(home, 'status'), 'utf8'), keyring.trusted), text: stdout }
  })
}

/** The trusted ones among armoured keys in one armoured block, without other people's certifications. */
export async function exportTrusted(
  gpg: Gpg,
  { keys, trusted }: Keyring,
): Promise<{
  readonly armored: string
  readonly fingerprints: readonly string[]
  /** Their expiry: `YYYY-MM-DD`. */
  readonly expiries: readonly { readonly fingerprint: string; readonly expires?: string }[]
}> {
  return inHome(gpg, keys, async (_home, run) => {
    const { stdout } = await run(['--with-colons', '--list-keys'])
    const fingerprints = primaryFingerprints(stdout)
      .filter((fingerprint) => trusted.includes(fingerprint))
      .sort()
    const expiries = keyExpiries(stdout).filter(({ fingerprint }) => trusted.includes(fingerprint))
    if (fingerprints.length === 0) return { armored: '', fingerprints, expiries }
    const exported = await run([
      '--armor',
      '--no-emit-version',
      '--export-options',
      'export-minimal',
      '--export',
      ...fingerprints,
    ])
    return { armored: exported.stdout, fingerprints, expiries }
  })
}

async function inHome<T>(
  gpg: Gpg,
  keys: readonly string[],
  work: (home: string, run: (args: readonly string[]) => Promise<ExecResult>) => Promise<T>,
): Promise<T> {
  const home = await mkdtemp(join(tmpdir(), 'k8s-image-gpg-')) // mkdtemp makes it 0700
  const run = async (args: readonly string[]) => {
    const result = await runBounded(
      { ...gpg, limit: LIMIT, label: 'checking a signature' },
      'gpg',
      ['--homedir', home, '--no-options', '--batch', '--no-tty', '--no-autostart', '--trust-model', 'always', ...args],
      { env: { ...process.env, LC_ALL: 'C' } },
    )
    if (result.code === 127)
      throw new UserError(
        'runner',
        'gpg is missing, but signatures must be checked',
        'install it: apt-get install gnupg',
      )
    return result
  }
  try {
    await writeFile(join(home, 'keys'), `${keys.join('\n')}\n`)
    if (keys.length > 0) await run(['--import', join(home, 'keys')])
    return await work(home, run)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
