/** The one line that a script becomes: ansible/plugins/filter/bash_command.py, as /bin/sh reads it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

const plugins = resolve(import.meta.dirname, '../../../ansible/plugins/filter')

/** What the line does, run as Ansible runs it: by /bin/sh. */
function run(script: string, environment: Readonly<Record<string, string>>) {
  const program = `
import json, sys
sys.path.insert(0, ${JSON.stringify(plugins)})
from bash_command import bash_command
print(bash_command(*json.load(sys.stdin)), end="")
`
  const line = execFileSync('python3', ['-c', program], {
    encoding: 'utf8',
    input: JSON.stringify([script, environment]),
  })
  const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8', input: 'not for it\n' })
  return { status, stdout, stderr }
}

const values: [string, string][] = [
  ['quotes', `it's "so"`],
  ['what a shell would expand', '$HOME `id` $(id) * ~ \\'],
  ['lines', 'one\ntwo\n'],
  ['nothing', ''],
]
test.each(values)('a value with %s arrives as it is', (_, value) => {
  expect(run('printf "<%s>" "$VALUE"', { VALUE: value })).toEqual({ status: 0, stdout: `<${value}>`, stderr: '' })
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
