/** Audit rules of the distribution beside the user's own: ansible/roles/kubernetes/files/wait.sh. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryDirectory } from '../support/temporary.js'

const script = readFileSync(resolve(import.meta.dirname, '../../../ansible/roles/kubernetes/files/wait.sh'), 'utf8')
const directory = temporaryDirectory()
const theirs = '-D\n-a never,task\n-a task,never -S all\n-f 1\n'

test.each([
  [['audit.rules'], theirs],
  [['audit.rules', '50-k8s-node.rules'], '-D\n-f 1\n'],
])('with %j, audit.rules is %j', (names, left) => {
  const rules = join(directory(), 'rules.d')
  mkdirSync(rules)
  for (const name of names) writeFileSync(join(rules, name), theirs)
  const part = /^ {2}rules=.*?^ {2}fi$/ms.exec(script)?.[0].replace('/etc/audit/rules.d', rules) ?? 'false'
  const told = execFileSync('bash', ['-euo', 'pipefail', '-c', part], { encoding: 'utf8' })
  expect(told).toBe(left === theirs ? '' : `${join(rules, 'audit.rules')}\n`)
  expect(readFileSync(join(rules, 'audit.rules'), 'utf8')).toBe(left)
  // A rule of the user's own stays.
  if (names.length > 1) expect(readFileSync(join(rules, '50-k8s-node.rules'), 'utf8')).toBe(theirs)
})
