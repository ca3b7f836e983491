/** A full disk and a read-only tool cache: real mounts, in the mount namespace of a separate process. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compile } from '../support/compiled.js'
import { makeKey, type TestKey } from '../support/keys.js'
import { addHashicorp, seal } from '../support/mirror.js'
import { type FileServer, startServer } from '../support/server.js'

let directory: string
let server: FileServer
let key: TestKey
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-disk-'))
  compile(directory)
  key = makeKey()
  server = await startServer()
  addHashicorp(server, key)
  seal(server, key)
  writeFileSync(join(directory, 'prepare.js'), script)
})
afterAll(async () => {
  await server.stop()
  key.remove()
  rmSync(directory, { recursive: true, force: true })
})

beforeEach(() => {
  for (const name of ['tools', 'temp']) {
    rmSync(join(directory, name), { recursive: true, force: true })
    mkdirSync(join(directory, name))
  }
})

/** Prepares packer as tools.ts does; prints the result and the contents of the tool cache. */
const script = `
import { readdirSync } from 'node:fs'
import { systemClock as clock } from './src/lib/clock.js'
import { exec } from './src/lib/exec.js'
import { preparePacker } from './src/tools/packer.js'
import { findPython } from './src/tools/python.js'
import { openStore } from './src/tools/store.js'
import { mirrorKeys } from './src/upstream/mirror.js'
const [mirror, fingerprint, arch] = process.argv.slice(2)
const { RUNNER_TOOL_CACHE: toolCache } = process.env
Object.assign(globalThis, { TEST_DOWNLOAD_TOOL_RETRY_MIN_SECONDS: 0, TEST_DOWNLOAD_TOOL_RETRY_MAX_SECONDS: 0 })
const lines = []
const log = { info: (line) => lines.push(line), warning: (line) => lines.push(line) }
const net = { clock, log, meter: { bytes: 0 } }
const result = await preparePacker({
  net, exec, arch, mirror, env: process.env, mirrorTrust: [fingerprint], store: openStore(process.env, log), remote: async () => undefined,
  python: () => findPython(exec), mirrorKeys: () => mirrorKeys(net, { exec }, mirror, [fingerprint]),
}, '1.16.0').then((packer) => ({ packer }), (error) => ({ name: error.name, message: error.message, hint: error.hint }))
const left = readdirSync(toolCache, { recursive: true, encoding: 'utf8' })
console.log('RESULT ' + JSON.stringify({ ...result, lines, left }))
`

interface Outcome {
  readonly packer?: string
  readonly name?: string
  readonly message?: string
  readonly hint?: string
  readonly lines: readonly string[]
  readonly left: readonly string[]
}

/** Runs the script after `mounts`, which only the script sees. */
async function prepare(mounts: string): Promise<Outcome> {
  const plain = ['--mount', '--propagation', 'private']
  const own = process.getuid?.() === 0 ? ['unshare', ...plain] : ['unshare', '--map-root-user', ...plain]
  const [command = '', ...args] =
    spawnSync('unshare', [...own.slice(1), 'true']).status === 0 ? own : ['sudo', '-n', '-E', 'unshare', ...plain]
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64'
  const child = spawn(
    command,
    [
      ...args,
      'sh',
      '-ec',
      `${mounts}; exec "$@"`,
      'sh',
      process.execPath,
      'prepare.js',
      server.url,
      key.fingerprint,
      arch,
    ],
    {
      cwd: directory,
      env: {
        ...process.env,
        RUNNER_TOOL_CACHE: join(directory, 'tools'),
        RUNNER_TEMP: join(directory, 'temp'),
        NODE_OPTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    },
  )
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
    })
  await new Promise((resolve) => child.on('close', resolve))
  const result = /^RESULT (.*)$/m.exec(output.stdout)?.[1]
  if (result === undefined) throw new Error(output.stdout + output.stderr)
  return JSON.parse(result)
}

test('a disk that is full when the download is half done', async () => {
  const outcome = await prepare('mount -t tmpfs -o size=256k none temp')
  expect(outcome).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^packer 1\.16\.0: no space is left for .*\.zip$/),
    hint: expect.stringContaining('RUNNER_TOOL_CACHE'),
  })
  expect(outcome.left).toEqual(['k8s-image-packer', 'k8s-image-packer/1.16.0'])
})

test('a disk that is full when the zip is unpacked', async () => {
  const outcome = await prepare('mount -t tmpfs -o size=700k none temp')
  expect(outcome).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^packer 1\.16\.0: no space is left for/),
  })
  expect(outcome.left).toEqual(['k8s-image-packer', 'k8s-image-packer/1.16.0'])
})

test('a disk that is full when the tool goes into the cache', async () => {
  const outcome = await prepare('mount -t tmpfs -o size=256k none tools')
  expect(outcome).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(/^packer 1\.16\.0: no space is left for .*tools$/),
  })
  expect(outcome.left).toEqual(['k8s-image-packer', 'k8s-image-packer/1.16.0'])
})

test('a read-only tool cache: the temporary directory is used, in one line', async () => {
  const outcome = await prepare('mount -t tmpfs -o ro none tools')
  expect(outcome.packer).toMatch(/\/temp\/k8s-image-tools\/k8s-image-packer\/1\.16\.0\//)
  expect(readFileSync(outcome.packer ?? '')).toHaveLength(500_000)
  expect(outcome.lines).toEqual([
    expect.stringMatching(/^packer 1\.16\.0: the tool cache .* cannot be written; using /),
  ])
  expect(outcome.left).toEqual([])
})

test('two processes at once on one tool cache, both whole', async () => {
  const outcomes = await Promise.all([prepare('true'), prepare('true')])
  for (const { packer } of outcomes) expect(readFileSync(packer ?? '')).toHaveLength(500_000)
  const names = readdirSync(join(directory, 'tools/k8s-image-packer/1.16.0'))
  expect(names.filter((name) => !name.endsWith('.complete')).map((name) => `${name}.complete`)).toEqual(
    names.filter((name) => name.endsWith('.complete')),
  )
})
