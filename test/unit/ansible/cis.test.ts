/** What the hardening masks, and whose modes it changes: ansible/roles/base/files/cis.py. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryDirectory } from '../support/temporary.js'

const source = resolve(import.meta.dirname, '../../../ansible/roles/base/files/cis.py')
const directory = temporaryDirectory()

/** Runs the script's functions on this directory. They write nothing else, and run no program. */
const program = `
import json, sys
source, directory = sys.argv[1:]
named = {}
exec(open(source).read().partition('os.environ["PATH"] =')[0], named)
assert "apport.service" in named["UNITS"]["1.5.3"]
named |= {"TREE": {}, "FILES": {}, "MASKS": f"{directory}/etc"}
named["UNITS"] = {"1.5.3": ("apport.service", [f"{directory}/usr/apport.service", f"{directory}/init.d/apport"])}
before = named["unmasked"]()
print(json.dumps([before, named["write"](), named["unmasked"]()]))
`

test.each<[string, string[], boolean]>([
  ['is absent', [], false],
  ['is a unit', ['usr/apport.service'], true],
  ['is a script of init', ['init.d/apport'], true],
  ['has a unit of its own', ['usr/apport.service', 'etc/apport.service'], true],
  ['is masked', ['usr/apport.service', 'etc/apport.service -> /dev/null'], false],
])('apport that %s', (_, files, changes) => {
  const root = directory()
  for (const name of ['etc', 'usr', 'init.d']) mkdirSync(join(root, name))
  for (const file of files) {
    const [path = '', target] = file.split(' -> ')
    if (target === undefined) writeFileSync(join(root, path), '')
    else symlinkSync(target, join(root, path))
  }
  const told = JSON.parse(execFileSync('python3', ['-c', program, source, root], { encoding: 'utf8' }))
  const found = changes ? [['1.5.3', 'apport.service']] : []
  expect(told).toEqual([found, changes ? ['1.5.3 apport.service'] : [], []])
  if (files.length > 0) expect(readlinkSync(join(root, 'etc/apport.service'))).toBe('/dev/null')
})

/** Runs both programs' functions below this directory, as if root owned its files. `undone`: what a second run lays out again. */
const modes = `
import json, os, sys
from types import SimpleNamespace
cis, lay_out, directory = sys.argv[1:]
class AsRoot:
    chown = staticmethod(lambda *_: None)
    stat = staticmethod(lambda path: SimpleNamespace(st_mode=os.stat(path).st_mode, st_uid=0, st_gid=0))
    lstat = staticmethod(lambda path: SimpleNamespace(st_mode=os.lstat(path).st_mode, st_uid=0, st_gid=0))
    __getattr__ = lambda self, name: getattr(os, name)
hardening, laying = {}, {}
exec(open(cis).read().partition('os.environ["PATH"] =')[0], hardening)
exec(open(lay_out).read().partition("os.umask(")[0], laying)
patterns, mode, group = hardening["FILES"]["K8s 4.1.1"]
hardening |= {"os": AsRoot(), "TREE": {}, "UNITS": {}}
hardening["FILES"] = {"K8s 4.1.1": ([directory + pattern for pattern in patterns], mode, group)}
laying["os"] = AsRoot()
changed = [line.removeprefix(f"K8s 4.1.1 {directory}") for line in hardening["write"]()]
undone = [path for path in changed if not laying["as_wanted"](directory + path, {"content": "", "mode": "0644"})]
print(json.dumps({"changed": changed, "again": hardening["write"](), "undone": undone}))
`

test("others may not read kubelet's units, of the package or of the playbook, and a second run leaves that", () => {
  const root = directory()
  const of = (place: string) =>
    ['kubelet.service', 'kubelet.service.d/10-kubeadm.conf'].map((name) => `${place}/${name}`)
  const units = [...of('/usr/lib/systemd/system'), ...of('/etc/systemd/system')]
  for (const path of units) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), '', { mode: 0o644 })
  }
  const { mode } = statSync('/dev/null')
  symlinkSync('/dev/null', join(root, '/etc/systemd/system/kubelet.service.d/60-masked.conf'))
  const layOut = resolve(source, '../lay_out.py')
  const told = JSON.parse(execFileSync('python3', ['-c', modes, source, layOut, root], { encoding: 'utf8' }))
  expect(told).toEqual({ changed: units, again: [], undone: [] })
  expect(units.map((path) => statSync(join(root, path)).mode & 0o777)).toEqual(units.map(() => 0o600))
  expect(statSync('/dev/null').mode).toBe(mode)
})

test.each([
  ['0644', 0o600, true],
  ['0644', 0o644, true],
  ['0755', 0o700, true],
  ['0644', 0o664, false],
  ['0755', 0o644, false],
  ['0600', 0o644, false],
])('a file for mode %s that has %s', (wanted, mode, fits) => {
  const program = `
import sys
named = {}
exec(open(sys.argv[1]).read().partition("os.umask(")[0], named)
print(named["is_mode"](int(sys.argv[2]), int(sys.argv[3], 8)))
`
  const told = execFileSync('python3', ['-c', program, resolve(source, '../lay_out.py'), `${mode}`, wanted])
  expect(told.toString().trim()).toBe(fits ? 'True' : 'False')
})
