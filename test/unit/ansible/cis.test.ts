/** Units that undo what the hardening sets: ansible/roles/base/files/cis.py. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
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
