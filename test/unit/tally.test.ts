import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const passing =
  '{"numPassedTests":3,"numFailedTests":0,"numPendingTests":0,"numTodoTests":0,"numRuntimeErrorTestSuites":0}'

test.each<[string, Record<string, string>, string, number]>([
  ['all passed', { 'unit.json': passing, 'lint.txt': 'passed a\npassed b\n' }, '5 passed, 0 failed', 0],
  ['a linter failed', { 'unit.json': passing, 'lint.txt': 'passed a\nfailed b\n' }, '4 passed, 1 failed', 1],
  ['a suite left nothing', { 'unit.json': passing }, '3 passed, 1 failed', 1],
  ['a suite ran no test', { 'unit.json': passing, 'lint.txt': '' }, '3 passed, 1 failed', 1],
  [
    'a skipped test is no pass',
    { 'unit.json': passing.replace('"numPendingTests":0', '"numPendingTests":2'), 'lint.txt': 'passed a\n' },
    '4 passed, 2 failed',
    1,
  ],
  ['a broken result', { 'unit.json': '{', 'lint.txt': 'passed a\n' }, '1 passed, 1 failed', 1],
])('%s', (_, files, last, code) => {
  const directory = mkdtempSync(join(tmpdir(), 'tally-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    const result = spawnSync('python3', ['script/tally.py', directory, 'unit', 'lint'], { encoding: 'utf8' })
    expect(result.stdout.trimEnd().split('\n').at(-1)).toBe(last)
    expect(result.status).toBe(code)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
