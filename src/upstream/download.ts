/** Downloads large files with @actions/tool-cache, and keeps them only if their sha256 is right. */
import { createHash } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { downloadTool, HTTPError } from '@actions/tool-cache'
import { UserError } from '../lib/errors.js'
import { aborted } from '../lib/exec.js'
import { hint, missing, type Net, type Request } from './fetch.js'
import { cause } from './send.js'

/** Minutes per file for all attempts, since the library has no limit. */
const LIMIT = 20

/**
 * Fetches `request.url` to `path`, which must not exist yet. Afterwards it exists only if its sha256 is right.
 *
 * @throws UserError if the download fails, the sum is wrong, or the disk is full
 */
export async function download(net: Net, request: Request, sha256: string, path: string): Promise<void> {
  const { label, url } = request
  const late = AbortSignal.timeout(LIMIT * 60_000)
  const signal = net.signal ? AbortSignal.any([net.signal, late]) : late
  try {
    signal.throwIfAborted()
    await Promise.race([downloadTool(url, path), aborted(signal)])
  } catch (error) {
    await rm(path, { force: true })
    net.signal?.throwIfAborted()
    throw diskFull(error, label, path) ?? failure(request, late.aborted, error)
  }
  net.meter.bytes += (await stat(path)).size
  const sum = await sumOfFile(path)
  if (sum === sha256) return
  await rm(path)
  throw new UserError(
    'untrusted',
    `${label}: ${url} has the wrong content: sha256 is ${sum} instead of ${sha256}`,
    'the action kept nothing; try again later, or repair the mirror',
  )
}

function failure(request: Request, isLate: boolean, error: unknown): UserError {
  const { label, url } = request
  const status = error instanceof HTTPError ? error.httpStatusCode : undefined
  if (status === 404 || status === 410) return missing(request)
  const what = isLate ? `took more than ${LIMIT} minutes` : status ? `answered ${status}` : `failed: ${cause(error)}`
  return new UserError('download', `${label}: ${url} ${what}`, hint(url), { cause: error })
}

/** sha256 of a file. Uses one buffer: a stream would allocate hundreds of megabytes. */
export async function sumOfFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(512 * 1024)
  await using file = await open(path)
  for (;;) {
    const { bytesRead } = await file.read(buffer)
    if (bytesRead === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, bytesRead))
  }
}

/** A UserError for a full disk, by an error's code or a tool's output; otherwise `undefined`. */
export function diskFull(error: unknown, label: string, path: string): UserError | undefined {
  const code = (error as NodeJS.ErrnoException).code
  const full =
    code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|Disk quota exceeded/.test(String(error))
  if (!full || error instanceof UserError) return undefined
  return new UserError(
    'disk-full',
    `${label}: no space is left for ${path}`,
    'free space there (the tools need 1 GB), or set RUNNER_TOOL_CACHE and RUNNER_TEMP to directories on another disk',
    { cause: error },
  )
}
