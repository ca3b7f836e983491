/** Small files, in memory. */
import { UserError } from '../lib/errors.js'
import { Forbidden, get, hint, missing, type Net, type Request } from './fetch.js'

/**
 * A small optional file; `undefined` if there is none (404, 410).
 *
 * @param options.strict whether 403 is an error; otherwise it counts as missing, too
 */
export async function getBytes(
  net: Net,
  request: Request,
  { limit, strict = false }: { readonly limit?: number; readonly strict?: boolean } = {},
): Promise<Buffer | undefined> {
  try {
    return await receiveBytes(net, request, limit)
  } catch (error) {
    if (strict || !(error instanceof Forbidden)) throw error
    net.log.info(`${error.message}, which counts as missing`)
    return undefined
  }
}

/** As `getBytes`, but a missing file is an error. */
export async function needBytes(net: Net, request: Request): Promise<Buffer> {
  const bytes = await receiveBytes(net, request)
  if (bytes === undefined) throw missing(request)
  return bytes
}

async function receiveBytes(net: Net, request: Request, limit?: number): Promise<Buffer | undefined> {
  const address = `${request.url} ${request.accept ?? ''}`
  const file = net.files?.get(address) ?? readBytes(net, request, limit)
  net.files?.set(address, file)
  return file
}

async function readBytes(net: Net, request: Request, limit = 32 * 1024 * 1024): Promise<Buffer | undefined> {
  return get(net, request, async (body) => {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of body) {
      chunks.push(chunk)
      size += chunk.length
      if (size > limit)
        throw new UserError(
          'download',
          `${request.label}: ${request.url} is larger than ${limit} bytes`,
          hint(request.url),
        )
    }
    return Buffer.concat(chunks)
  })
}
