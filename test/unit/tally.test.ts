import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const passing =
  '{"numPassedTests":3,"numFailedTests":0,"numPendingTests":0,"numTodoTests":0,"numRuntimeErrorTestSuites":0}'

test.each<[string, Record<string, string>, string, number, ...string[]]>([
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
  [
    'but of a file of which one test was asked for, the rest is not',
    { 'unit.json': passing.replace('"numPendingTests":0', '"numPendingTests":2'), 'lint.txt': 'passed a\n' },
    '4 passed, 0 failed',
    0,
    '--chosen',
  ],
  [
    'a part that was killed half-way, or that failed beside its tests, is no pass',
    { 'unit.json': passing, 'unit.code': '0\n', 'lint.txt': 'passed a\n', 'lint.code': '143\n' },
    '4 passed, 1 failed',
    1,
  ],
  [
    'a part that failed by its tests counts once',
    { 'unit.json': passing, 'lint.txt': 'failed a\n', 'lint.code': '1\n' },
    '3 passed, 1 failed',
    1,
  ],
  ['a broken result', { 'unit.json': '{', 'lint.txt': 'passed a\n' }, '1 passed, 1 failed', 1],
])('%s', (_, files, last, code, ...options) => {
  const directory = mkdtempSync(join(tmpdir(), 'tally-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
    const result = spawnSync('python3', ['script/tally.py', ...options, directory, 'unit', 'lint'], {
      encoding: 'utf8',
    })
    expect(result.stdout.trimEnd().split('\n').at(-1)).toBe(last)
    expect(result.status).toBe(code)
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('what failed is named with its first line and what runs it alone, before the sum', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tally-'))
  const failing = {
    ...JSON.parse(passing),
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 1,
    testResults: [
      {
        name: `${process.cwd()}/test/one.test.ts`,
        status: 'failed',
        assertionResults: [
          { fullName: 'good', status: 'passed', failureMessages: [] },
          {
            fullName: 'it boots (twice)',
            status: 'failed',
            failureMessages: ['\u001b[31mno answer\u001b[39m\n  at x'],
          },
        ],
      },
      { name: '/x/two.test.ts', status: 'failed', message: 'cannot be read\nat y', assertionResults: [] },
    ],
  }
  const xml =
    '<testsuites><testsuite tests="2" failures="1" errors="0" skipped="0"><testcase name="a"/>' +
    '<testcase classname="mirror.tests.test_lock" name="b[1-2]"><failure message="1 is not 2">trace</failure></testcase></testsuite></testsuites>'
  try {
    writeFileSync(join(directory, 'build.one@2.4.json'), JSON.stringify(failing))
    writeFileSync(join(directory, 'mirror.xml'), xml)
    writeFileSync(join(directory, 'lint.txt'), 'passed a\nfailed biome\n')
    writeFileSync(
      join(directory, 'guest.xml'),
      '<testsuites><testsuite tests="1" failures="0" errors="0" skipped="0"/></testsuites>',
    )
    writeFileSync(join(directory, 'guest.code'), '143\n')
    const parts = ['build/one@2/4', 'mirror', 'lint', 'build/gate@1/4', 'guest']
    const result = spawnSync('python3', ['script/tally.py', directory, ...parts], { encoding: 'utf8' })
    expect(result.stdout.trimEnd().split('\n')).toEqual([
      'build/one@2/4: 3 passed, 2 failed',
      '  it boots (twice): no answer',
      "    alone: K8S_IMAGE_TEST_SLICE=2/4 script/test --all test/one.test.ts -t 'it boots \\(twice\\)'",
      '  two.test.ts: cannot be read',
      '    alone: K8S_IMAGE_TEST_SLICE=2/4 script/test --all /x/two.test.ts',
      'mirror: 1 passed, 1 failed',
      '  b[1-2]: 1 is not 2',
      '    alone: script/test mirror/tests/test_lock.py::b',
      'lint: 1 passed, 1 failed',
      '  biome',
      '    alone: script/lint biome',
      'build/gate@1/4: could not run (no result)',
      '    alone: K8S_IMAGE_TEST_SLICE=1/4 script/test --all test/rehearsal/gate.test.ts',
      'guest: 1 passed, 0 failed',
      'guest: ended with exit code 143, although no test failed',
      '    alone: script/test guest',
      '6 passed, 6 failed',
    ])
  } finally {
    rmSync(directory, { recursive: true })
  }
})
