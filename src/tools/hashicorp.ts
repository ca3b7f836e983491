/** HashiCorp's releases: found in the store, or fetched, verified by a signature, and unpacked. */
import { chmod, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runBounded } from '../lib/bounded.js'
import { firstLine, UserError } from '../lib/errors.js'
import { getBytes, needBytes } from '../upstream/bytes.js'
import { diskFull, download, sumOfFile } from '../upstream/download.js'
import { hashicorpFingerprint, trusted } from '../upstream/fingerprints.js'
import { judgeDetached } from '../upstream/gpg.js'
import { hashicorpKey } from '../upstream/hashicorp-key.js'
import { mirrored } from '../upstream/mirror-rule.js'
import { sumOf } from '../upstream/sums.js'
import type { ToolContext } from './context.js'
import { addTool, findTool, type ToolId } from './store.js'

/** A product in one version, and the place of its executable. */
export interface HashicorpRelease {
  /** `packer` or `packer-plugin-amazon`: the name at releases.hashicorp.com. */
  readonly product: string
  readonly version: string
  /** The executable inside the zip. */
  readonly member: string
  /** Its path in the tool's directory. */
  readonly place: string
  /** Further files by relative path, made from the executable's sha256. */
  readonly beside?: (sha256: string) => Readonly<Record<string, string>>
}

interface ZipProof {
  readonly sha256: string
  /** Fingerprint of the key. */
  readonly provenBy: string
}

/** The directory of the verified release. */
export async function prepareRelease(context: ToolContext, release: HashicorpRelease): Promise<string> {
  const { product, version } = release
  const label = `${product} ${version}`
  const id: ToolId = { tool: `k8s-image-${product}`, version, arch: context.arch, label }
  const zipName = `${product}_${version}_linux_${context.arch}.zip`
  const accepted = trusted(hashicorpFingerprint, context.mirrorTrust)
  const found = await findTool(
    context.store,
    id,
    (provenBy) => accepted.includes(provenBy),
    (directory, { contents }) => sums(directory, Object.keys(contents)),
  )
  if (found !== undefined) return found
  const url = `https://releases.hashicorp.com/${product}/${version}/${zipName}`
  const proof = await prove(context, url, label)
  return addTool(context.store, id, async (directory) => {
    const zip = `${directory}.zip`
    const unpacked = `${directory}-unpacked`
    const binary = join(directory, release.place)
    try {
      await fetchZip(context, { url, label, proof, zip, zipName })
      await unpack(context, zip, unpacked, label)
      await mkdir(dirname(binary), { recursive: true })
      await rename(join(unpacked, release.member), binary).catch((error: unknown) => {
        throw new UserError('tool', `${label}: ${zipName} does not hold ${release.member}`, 'choose another version', {
          cause: error,
        })
      })
    } finally {
      for (const path of [zip, unpacked]) await rm(path, { recursive: true, force: true })
    }
    await chmod(binary, 0o755)
    const { [release.place]: sha256 = '' } = await sums(directory, [release.place])
    const beside = release.beside?.(sha256) ?? {}
    for (const [path, text] of Object.entries(beside)) await writeFile(join(directory, path), text)
    return { provenBy: proof.provenBy, contents: await sums(directory, [release.place, ...Object.keys(beside)]) }
  })
}

/** Reads the release's sums, and finds a signature by a trusted key. */
async function prove(context: ToolContext, zipUrl: string, label: string): Promise<ZipProof> {
  const { net, mirror } = context
  const fingerprints = trusted(hashicorpFingerprint, context.mirrorTrust)
  const sumsUrl = zipUrl.replace(/_linux_\w+\.zip$/, '_SHA256SUMS')
  const at = (suffix: string) => ({ url: mirrored(`${sumsUrl}${suffix}`, mirror), label })
  const [file, mirrorKeys] = await Promise.all([needBytes(net, at('')), context.mirrorKeys()])
  const keyring = { keys: [hashicorpKey, ...mirrorKeys], trusted: fingerprints }
  // Upstream may sign with several keys: first the plain name, then names with the end of the key's fingerprint.
  let reason = 'has no signature'
  for (const suffix of ['.sig', ...fingerprints.map((fingerprint) => `.${fingerprint.slice(-8)}.sig`)]) {
    const signature = await getBytes(net, at(suffix))
    if (signature === undefined) continue
    const judgement = await judgeDetached(context, keyring, file, signature)
    if (judgement.good) {
      const name = zipUrl.slice(zipUrl.lastIndexOf('/') + 1)
      const sha256 = sumOf(file.toString('utf8'), name)
      if (sha256 === undefined)
        throw new UserError(
          'tool',
          `${label}: ${at('').url} does not name ${name}`,
          'choose another version or runner architecture',
        )
      return { sha256, provenBy: judgement.fingerprint }
    }
    if (reason === 'has no signature') reason = judgement.reason
  }
  throw new UserError(
    'untrusted',
    `${label}: ${at('').url} ${reason}`,
    mirror === undefined
      ? 'nothing was installed; try again later, and do not use this file'
      : "nothing was installed; if that is the mirror's own key, add its fingerprint to the file that mirror-trust names",
  )
}

/** Gets the zip from the cache across runs or by a download, and verifies its sum. */
async function fetchZip(
  context: ToolContext,
  what: { url: string; label: string; proof: ZipProof; zip: string; zipName: string },
): Promise<void> {
  const { url, label, proof, zip, zipName } = what
  const remote = await context.remote()
  const key = `k8s-image-${zipName.replace(/\.zip$/, '')}-${proof.sha256}`
  const shared = join(context.store.temporary, zipName) // the cache restores to the path that it was saved from
  if (await remote?.restore(key, shared)) {
    await rename(shared, zip).catch(() => undefined)
    if ((await sumOfFile(zip).catch(() => '')) === proof.sha256) return
    context.net.log.warning(`${label}: the cached copy is damaged; downloading it again`)
    await rm(zip, { force: true })
  }
  await download(context.net, { url: mirrored(url, context.mirror), label }, proof.sha256, zip)
  if (remote === undefined) return
  await copyFile(zip, shared)
  await remote.save(key, shared)
  await rm(shared, { force: true })
}

/**
 * Unpacks with Python, which Ansible needs anyway. The library's `extractZip` (4.0.0) starts `unzip`, which not every runner has. On a full
 * disk, `unzip` prompts and then waits forever, since the library neither answers nor closes its input.
 */
async function unpack(context: ToolContext, zip: string, directory: string, label: string): Promise<void> {
  const python = await context.python()
  const { code, stderr } = await runBounded({ ...context, limit: 120, label }, python, [
    ...['-I', '-m', 'zipfile', '-e'],
    ...[zip, directory],
  ])
  if (code === 0) return
  const error = new Error(stderr)
  throw (
    diskFull(error, label, directory) ??
    new UserError(
      'tool',
      `${label}: the zip cannot be unpacked: ${firstLine(stderr.trim().split('\n').at(-1))}`,
      'run the job again',
    )
  )
}

/** sha256 of files, by path relative to the directory. */
async function sums(directory: string, paths: readonly string[]): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await sumOfFile(join(directory, path))] as const)),
  )
}
