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

test('what failed is named with its first line, before the sum', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tally-'))
  const failing = {
    ...JSON.parse(passing),
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    testResults: [
      {
        name: '/x/one.test.ts',
        status: 'failed',
        assertionResults: [
          { fullName: 'good', status: 'passed', failureMessages: [] },
          { fullName: 'it boots', status: 'failed', failureMessages: ['\u001b[31mno answer\u001b[39m\n  at x'] },
        ],
      },
      { name: '/x/two.test.ts', status: 'failed', message: 'cannot be read\nat y', assertionResults: [] },
    ],
  }
  const xml =
    '<testsuites><testsuite tests="2" failures="1" errors="0" skipped="0"><testcase name="a"/>' +
    '<testcase name="b"><failure message="1 is not 2">trace</failure></testcase></testsuite></testsuites>'
  try {
    writeFileSync(join(directory, 'unit.json'), JSON.stringify(failing))
    writeFileSync(join(directory, 'mirror.xml'), xml)
    const result = spawnSync('python3', ['script/tally.py', directory, 'unit', 'mirror'], { encoding: 'utf8' })
    expect(result.stdout.trimEnd().split('\n')).toEqual([
      'unit: 3 passed, 2 failed',
      '  it boots: no answer',
      '  two.test.ts: cannot be read',
      'mirror: 1 passed, 1 failed',
      '  b: 1 is not 2',
      '4 passed, 3 failed',
    ])
  } finally {
    rmSync(directory, { recursive: true })
  }
})
