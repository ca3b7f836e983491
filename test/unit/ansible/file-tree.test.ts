/** Files of directories on the runner, as the lookup file_tree reads them and lay_out.py writes them. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
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
    lookup = LookupModule(loader=loader, templar=Templar(loader=loader, variables=variables))
    print(json.dumps([json.loads(lookup.run([directory], variables)[0]) for directory in sys.argv[1:]]))
except AnsibleError as error:
    sys.exit(str(error))
`

/** What the lookup gives for each directory. Uses one process, since loading Ansible takes a second. */
function lookup(directories: readonly string[]) {
  const interpreter = spawnSync('sh', ['-c', 'head -n 1 "$(command -v ansible-playbook)"'], { encoding: 'utf8' }).stdout
  return spawnSync(interpreter.trim().replace(/^#!/, ''), ['-c', program, ...directories], {
    encoding: 'utf8',
    cwd: root,
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ANSIBLE_HOME: join(directory(), 'home') },
  })
}

interface File {
  readonly name: string
  readonly content: string | Buffer
  readonly mode?: number
  /** The target of a symbolic link. */
  readonly link?: string
}

/** A directory with these files. */
function tree(files: readonly File[], name = 'tree'): string {
  const place = join(directory(), name)
  for (const { name, content, mode = 0o644, link } of files) {
    const path = join(place, name)
    mkdirSync(dirname(path), { recursive: true })
    if (link === undefined) writeFileSync(path, content, { mode })
    else symlinkSync(link, path)
  }
  return place
}

function read(directories: readonly string[]): Record<string, object>[] {
  const done = lookup(directories)
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout)
}

const binary = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0x00, 0xff, 0x0d, 0x0a])

const rows: readonly (readonly [what: string, file: File, expected: object])[] = [
  ['a text', { name: 'etc/a', content: 'a\n' }, { '/etc/a': { content: 'a\n', mode: '0644' } }],
  ['a template', { name: 'etc/a.j2', content: '{{ word }}\n' }, { '/etc/a': { content: 'written\n', mode: '0644' } }],
  ['a template that renders to nothing', { name: 'etc/a.j2', content: '{% if off %}a{% endif %}\n' }, {}],
  ['a link', { name: 'etc/a', content: '', link: '/dev/null' }, { '/etc/a': { link: '/dev/null' } }],
  [
    'the template of a link',
    { name: 'etc/a.symlink.j2', content: '/{{ word }}\n' },
    { '/etc/a': { link: '/written' } },
  ],
  // systemd.link(5)
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
  [
    'a binary file',
    { name: 'etc/a', content: binary, mode: 0o755 },
    { '/etc/a': { base64: binary.toString('base64'), mode: '0755' } },
  ],
  ['lines of Windows', { name: 'etc/a', content: 'a\r\nb\r\n' }, { '/etc/a': { content: 'a\r\nb\r\n', mode: '0644' } }],
  ['a private file', { name: 'etc/a', content: 'a', mode: 0o600 }, { '/etc/a': { content: 'a', mode: '0600' } }],
  [
    'a private template',
    { name: 'etc/a.j2', content: '{{ word }}', mode: 0o600 },
    { '/etc/a': { content: 'written', mode: '0600' } },
  ],
  ['a private program', { name: 'etc/a', content: 'a', mode: 0o700 }, { '/etc/a': { content: 'a', mode: '0700' } }],
  // As with a umask of 027.
  ['a file of a group', { name: 'etc/a', content: 'a', mode: 0o640 }, { '/etc/a': { content: 'a', mode: '0644' } }],
]

test('what is laid out of each file', () => {
  const found = read(rows.map(([, file], at) => tree([file], `${at}`)))
  expect(rows.map(([what], at) => [what, found[at]])).toEqual(rows.map(([what, , expected]) => [what, expected]))
})

test('a template that is not UTF-8 is named', () => {
  const done = lookup([tree([{ name: 'etc/a.j2', content: binary }])])
  expect([done.status, done.stderr.trim()]).toEqual([
    1,
    expect.stringMatching(/^file_tree: .*\/tree\/etc\/a\.j2 is a template, and these must be UTF-8$/m),
  ])
})

test('lay_out.py writes what the lookup has read', () => {
  const files = [
    { name: 'etc/binary', content: binary, mode: 0o600 },
    { name: 'etc/text', content: 'ä\r\n', mode: 0o755 },
    { name: 'etc/link', content: '', link: 'text' },
  ]
  const node = join(directory(), 'node')
  const placed = Object.fromEntries(
    Object.entries(read([tree(files)])[0] ?? {}).map(([path, want]) => [node + path, want]),
  )
  const done = spawnSync('python3', ['ansible/roles/base/files/lay_out.py'], {
    encoding: 'utf8',
    cwd: root,
    input: JSON.stringify(placed),
  })
  expect([done.stderr, done.stdout.trim().split('\n')]).toEqual(['', Object.keys(placed)])
  const mode = (name: string) => statSync(join(node, name)).mode & 0o777
  expect(readFileSync(join(node, 'etc/binary'))).toEqual(binary)
  expect(readFileSync(join(node, 'etc/link'), 'utf8')).toBe('ä\r\n')
  expect([mode('etc/binary'), mode('etc/text')]).toEqual([0o600, 0o755])
})

test('the playbook carries more than a command line holds', () => {
  const node = join(directory(), 'node')
  // Linux's limit for one argument is 128 KiB.
  const large = 'x'.repeat(300_000)
  const seen = join(node, 'seen')
  // Stands in for the node's Python, and keeps what other users would see of it.
  const python = join(directory(), 'python')
  const keep = `mkdir -p ${node}; { cat /proc/$$/cmdline; env; } >${seen}; exec python3 "$@"`
  writeFileSync(python, `#!/bin/sh\n${keep}\n`, { mode: 0o755 })
  const [{ vars }] = parse(readFileSync(join(root, 'ansible/node.yml'), 'utf8')) as [{ vars: Record<string, string> }]
  const play = {
    ...{ hosts: 'all', connection: 'local', gather_facts: false },
    vars: {
      ...{ node_python: python, node_python_reads: vars.node_python_reads },
      ...{ containerd_registry_files: { [join(node, 'etc/secret')]: 'open sesame' } },
      ...{ base_trees: [{ [join(node, 'etc/large')]: large }], base_trees_extra: [] },
    },
    tasks: [{ 'ansible.builtin.include_role': { name: 'base' } }],
  }
  const playbook = join(directory(), 'play.json')
  writeFileSync(playbook, JSON.stringify([play]))
  const done = spawnSync('ansible-playbook', ['-i', 'localhost,', playbook], {
    encoding: 'utf8',
    timeout: 100_000,
    env: { ...process.env, ANSIBLE_CONFIG: join(root, 'ansible/ansible.cfg'), ANSIBLE_HOME: join(directory(), 'home') },
  })
  expect([done.status, done.stdout]).toEqual([0, expect.stringMatching(/changed=1 /)])
  expect(readFileSync(join(node, 'etc/large'), 'utf8')).toBe(large)
  expect(readFileSync(seen, 'utf8')).not.toContain('sesame')
  expect(existsSync(join(node, 'etc/secret'))).toBe(true)
}, 120_000)
