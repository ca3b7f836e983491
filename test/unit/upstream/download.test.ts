import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getBytes, needBytes } from '../../../src/upstream/bytes.js'
import { download } from '../../../src/upstream/download.js'
import { testNet, withoutPauses } from '../support/net.js'
import { type FileServer, startServer } from '../support/server.js'
import { temporaryDirectory } from '../support/temporary.js'

const directory = temporaryDirectory()
const content = randomBytes(300_000)
const sum = createHash('sha256').update(content).digest('hex')
let server: FileServer
withoutPauses()
beforeEach(async () => {
  server = await startServer()
  server.files.set('file.zip', content)
})
afterEach(() => server.stop())

const fetchFile = (net = testNet(), sha256 = sum) =>
  download(net, { url: `${server.url}/file.zip`, label: 'packer 1.16.0' }, sha256, join(directory(), 'file.zip'))

test('a file comes whole, and its bytes are counted', async () => {
  const net = testNet()
  await fetchFile(net)
  expect(readFileSync(join(directory(), 'file.zip')).equals(content)).toBe(true)
  expect(net.meter.bytes).toBe(content.length)
  expect(readdirSync(directory())).toEqual(['file.zip'])
})

test.each([[[503]], [[429, 500]], [['cut' as const]]])('after %j it works', async (faults) => {
  server.faults.set('file.zip', [...faults])
  await fetchFile()
  expect(server.requests).toHaveLength(faults.length + 1)
})

test.each([
  ['500 for good', [500, 502, 503], /file\.zip answered 503$/, 3],
  ['cut off for good', ['cut', 'cut', 'cut'], /file\.zip failed: connection reset$/, 3],
  ['403', [403], /file\.zip answered 403$/, 1],
  ['404', [404], /^packer 1\.16\.0: there is no http.*file\.zip$/, 1],
] as const)('%s', async (_name, faults, message, requests) => {
  server.faults.set('file.zip', [...faults])
  await expect(fetchFile()).rejects.toThrow(message)
  expect(server.requests).toHaveLength(requests)
  expect(readdirSync(directory())).toEqual([])
})

describe('small files', () => {
  const request = () => ({ url: `${server.url}/file.zip`, label: 'x' })

  test.each([[[503]], [[429, 500]], [['cut' as const]]])('after %j it works', async (faults) => {
    server.faults.set('file.zip', [...faults])
    const net = testNet()
    expect(content.equals(await needBytes(net, request()))).toBe(true)
    expect(net.log.lines.filter((line) => line.includes('trying again'))).toHaveLength(faults.length)
  })

  test.each([
    ['500 for good', [500, 502, 503], /file\.zip answered 503 Service Unavailable/, 3],
    ['cut off for good', ['cut', 'cut', 'cut'], /was cut off after \d+ of 300000 bytes: connection reset/, 3],
    ['403', [403], /file\.zip answered 403 Forbidden/, 1],
  ] as const)('%s', async (_name, faults, message, requests) => {
    server.faults.set('file.zip', [...faults])
    await expect(needBytes(testNet(), request())).rejects.toThrow(message)
    expect(server.requests).toHaveLength(requests)
  })

  test.each([
    ['silent', /did not answer for 0\.2 s/],
    ['half', /stopped sending, or took more than 20 minutes, after \d+ of 300000 bytes/],
  ] as const)('a server that stops: %s', async (fault, message) => {
    server.faults.set('file.zip', [fault, fault, fault])
    await expect(needBytes(testNet({ stall: 0.2 }), request())).rejects.toThrow(message)
  })

  test.each(['silent', 'half'] as const)('a cancel ends them: %s', async (fault) => {
    server.faults.set('file.zip', [fault])
    const stop = new AbortController()
    const running = needBytes(testNet({ signal: stop.signal }), request())
    setTimeout(() => stop.abort(new Error('cancelled')), 100)
    await expect(running).rejects.toThrow('cancelled')
  })

  test('a missing file, and one that is too large', async () => {
    const net = testNet()
    expect(await getBytes(net, { url: `${server.url}/none`, label: 'x' })).toBeUndefined()
    await expect(needBytes(net, { url: `${server.url}/none`, label: 'x' })).rejects.toThrow('x: there is no http')
    await expect(getBytes(net, request(), { limit: 1000 })).rejects.toThrow('is larger than 1000 bytes')
  })

  test('a refusal counts as missing where a file is optional, and the log says so', async () => {
    server.faults.set('file.zip', [403])
    const net = testNet()
    await expect(getBytes(net, request(), { strict: true })).rejects.toThrow(/answered 403 Forbidden/)
    server.faults.set('file.zip', [403])
    expect(await getBytes(net, request())).toBeUndefined()
    expect(net.log.lines).toEqual([
      expect.stringMatching(/^x: http.*file\.zip answered 403 Forbidden, which counts as missing$/),
    ])
  })

  test.each(['/file.zip', 'file.zip'])('a redirection to %s', async (location) => {
    server.redirects.set('old', location)
    expect(content.equals(await needBytes(testNet(), { url: `${server.url}/old`, label: 'x' }))).toBe(true)
  })
})

test('a flipped byte is rejected at once, and nothing is kept', async () => {
  const flipped = Buffer.from(content)
  flipped[1000] = (flipped[1000] ?? 0) ^ 1
  server.files.set('file.zip', flipped)
  await expect(fetchFile()).rejects.toThrow(/has the wrong content: sha256 is [0-9a-f]{64} instead of/)
  expect(server.requests).toHaveLength(1)
  expect(readdirSync(directory())).toEqual([])
})

test('a server that is down', async () => {
  await server.stop()
  const error = await fetchFile().catch((failure: unknown) => failure)
  expect(error).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^packer 1\.16\.0: http.*file\.zip failed: connection refused$/),
    hint: expect.stringMatching(/^check that http:\/\/127\.0\.0\.1:\d+ is reachable/),
  })
})

test('a cancelled download ends with the reason of the cancelling, and leaves nothing', async () => {
  server.faults.set('file.zip', ['half'])
  const stop = new AbortController()
  const running = fetchFile(testNet({ signal: stop.signal }))
  setTimeout(() => stop.abort(new Error('cancelled')), 100)
  await expect(running).rejects.toThrow('cancelled')
  expect(readdirSync(directory())).toEqual([])
})

test('a directory that cannot be written is not a full disk', async () => {
  writeFileSync(join(directory(), 'file'), '')
  const path = join(directory(), 'file', 'file.zip')
  await expect(download(testNet(), { url: `${server.url}/file.zip`, label: 'x' }, sum, path)).rejects.toThrow('ENOTDIR')
})
