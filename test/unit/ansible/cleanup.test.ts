/** What the clean-up removes: ansible/roles/cleanup/files/cleanup.sh. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryDirectory } from '../support/temporary.js'

const root = resolve(import.meta.dirname, '../../..')
const script = readFileSync(join(root, 'ansible/roles/cleanup/files/cleanup.sh'), 'utf8')
const directory = temporaryDirectory()

test('removes everything that the gate takes for a leftover', () => {
  const guest = readFileSync(join(root, 'packer/gate/guest/leftovers.py'), 'utf8')
  const checked = [...(/^OWN = \(\n(.*?)^\)/ms.exec(guest)?.[1] ?? '').matchAll(/"(.*)"/g)].map(
    ([, path]) => `/${path}`,
  )
  const patterns = script.split(/[\s;]+/).map((word) => word.replace(/\*$/, ''))
  expect(checked.length).toBeGreaterThan(10)
  expect(checked.filter((path) => !patterns.includes(path.replace(/\*$/, '')))).toEqual([])
})

test.each([
  ['debian', 'GenerateName=yes\n'],
  ['redhat', undefined],
  ['flatcar', undefined],
])("%s: each node makes its own iSCSI name, by what its system's open-iscsi looks for", (family, left) => {
  const path = '/etc/iscsi/initiatorname.iscsi'
  const file = join(directory(), 'initiatorname.iscsi')
  writeFileSync(file, 'InitiatorName=iqn.2004-10.com.ubuntu:01:0\n')
  const part = /^if grep -qs '\^InitiatorName=.*?^fi$/ms.exec(script)?.[0].replaceAll(path, file) ?? 'false'
  const drop = 'set -euo pipefail; drop() { printf "%s\\n" "$@"; rm -f -- "$@"; }'
  const told = execFileSync('bash', ['-c', `${drop}\n${part}`], { env: { ...process.env, FAMILY: family } })
  expect(told.toString()).toBe(`${file}\n`)
  expect(existsSync(file) ? readFileSync(file, 'utf8') : undefined).toBe(left)
})
