/** Files of directories on the runner, as the lookup file_tree reads them and lay_out.py writes them. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { temporaryDirectory } from '../support/temporary.js'

const root = resolve(import.meta.dirname, '../../..')
const directory = temporaryDirectory()

const program = `
import json, sys
sys.path.insert(0, "ansible/plugins/lookup")
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import init_plugin_loader
from ansible.template import Templar
from file_tree import LookupModule
init_plugin_loader()
loader = DataLoader()
variables = {"word": "written", "off": False}
try:
    (text,) = LookupModule(loader=loader, templar=Templar(loader=loader, variables=variables)).run(sys.argv[1:], variables)
    print(text)
except AnsibleError as error:
    sys.exit(str(error))
`

/** Runs a program with Ansible's own Python. */
function python(program: string, args: readonly string[]) {
  const interpreter = spawnSync('sh', ['-c', 'head -n 1 "$(command -v ansible-playbook)"'], { encoding: 'utf8' }).stdout
  return spawnSync(interpreter.trim().replace(/^#!/, ''), ['-c', program, ...args], {
    encoding: 'utf8',
    cwd: root,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ANSIBLE_HOME: join(directory(), 'home') },
  })
}

interface File {
  readonly name: string
  readonly content: string
  /** The target of a symbolic link. */
  readonly link?: string
}

/** A directory with these files. */
function tree(files: readonly File[]): string {
  const place = join(directory(), 'tree')
  for (const { name, content, link } of files) {
    const path = join(place, name)
    mkdirSync(dirname(path), { recursive: true })
    if (link === undefined) writeFileSync(path, content)
    else symlinkSync(link, path)
  }
  return place
}

function read(files: readonly File[]): unknown {
  const done = python(program, [tree(files)])
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout)
}

test.each<[string, File, object]>([
  ['a text', { name: 'etc/a', content: 'a\n' }, { '/etc/a': { content: 'a\n', mode: '0644' } }],
  ['a template', { name: 'etc/a.j2', content: '{{ word }}\n' }, { '/etc/a': { content: 'written\n', mode: '0644' } }],
  ['a template that renders to nothing', { name: 'etc/a.j2', content: '{% if off %}a{% endif %}\n' }, {}],
  ['a link', { name: 'etc/a', content: '', link: '/dev/null' }, { '/etc/a': { link: '/dev/null' } }],
  [
    'the template of a link',
    { name: 'etc/a.symlink.j2', content: '/{{ word }}\n' },
    { '/etc/a': { link: '/written' } },
  ],
  // systemd.link(5), which udev reads.
  [
    'a file of networkd',
    { name: 'etc/systemd/network/10-storage.link', content: '[Match]\n' },
    { '/etc/systemd/network/10-storage.link': { content: '[Match]\n', mode: '0644' } },
  ],
  [
    'a template of such a file',
    { name: 'etc/systemd/network/10-storage.link.j2', content: '[Match]\nName={{ word }}\n' },
    { '/etc/systemd/network/10-storage.link': { content: '[Match]\nName=written\n', mode: '0644' } },
  ],
  [
    'a file with the suffix of links',
    { name: 'etc/a.symlink', content: 'a' },
    { '/etc/a.symlink': { content: 'a', mode: '0644' } },
  ],
])('%s', (_, file, expected) => {
  expect(read([file])).toEqual(expected)
})
