/**
 * Downloads from servers that close the connection after each answer, as a plain HTTP/1.0 file server does. Such a server
 * once ended the process without a message (nodejs/undici#5360). So each set of downloads has its own process, with @actions/core loaded.
 */
import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile } from '../support/compiled.js'

const all = process.env.K8S_IMAGE_TEST_ALL === '1'
const MB = 1_000_000
const largest = randomBytes(65 * MB)

/** `/SIZE/PAUSE` returns SIZE bytes, with a pause of PAUSE ms after each sixteenth of them. */
const server: Server = createServer(async (request, response) => {
  const [, size = 0, pause = 0] = (request.url ?? '').split('/').map(Number)
  response.writeHead(200, { 'content-length': size, connection: 'close' })
  const step = pause === 0 ? size : Math.ceil(size / 16)
  for (let at = 0; at < size; at += step) {
    response.write(largest.subarray(at, Math.min(size, at + step)))
    if (pause > 0) await new Promise((later) => setTimeout(later, pause))
  }
  response.end()
})

const script = `
import '@actions/core'
import { systemClock as clock } from './src/lib/clock.js'
import { download } from './src/upstream/download.js'
const [url, directory, sums] = process.argv.slice(2)
const log = { info: () => undefined, warning: () => undefined }
let done = 0
let count = 0
process.on('exit', () => console.log('DONE ' + done))
for (const [path, sum] of JSON.parse(sums))
  await download({ clock, log, meter: { bytes: 0 } }, { url: url + path, label: path }, sum, directory + '/' + ++count).then(() => done++)
`

let directory: string
let url: string
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-closing-'))
  compile(directory)
  writeFileSync(join(directory, 'download.js'), script)
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

/** Downloads in sequence. Returns the number of complete downloads, and stderr of the process. */
async function downloads(
  files: readonly (readonly [size: number, pause: number])[],
): Promise<{ done: number; died: string }> {
  const sums = files.map(([size, pause]) => [
    `/${size}/${pause}`,
    createHash('sha256').update(largest.subarray(0, size)).digest('hex'),
  ])
  const child = spawn(process.execPath, ['download.js', url, directory, JSON.stringify(sums)], {
    cwd: directory,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  await new Promise((ended) => child.on('close', ended))
  for (let at = 1; at <= files.length; at++) rmSync(join(directory, String(at)), { force: true })
  return { done: Number(/DONE (\d+)/.exec(output.stdout)?.[1]), died: output.stderr }
}

const sizes = [64 * 1024, 300_000, MB, 5 * MB, 20 * MB, 65 * MB]

test('a dozen: each size, slow and fast', async () => {
  const files = sizes.flatMap((size) => [[size, 0] as const, [size, 20] as const])
  expect(await downloads(files)).toEqual({ done: 12, died: '' })
}, 120_000)

// After a crash, the process makes no further downloads, so each one makes only ten.
const exhaustive = all ? test : undefined
exhaustive?.each(Array.from({ length: 20 }, (_, at) => [at]))(
  'two hundred: set %i of ten',
  async (at) => {
    const files = Array.from({ length: 10 }, (_, index) => {
      const size = sizes[(at + index) % sizes.length] ?? 0
      return [size, index === at % 10 ? 10 : 0] as const
    })
    expect(await downloads(files)).toEqual({ done: 10, died: '' })
  },
  120_000,
)
