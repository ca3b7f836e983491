/** The package transaction's end: ansible/roles/kubernetes/files/wait.sh, and install.sh at its time limit. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryDirectory } from '../support/temporary.js'

const files = resolve(import.meta.dirname, '../../../ansible/roles/kubernetes/files')
const script = readFileSync(join(files, 'wait.sh'), 'utf8')
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

test.each(['debian', 'redhat'])(
  'a transaction of the family %s that its unit ends at the limit is a failure',
  async (family) => {
    const work = directory()
    // install.sh up to the part that waits for apt or dnf, which SIGTERM ends, too.
    const [head = ''] = readFileSync(join(files, family, 'install.sh'), 'utf8').split('# shellcheck source=/dev/null')
    const lib = readFileSync(join(files, 'lib.sh'), 'utf8').replace('/run/k8s-image/packages', work)
    const wait = `echo ready\nif [[ -e ${work}/never ]]; then exit 1; fi\nsleep 60\n`
    const running = spawn('bash', ['-c', lib + head.replace(/^exec >.*$/m, '') + wait], {
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(running.stdout, 'data')
    process.kill(-(running.pid ?? 0), 'SIGTERM')
    await once(running, 'exit')
    expect(existsSync(join(work, 'status'))).toBe(true)
    expect(readFileSync(join(work, 'status'), 'utf8')).toBe('143\n')
  },
)
