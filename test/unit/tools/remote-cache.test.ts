/** GitHub's cache library against a service of its first protocol on loopback, in a process with a runner's environment. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile } from '../support/compiled.js'

let directory: string
let server: Server
/** Archives by key and version of the path. */
const archives = new Map<string, Buffer>()
const reserved: string[] = []
let broken = false

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-cache-'))
  compile(directory)
  writeFileSync(join(directory, 'try.js'), script)
  server = createServer(async (request, response) => {
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    const url = new URL(request.url ?? '', `http://${request.headers.host}`)
    const body = await read(request)
    if (broken) json(400, { message: 'out of order' })
    else if (url.pathname.endsWith('/cache')) {
      const name = `${url.searchParams.get('keys')} ${url.searchParams.get('version')}`
      if (archives.has(name))
        json(200, {
          cacheKey: url.searchParams.get('keys'),
          archiveLocation: `${url.origin}/archive/${encodeURIComponent(name)}`,
        })
      else response.writeHead(204).end()
    } else if (url.pathname.startsWith('/archive/')) {
      response.end(archives.get(decodeURIComponent(url.pathname.slice('/archive/'.length))))
    } else if (request.method === 'POST' && url.pathname.endsWith('/caches')) {
      const { key, version } = JSON.parse(String(body))
      json(201, { cacheId: reserved.push(`${key} ${version}`) })
    } else if (request.method === 'PATCH') {
      archives.set(reserved[Number(url.pathname.split('/').at(-1)) - 1] ?? '', body)
      response.writeHead(204).end()
    } else response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  rmSync(directory, { recursive: true, force: true })
})

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const script = `
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { githubCache } from './src/tools/remote-cache.js'
const warnings = []
const log = { info() {}, warning: (line) => warnings.push(line) }
const cache = await githubCache(process.env, log)
const path = process.cwd() + '/packer.zip'
writeFileSync(path, 'the zip')
const before = await cache.restore('k8s-image-packer-1', path)
await cache.save('k8s-image-packer-1', path)
rmSync(path)
const after = await cache.restore('k8s-image-packer-1', path)
const other = await cache.restore('k8s-image-packer-2', path)
console.log('RESULT ' + JSON.stringify({ before, after, other, text: after ? readFileSync(path, 'utf8') : '', warnings }))
`

async function tryCache(): Promise<{
  before: boolean
  after: boolean
  other: boolean
  text: string
  warnings: string[]
}> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const child = spawn(process.execPath, ['try.js'], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      ACTIONS_CACHE_URL: url,
      ACTIONS_RUNTIME_TOKEN: 'token',
      GITHUB_WORKSPACE: directory,
      RUNNER_TEMP: directory,
      RUNNER_OS: 'Linux',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 90_000,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  await new Promise((resolve) => child.on('close', resolve))
  const result = /^RESULT (.*)$/m.exec(output)?.[1]
  if (result === undefined) throw new Error(output)
  return JSON.parse(result)
}

test('a miss, then what was saved under exactly that key', async () => {
  expect(await tryCache()).toEqual({ before: false, after: true, other: false, text: 'the zip', warnings: [] })
  expect(reserved.map((name) => name.split(' ')[0])).toEqual(['k8s-image-packer-1'])
})

test('a service that is out of order fails nothing', async () => {
  broken = true
  expect(await tryCache()).toMatchObject({ before: false, after: false, other: false })
})
