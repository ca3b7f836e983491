/** Large files: streamed to a temporary name, checked, and only then given their own. */
import { createHash, randomBytes } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { UserError } from '../lib/errors.js'
import { get, missing, type Net, type Request } from './fetch.js'

/** Seconds between lines about a download that goes on. */
const PROGRESS = 8

/**
 * Fetches `request.url` to `path`, which comes to be only when its sha256 is right.
 *
 * @throws UserError when it cannot be had, is cut off, has another sum, or does not fit on the disk
 */
export async function download(net: Net, request: Request, sha256: string, path: string): Promise<void> {
  const part = `${path}.${process.pid}.${randomBytes(4).toString('hex')}.part`
  try {
    const sum = await get(net, request, (body, size) => receive(net, request, part, body, size))
    if (sum === undefined) throw missing(request)
    if (sum !== sha256)
      throw new UserError(
        `${request.label}: ${request.url} has the wrong content: sha256 is ${sum}, and should be ${sha256}`,
        'nothing of it was kept; fetch it again later, or mend the mirror',
      )
    await rename(part, path)
  } catch (error) {
    throw diskFull(error, request.label, path) ?? error
  } finally {
    await rm(part, { force: true })
  }
}

async function receive(
  net: Net,
  { label }: Request,
  part: string,
  body: AsyncIterable<Uint8Array>,
  size: number | undefined,
): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(part, 'w', 0o600)
  let received = 0
  let said = net.clock.now()
  try {
    for await (const chunk of body) {
      hash.update(chunk)
      await file.writeFile(chunk) // at the file's position; writes all of it, unlike write()
      received += chunk.length
      if (net.clock.now() - said < PROGRESS) continue
      said = net.clock.now()
      net.log.info(`${label}: ${megabytes(received)}${size === undefined ? '' : ` of ${megabytes(size)}`} MB`)
    }
  } finally {
    await file.close()
  }
  return hash.digest('hex')
}

/** A UserError for a disk that is full, from an error's code or from what a tool printed; else `undefined`. */
export function diskFull(error: unknown, label: string, path: string): UserError | undefined {
  const code = (error as NodeJS.ErrnoException).code
  const full =
    code === 'ENOSPC' || code === 'EDQUOT' || /No space left on device|Disk quota exceeded/.test(String(error))
  if (!full || error instanceof UserError) return undefined
  return new UserError(
    `${label}: no space is left for ${path}`,
    'free space there (the tools need 1 GB), or set RUNNER_TOOL_CACHE to a directory on another disk',
    { cause: error },
  )
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6)
}
