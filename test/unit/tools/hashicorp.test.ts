import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { preparePacker, preparePlugin } from '../../../src/tools/packer.js'
import type { RemoteCache } from '../../../src/tools/remote-cache.js'
import { RECORD } from '../../../src/tools/store.js'
import { testContext } from '../support/context.js'
import { makeKey, type TestKey } from '../support/keys.js'
import { addHashicorp, addRelease, packerSums, packerZip, pluginMember, seal, sha256, zip } from '../support/mirror.js'
import { withoutPauses } from '../support/net.js'
import { type FileServer, startServer } from '../support/server.js'
import { temporaryDirectory } from '../support/temporary.js'

const directory = temporaryDirectory()
withoutPauses()
let server: FileServer
let ours: TestKey
let theirs: TestKey
let old: TestKey
const made = new Map<string, Buffer>()
beforeAll(() => {
  ours = makeKey()
  theirs = makeKey()
  old = makeKey({ expired: true })
  addHashicorp({ files: made }, ours)
  seal({ files: made }, ours)
})
afterAll(() => {
  for (const key of [ours, theirs, old]) key.remove()
})
beforeEach(async () => {
  server = await startServer()
  for (const [path, data] of made) server.files.set(path, data)
})
afterEach(() => server.stop())

const context = (trust: readonly string[] = [ours.fingerprint], more = {}) =>
  testContext(directory(), { url: server.url, trust }, more)
const packers = () => join(directory(), 'tools/k8s-image-packer/1.16.0')

/** The tool cache has nothing that a later run would trust. */
function expectNothing(): void {
  expect(existsSync(packers()) ? readdirSync(packers()) : []).toEqual([])
}

test('packer is fetched once, and then found without any network', async () => {
  const first = context()
  const packer = await preparePacker(first, '1.16.0')
  expect(readFileSync(packer)).toHaveLength(500_000)
  expect(() => execFileSync('test', ['-x', packer])).not.toThrow()
  expect(first.net.meter.bytes).toBeGreaterThan(500_000)
  expect(readdirSync(dirname(packer)).sort()).toEqual(['.verified.json', 'packer'])
  await server.stop()
  const second = context()
  expect(await preparePacker(second, '1.16.0')).toBe(packer)
  expect(second.net.meter.bytes).toBe(0)
  expect(second.net.log.lines).toEqual([])
})

test('the plugin is placed as Packer needs it, with its sum beside it', async () => {
  const plugins = await preparePlugin(context())
  const binary = join(plugins, 'github.com/hashicorp/amazon', pluginMember)
  expect(readFileSync(`${binary}_SHA256SUM`, 'utf8')).toBe(sha256(readFileSync(binary)))
  expect(execFileSync(binary, { encoding: 'utf8' })).toBe('plugin\n')
})

test.each([
  ['a flipped byte', () => flip(packerZip), /has the wrong content: sha256 is/],
  ['a wrong sum', () => flip(packerSums), /SHA256SUMS does not match its signature/],
  ['no sums', () => server.files.delete(packerSums), /^packer 1\.16\.0: there is no http.*SHA256SUMS$/],
  ['no signature', () => server.files.delete(`${packerSums}.sig`), /SHA256SUMS has no signature/],
  ['sums that name no such file', () => resign('0  nothing\n'), /SHA256SUMS does not name packer_1\.16\.0_linux_/],
  ['cut off for good', () => server.faults.set(packerZip, ['cut', 'cut', 'cut']), /failed: connection reset/],
  [
    'not a zip',
    () => addRelease(server.files, 'packer', '1.16.0', Buffer.from('no'), ours),
    /the zip cannot be unpacked: .*BadZipFile/,
  ],
  [
    'a zip of something else',
    () => addRelease(server.files, 'packer', '1.16.0', zip({ other: '1' }), ours),
    /does not hold packer/,
  ],
])('%s', async (_name, spoil, message) => {
  spoil()
  await expect(preparePacker(context(), '1.16.0')).rejects.toThrow(message)
  expectNothing()
})

test.each([
  ['by another key', () => theirs, /is signed by key [0-9A-F]{40}, which is not trusted/],
  ['by an expired key that is trusted', () => old, /is signed by key [0-9A-F]{40}, which has expired/],
])('sums signed %s', async (_name, key, message) => {
  addHashicorp(server, key())
  seal(server, old)
  seal(server, ours)
  await expect(preparePacker(context([ours.fingerprint, old.fingerprint]), '1.16.0')).rejects.toThrow(message)
  expectNothing()
})

test("a mirror without mirror-trust: upstream's own signature is demanded", async () => {
  const error = await preparePacker(context([]), '1.16.0').catch((failure: unknown) => failure)
  expect(error).toMatchObject({
    name: 'UserError',
    message: expect.stringContaining(`is signed by key ${ours.fingerprint}, which is not trusted`),
    hint: expect.stringContaining('mirror-trust'),
  })
  expectNothing()
})

test('an untrusted key of the mirror', async () => {
  server.files.set(`keys/${ours.fingerprint}.asc`, Buffer.from(theirs.armored))
  await expect(preparePacker(context(), '1.16.0')).rejects.toThrow(`keys/${ours.fingerprint}.asc holds another key`)
  expectNothing()
})

test('upstream may sign with several keys, in files of their own', async () => {
  const sums = server.files.get(packerSums) ?? Buffer.alloc(0)
  server.files.set(`${packerSums}.sig`, theirs.sign(sums))
  server.files.set(`${packerSums}.${ours.fingerprint.slice(-8)}.sig`, ours.sign(sums))
  expect(existsSync(await preparePacker(context(), '1.16.0'))).toBe(true)
})

test('what a key proved that is trusted no longer is not used', async () => {
  await preparePacker(context(), '1.16.0')
  await expect(preparePacker(context([]), '1.16.0')).rejects.toThrow('which is not trusted')
})

test.each<[string, (packer: string) => void]>([
  ['a changed byte', (packer) => writeFileSync(packer, flipped(readFileSync(packer)))],
  ['a file that is cut off', (packer) => truncateSync(packer, 10)],
  ['an appended byte', (packer) => appendFileSync(packer, 'x')],
  ['a record that cannot be read', (packer) => writeFileSync(join(dirname(packer), RECORD), '{"provenBy": 1')],
  ['an empty record', (packer) => writeFileSync(join(dirname(packer), RECORD), '')],
  ['a record that is gone', (packer) => rmSync(join(dirname(packer), RECORD))],
])('%s in the tool cache: it is prepared again', async (_name, damage) => {
  const packer = await preparePacker(context(), '1.16.0')
  damage(packer)
  const again = context()
  const second = await preparePacker(again, '1.16.0')
  expect(second).not.toBe(packer)
  expect(existsSync(packer)).toBe(false)
  expect(again.net.log.lines).toEqual([
    expect.stringMatching(/^packer 1\.16\.0: .* is damaged \(.*\); preparing it again$/),
  ])
})

test('what a run left that died is not used', async () => {
  mkdirSync(join(packers(), `${context().arch}-00000000`), { recursive: true })
  writeFileSync(join(packers(), `${context().arch}-00000000/packer`), 'half')
  expect(readFileSync(await preparePacker(context(), '1.16.0'))).toHaveLength(500_000)
})

test('two at once on one tool cache', async () => {
  const both = await Promise.all([preparePacker(context(), '1.16.0'), preparePacker(context(), '1.16.0')])
  expect(both.every((path) => readFileSync(path).length === 500_000)).toBe(true)
  expect(both).toContain(await preparePacker(context(), '1.16.0'))
})

test('if the tool cache cannot be a directory, the temporary one is used, with a message', async () => {
  writeFileSync(join(directory(), 'tools'), 'a file')
  const given = context()
  expect(await preparePacker(given, '1.16.0')).toMatch(/\/temp\/k8s-image-tools\/k8s-image-packer\//)
  expect(given.net.log.lines).toEqual([expect.stringMatching(/the tool cache .*tools cannot be written; using .*temp/)])
  expect(await preparePacker(context(), '1.16.0')).toMatch(/\/temp\/k8s-image-tools\//)
})

describe('the cache across runs', () => {
  const kept = new Map<string, Buffer>()
  const remote: RemoteCache = {
    restore: async (key, path) => {
      const found = kept.get(`${key} ${path}`)
      if (found === undefined) return false
      writeFileSync(path, found)
      return true
    },
    save: async (key, path) => {
      kept.set(`${key} ${path}`, readFileSync(path))
    },
  }
  const withRemote = () => context([ours.fingerprint], { remote: async () => remote })
  const loseTools = () => execFileSync('rm', ['-r', packers()])
  beforeEach(() => kept.clear())

  test('has the zip under an exact key, and only its signed sums are fetched again', async () => {
    await preparePacker(withRemote(), '1.16.0')
    const sum = sha256(server.files.get(packerZip) ?? '')
    expect([...kept.keys()][0]?.split(' ')[0]).toBe(`k8s-image-packer_1.16.0_linux_${context().arch}-${sum}`)
    loseTools()
    server.requests.length = 0
    await preparePacker(withRemote(), '1.16.0')
    expect(server.requests.sort()).toEqual([`keys/${ours.fingerprint}.asc`, packerSums, `${packerSums}.sig`])
    expect(readdirSync(packers()).filter((name) => name.endsWith('.zip'))).toEqual([])
  })

  test('is not believed: what it holds is verified again', async () => {
    await preparePacker(withRemote(), '1.16.0')
    for (const [key, value] of kept) kept.set(key, flipped(value))
    loseTools()
    const again = withRemote()
    expect(readFileSync(await preparePacker(again, '1.16.0'))).toHaveLength(500_000)
    expect(again.net.log.warnings).toEqual(['packer 1.16.0: the cached copy is damaged; downloading it again'])
  })
})

test('without Python, one line', async () => {
  const python = async () => {
    throw new Error('Ansible needs Python')
  }
  await expect(preparePacker(context([ours.fingerprint], { python }), '1.16.0')).rejects.toThrow('Ansible needs Python')
  expectNothing()
})

function flipped(data: Buffer): Buffer {
  const copy = Buffer.from(data)
  copy[40] = (copy[40] ?? 0) ^ 1
  return copy
}

function flip(path: string): void {
  server.files.set(path, flipped(server.files.get(path) ?? Buffer.alloc(0)))
}

function resign(sums: string): void {
  server.files.set(packerSums, Buffer.from(sums))
  server.files.set(`${packerSums}.sig`, ours.sign(sums))
}
