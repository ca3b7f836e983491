/** The datasource for Cluster API, with fakes of cloud-init. test/rehearsal/cluster-api.test.ts has the real one. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { temporaryDirectory } from '../support/temporary.js'

const source = resolve(import.meta.dirname, '../../../ansible/roles/base/files/DataSourceEc2ClusterApi.py')
const directory = temporaryDirectory()
const secret = () => join(directory(), 'secret-userdata.txt')

/** The fake: a datasource has raw user data, and reads it once. */
const fake: Readonly<Record<string, string>> = {
  'cloudinit/__init__.py': '',
  'cloudinit/features.py': 'ERROR_ON_USER_DATA_FAILURE = True\n',
  'cloudinit/sources/__init__.py': 'DEP_FILESYSTEM, DEP_NETWORK = "FILESYSTEM", "NETWORK"\n',
  'cloudinit/sources/DataSourceEc2.py': `
class DataSourceEc2:
    userdata = None
    def __init__(self, raw): self.raw = raw
    def get_userdata_raw(self): return self.raw
    def get_userdata(self, apply_filter=False):
        self.userdata = "read"
        return self.userdata
class DataSourceEc2Local(DataSourceEc2): pass
`,
}

/** Lets cloud-init read user data twice; returns the commands that ran, and the warnings. */
function read(userData: string | Buffer): { runs: string[]; warnings: string; lenient: boolean } {
  const calls = join(directory(), 'calls')
  writeFileSync(calls, '')
  mkdirSync(join(directory(), 'bin'), { recursive: true })
  writeFileSync(join(directory(), 'bin/systemctl'), `#!/bin/sh\necho "systemctl $*" >>${calls}\n`, { mode: 0o755 })
  for (const [path, text] of Object.entries({ ...fake, 'cloudinit/sources/DataSourceEc2ClusterApi.py': ours() })) {
    mkdirSync(join(directory(), path, '..'), { recursive: true })
    writeFileSync(join(directory(), path), text)
  }
  writeFileSync(join(directory(), 'user-data'), userData)
  const program = `
import logging, sys
from cloudinit import features
from cloudinit.sources.DataSourceEc2ClusterApi import DataSourceEc2ClusterApiLocal
logging.basicConfig(format="%(message)s")
data = open("user-data", "rb").read()
for each in (1, 2):
    assert DataSourceEc2ClusterApiLocal(data).get_userdata() == "read"
print(features.ERROR_ON_USER_DATA_FAILURE)
`
  const done = spawnSync('python3', ['-c', program], {
    cwd: directory(),
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, PATH: `${join(directory(), 'bin')}:${process.env.PATH}`, CALLS: calls, SECRET: secret() },
  })
  expect({ code: done.status, stderr: done.status ? done.stderr : '' }).toEqual({ code: 0, stderr: '' })
  const runs = readFileSync(calls, 'utf8').trim().split('\n').filter(Boolean)
  return { runs, warnings: done.stderr.trim(), lenient: done.stdout.trim() === 'False' }
}

/** The datasource, with its file in the test's directory instead of /etc. */
const ours = () => readFileSync(source, 'utf8').replace('SECRET = "/etc/secret-userdata.txt"', `SECRET = "${secret()}"`)

const part = (type: string, text: string) => `--B\r\nContent-Type: ${type}\r\n\r\n${text}\r\n`
const mail = (...parts: readonly string[]) =>
  `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n\n${parts.join('')}--B--\r\n`
const include = () => part('text/x-include-url', `file://${secret()}\n`)
const hook = (script: string) => part('text/cloud-boothook', `#cloud-boothook \n#!/bin/bash\n${script}\n`)

const good = `umask 006
systemctl is-active cloud-init
test -f "$SECRET" || echo '#cloud-config' >"$SECRET"
systemctl restart cloud-init
echo "hook" >>"$CALLS"`

test.each([
  ['as it is', (text: string) => text],
  ['compressed', (text: string) => gzipSync(text)],
])('the secret is fetched once, before user data is read, for root alone: %s', (_, packed) => {
  const { runs, warnings, lenient } = read(packed(mail(hook(good), include())))
  expect(runs).toEqual(['systemctl is-active cloud-init', 'hook'])
  expect({ warnings, lenient }).toEqual({ warnings: '', lenient: true })
  expect(statSync(secret()).mode & 0o777).toBe(0o600)
})

test.each([
  ['a cloud-config', '## template: jinja\n#cloud-config\nruncmd: []\n'],
  ['nothing', ''],
  ['a boothook of another kind', mail(hook(good))],
  ['another include', mail(hook(good), part('text/x-include-url', 'https://example.com/file\n'))],
])('%s is left to cloud-init', (_, text) => {
  expect(read(text)).toEqual({ runs: [], warnings: '', lenient: true })
  expect(existsSync(secret())).toBe(false)
})

test('a failure is a warning, leaves no half of a secret, and is tried again', () => {
  const half = `echo x >>"$SECRET.gz"; echo "hook $(wc -l <"$SECRET.gz")" >>"$CALLS"; exit 3`
  const { runs, warnings } = read(mail(hook(half), include()))
  expect(runs).toEqual(['hook 1', 'hook 1'])
  expect(warnings.split('\n')[0]).toBe(`the boothook of Cluster API ended with 3 and left no ${secret()}`)
  expect(existsSync(`${secret()}.gz`)).toBe(false)
})
