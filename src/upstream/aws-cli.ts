/** Version 2 of the AWS CLI. AWS publishes an archive with a detached signature, but without a sum. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../lib/errors.js'
import type { Artifact } from '../model/artifact.js'
import type { Arch } from '../model/system.js'
import { needBytes } from './bytes.js'
import { get, missing, type Net } from './fetch.js'
import { awsCliFingerprint } from './fingerprints.js'
import { type Gpg, judgeFile, type Keyring } from './gpg.js'
import type { MirrorSums } from './mirror.js'

const machines: Readonly<Record<Arch, string>> = { amd64: 'x86_64', arm64: 'aarch64' }

/** Address of the archive of a version. */
export const awsCliUrl = (version: string, arch: Arch) =>
  `https://awscli.amazonaws.com/awscli-exe-linux-${machines[arch]}-${version}.zip`

/** @param root the action's own directory */
export function awsCliKeyring(root: string): Keyring {
  return { keys: [readFileSync(join(root, 'catalog/aws-cli.asc'), 'utf8')], trusted: [awsCliFingerprint] }
}

/**
 * The archive and its sha256: the mirror's signed one, or that of the bytes that AWS's key signed. Without a mirror, this downloads the
 * whole archive of 70 MB once per run; a lock avoids that.
 *
 * @param sums `undefined` without a mirror
 * @param keyring keys that may have signed it; called only without a mirror
 * @throws UserError if the download fails, or the signature is not valid
 */
export async function resolveAwsCli(
  net: Net,
  gpg: Gpg,
  version: string,
  arch: Arch,
  sums: MirrorSums | undefined,
  keyring: () => Keyring,
): Promise<Artifact> {
  const url = awsCliUrl(version, arch)
  if (sums !== undefined) return { version, url, sha256: sums(url) }
  const label = `the AWS CLI ${version}`
  const signature = await needBytes(net, { url: `${url}.sig`, label: `the signature of ${label}` })
  const directory = await mkdtemp(join(tmpdir(), 'k8s-image-aws-cli-'))
  try {
    const path = join(directory, 'archive.zip')
    const sha256 = await get(net, { url, label }, (body) => store(body, path))
    if (sha256 === undefined) throw missing({ url, label })
    const judgement = await judgeFile(gpg, keyring(), path, signature)
    if (!judgement.good)
      throw new UserError(
        'untrusted',
        `${label}: ${url} ${judgement.reason}`,
        'AWS extends its key every year: use a newer version of the action, or a lock',
      )
    return { version, url, sha256 }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Writes a body to a file and returns its sha256. */
async function store(body: AsyncIterable<Uint8Array>, path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path, 'w', 0o600)
  try {
    for await (const chunk of body) {
      hash.update(chunk)
      await file.writeFile(chunk)
    }
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}
