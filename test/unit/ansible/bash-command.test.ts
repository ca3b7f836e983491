/** Scripts as one line for /bin/sh: ansible/plugins/filter/bash_command.py. */
import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const plugins = resolve(import.meta.dirname, '../../../ansible/plugins/filter')

type Values = Readonly<Record<string, string | readonly string[] | Readonly<Record<string, string>>>>

/** The output of the filter, or its error. */
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
  // The first line of Ansible's script names the interpreter that has ansible-core.
  const ansible = execFileSync('sh', ['-c', 'head -n 1 "$(command -v ansible-playbook)"'], { encoding: 'utf8' })
  return execFileSync(ansible.trim().replace(/^#!/, ''), ['-c', program], {
    encoding: 'utf8',
    input: JSON.stringify([script, values]),
  })
}

const quoted = (text: string) => `'${text.replaceAll("'", `'"'"'`)}'`

type Ended = Omit<SpawnSyncReturns<string>, 'error'> & { readonly error?: NodeJS.ErrnoException }

/** Runs the line as Ansible does: the login's shell starts sudo, which starts another shell. */
function run(script: string, values: Values) {
  const inner = `/bin/sh -c ${quoted(`echo BECOME-SUCCESS >&2 ; ${line(script, values)}`)}`
  const outer = `/bin/sh -c ${quoted(inner)}`
  const { error, status, stdout, stderr }: Ended = spawnSync('/bin/sh', ['-c', outer], {
    encoding: 'utf8',
    input: 'not for it\n',
  })
  // The shell does not read its input, and may end before that is written.
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
  // Each level quotes a quote as five characters, three of them quotes: ours, for sudo's shell, and for the login's.
  ["'".repeat(3000), 159_091],
])('an argument that is too long for Linux is rejected, with the name of the longest part (%#)', (value, size) => {
  expect(line('true', { NAME: 'a', PACKAGES: value })).toBe(
    `a command can have 130048 bytes, and this one would have ${size}: PACKAGES is too long`,
  )
})
