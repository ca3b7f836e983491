/** A file server on loopback whose answers a test can change. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers instead of the file: a status, `cut` (half of the body, then the connection ends), `silent`, `half` (then nothing). */
export type Fault = number | 'cut' | 'silent' | 'half'

export interface FileServer {
  readonly url: string
  /** By path, without the leading slash. */
  readonly files: Map<string, Buffer>
  /** By path: faults of the next requests, one each. */
  readonly faults: Map<string, Fault[]>
  /** Redirect targets by path. */
  readonly redirects: Map<string, string>
  /** Requested paths. */
  readonly requests: string[]
  stop(): Promise<void>
}

export async function startServer(): Promise<FileServer> {
  const files = new Map<string, Buffer>()
  const faults = new Map<string, Fault[]>()
  const redirects = new Map<string, string>()
  const requests: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '').slice(1))
    requests.push(path)
    const location = redirects.get(path)
    if (location !== undefined) {
      response.writeHead(302, { location }).end()
      return
    }
    if (path.endsWith('/')) response.setHeader('content-type', 'text/html')
    answer(response, files.get(path), faults.get(path)?.shift())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    faults,
    redirects,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function answer(response: ServerResponse, body: Buffer | undefined, fault: Fault | undefined): void {
  if (fault === 'silent') return
  if (typeof fault === 'number') response.writeHead(fault).end('sorry')
  else if (body === undefined) response.writeHead(404).end('no such file')
  else if (fault === undefined) response.writeHead(200, { 'content-length': body.length }).end(body)
  else {
    response.writeHead(200, { 'content-length': body.length })
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => {
      if (fault === 'cut') response.destroy()
    })
  }
}
