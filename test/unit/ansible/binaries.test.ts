/** The playbook's downloads on an instance (roles/containerd/files/binaries.py), here of an archive like AWS's to a directory. */
import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type FileServer, startServer } from '../support/server.js'
import { temporaryDirectory } from '../support/temporary.js'

const program = readFileSync(
  resolve(import.meta.dirname, '../../../ansible/roles/containerd/files/binaries.py'),
  'utf8',
)
const directory = temporaryDirectory()
let server: FileServer
beforeEach(async () => {
  server = await startServer()
})
afterEach(() => server.stop())

/** A zip with the layout of AWS's: a program and its data. */
function archive(): Buffer {
  const made = `
import sys, zipfile
with zipfile.ZipFile(sys.stdout.buffer, "w") as out:
    for name, mode in (("aws/dist/aws", 0o755), ("aws/dist/data/a.json", 0o644)):
        member = zipfile.ZipInfo(name)
        member.external_attr = (0o100000 | mode) << 16
        out.writestr(member, name)
`
  return spawnSync('python3', ['-c', made], { timeout: 30_000 }).stdout
}

async function install(sha256: string): Promise<{ code: number | null; stderr: string; stdout: string }> {
  const item = { name: 'aws-cli', version: '2.36.9', upstream: 'https://x/a.zip', url: `${server.url}/a.zip`, sha256 }
  const items = [{ ...item, sums: '', directory: join(directory(), 'aws-cli') }]
  return new Promise((done) => {
    const child = execFile(
      'python3',
      ['-c', program.replace('/var/lib/k8s-image', directory())],
      { timeout: 60_000 },
      (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), stderr: stderr.trim(), stdout: stdout.trim() }),
    )
    child.stdin?.end(JSON.stringify({ binaries: items, limit: 30, place: directory() }))
  })
}

test('a zip is unpacked with the modes of its files, and recorded', async () => {
  const zip = archive()
  server.files.set('a.zip', zip)
  const sum = createHash('sha256').update(zip).digest('hex')
  expect(await install(sum)).toEqual({ code: 0, stderr: '', stdout: 'aws-cli' })
  const mode = (path: string) => statSync(join(directory(), 'aws-cli', path)).mode & 0o777
  expect([mode('aws/dist/aws'), mode('aws/dist/data/a.json')]).toEqual([0o755, 0o644])
  const record = JSON.parse(readFileSync(join(directory(), 'binaries.json'), 'utf8'))
  expect(Object.keys(record['aws-cli'].files)).toHaveLength(2)
  // A second run changes nothing.
  expect(await install(sum)).toEqual({ code: 0, stderr: '', stdout: '' })
})

test.each([
  ['another sum', () => '0'.repeat(64), () => archive(), /has sha256 [0-9a-f]{64} instead of 0{64}$/],
  [
    'what is no zip',
    () => createHash('sha256').update('x').digest('hex'),
    () => Buffer.from('x'),
    /could not be unpacked: File is not a zip file$/,
  ],
])('%s is refused', async (_, sum, content, message) => {
  server.files.set('a.zip', content())
  expect(await install(sum())).toMatchObject({ code: 1, stderr: expect.stringMatching(message) })
})
