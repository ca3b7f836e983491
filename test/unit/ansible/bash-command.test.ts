/** The one line that a script becomes: ansible/plugins/filter/bash_command.py, as /bin/sh reads it. */
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const plugins = resolve(import.meta.dirname, '../../../ansible/plugins/filter')

type Values = Readonly<Record<string, string | readonly string[] | Readonly<Record<string, string>>>>

/** What the filter gives, or its refusal. */
function line(script: string, values: Values): string {
  const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(plugins)})
from bash_command import bash_command
try:
    print(bash_command(*json.load(sys.stdin)), end="")
except Exception as error:
    print(error, end="")
`
  // The interpreter that ansible-core is installed for stands in its script's first line.
  const ansible = execFileSync('sh', ['-c', 'head -n 1 "$(command -v ansible-playbook)"'], { encoding: 'utf8' })
  return execFileSync(ansible.trim().replace(/^#!/, ''), ['-c', program], {
    encoding: 'utf8',
    input: JSON.stringify([script, values]),
  })
}

const quoted = (text: string) => `'${text.replaceAll("'", `'"'"'`)}'`

type Ended = Omit<SpawnSyncReturns<string>, 'error'> & { readonly error?: NodeJS.ErrnoException }

/** What the line does, run as Ansible runs it: by the shell that sudo starts, which the login's shell starts. */
function run(script: string, values: Values) {
  const inner = `/bin/sh -c ${quoted(`echo BECOME-SUCCESS >&2 ; ${line(script, values)}`)}`
  const outer = `/bin/sh -c ${quoted(inner)}`
  const { error, status, stdout, stderr }: Ended = spawnSync('/bin/sh', ['-c', outer], {
    encoding: 'utf8',
    input: 'not for it\n',
  })
  // The shell may end before its input, which it does not read, is written.
  if (error && error.code !== 'EPIPE') throw error
  return { status, stdout, stderr: stderr.replace('BECOME-SUCCESS\n', '') }
}

const texts: [string, string][] = [
  ['quotes', `it's "so"`],
  ['what a shell would expand', '$HOME `id` $(id) * ~ \\'],
  ['lines', 'one\ntwo\n'],
  ['what Ansible would take for a template', '{{ no }} {% no %} {# no #}'],
  ['as much as one argument holds', 'x'.repeat(129_800)],
  ['nothing', ''],
]
test.each(texts)('a value with %s arrives as it is', (_, value) => {
  expect(run('printf "<%s>" "$VALUE"', { VALUE: value })).toEqual({ status: 0, stdout: `<${value}>`, stderr: '' })
})

test('a list and a map arrive as arrays, whatever their words hold', () => {
  const words = ["it's", 'a b', '*', '$HOME', '']
  const named = ['LIST[@]', '#LIST[@]', 'MAP[a=1.0~b]', '#EMPTY[@]', '#NONE[@]', 'TEXT']
  const script = `printf "<%s>" ${named.map((name) => `"\${${name}}"`).join(' ')}`
  const given = { LIST: words, MAP: { 'a=1.0~b': "x'y" }, EMPTY: [], NONE: {}, TEXT: 't' }
  expect(run(script, given)).toEqual({
    status: 0,
    stdout: `<${[...words, 5, "x'y", 0, 0, 't'].join('><')}>`,
    stderr: '',
  })
})

test('the script is bash, keeps its quotes and lines, has nothing to read, and its exit code and words are its own', () => {
  const script = `#!/bin/bash
set -euo pipefail
# It isn't sh.
declare -A known=([a]=1)
read -r line || echo "nothing, \${known[a]}"
echo 'why' >&2
exit 3
`
  expect(run(script, {})).toEqual({ status: 3, stdout: 'nothing, 1\n', stderr: 'why\n' })
})

test.each([
  ['x'.repeat(131_072), 131_129],
  // Each is written as five characters, three of which are quotes again: by us, for sudo's shell and for the login's.
  ["'".repeat(3000), 159_091],
])('an argument that is too long for Linux is rejected, with the name of the longest part (%#)', (value, size) => {
  expect(line('true', { NAME: 'a', PACKAGES: value })).toBe(
    `a command can have 130048 bytes, and this one would have ${size}: PACKAGES is too long`,
  )
})
