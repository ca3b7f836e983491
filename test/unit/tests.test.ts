/** How script/test chooses tests, and whether workflows and files agree. */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readArguments } from '../../script/tests/arguments.ts'
import { choose, fits, tablesFor } from '../../script/tests/changed.ts'
import { fileName, mirrorLevel, type Part, partOfFile, parts, shard, suites } from '../../script/tests/parts.ts'

const workflow = (name: string) => parse(readFileSync(`.github/workflows/${name}.yml`, 'utf8'))
const all = parts(suites, true)
const brief = parts(suites, false)
const seconds = (list: readonly Part[]) => list.reduce((sum, part) => sum + part.seconds, 0)
const names = (list: readonly Part[]) => list.map(({ name }) => name)
const part = (name: string, length: number): Part => ({ name, suite: 'build', seconds: length })

test('every file of whole jobs and workflows is a part with --all, and every part has its file', () => {
  const files = globSync('test/{rehearsal,workflow}/*.test.ts').sort()
  expect([...new Set(all.flatMap(({ file }) => file ?? []))].sort()).toEqual(files)
})

describe('a part of one file', () => {
  test('has the name of the part that --all runs whole', () => {
    const whole = all.filter(({ slice }) => slice === undefined)
    const named = whole.flatMap(({ file }) => partOfFile(file ?? '')?.name ?? [])
    expect(named).toEqual(names(whole.filter(({ file }) => file !== undefined)))
  })

  test('and each test of it has results of its own', () => {
    const files = globSync([
      'test/{unit,dist,rehearsal,workflow}/**/*.test.ts',
      '{mirror,packer/gate,rehearsal}/tests/test_*.py',
    ])
    const given = [...files, 'mirror/tests/test_lock.py::test_a', 'mirror/tests/test_lock.py::test_b[a/b]']
    const places = given.map((file) => fileName(partOfFile(file) ?? part('', 0)))
    expect(new Set(places).size).toBe(given.length)
    expect(places.slice(-2)).toEqual(['mirror.test_lock::test_a', 'mirror.test_lock::test_b[a.b]'])
  })
})

test('the default tier has a part of each suite, and fifteen minutes on two cores', () => {
  expect(new Set(brief.map(({ suite }) => suite))).toEqual(new Set(suites))
  expect(seconds(brief) / 2).toBeLessThan(15 * 60)
})

test.each<[string, readonly Part[], boolean, string]>([
  ['the default tier', brief, false, 'node'],
  ['--all', all, true, 'conformance'],
  ['a file of the default tier, with all its rows', brief.slice(0, 1), true, 'conformance'],
  ['a file of the other tier', [part('build/gate-cluster', 0)], false, 'conformance'],
])('the mirror of %s has no more than its tests need', (_, run, every, level) => {
  expect(mirrorLevel(run, every)).toBe(level)
})

describe('shards', () => {
  test.each([1, 2, 4, 7])('%d of them are everything, once', (count) => {
    const shares = Array.from({ length: count }, (_, at) => names(shard(all, at + 1, count)))
    expect(shares.flat().sort()).toEqual(names(all).sort())
  })

  test('the shards of nightly.yml end within an hour each', () => {
    for (const number of [1, 2, 3, 4, 5]) expect(seconds(shard(all, number, 5)) / 2).toBeLessThan(60 * 60)
  })

  test('the longest go first, each to the share that has least', () => {
    const list = [part('a', 5), part('b', 9), part('c', 4), part('d', 1)]
    expect([1, 2].map((number) => names(shard(list, number, 2)))).toEqual([
      ['b', 'd'],
      ['a', 'c'],
    ])
  })
})

describe('workflows', () => {
  test('test.yml has every suite once', () => {
    const lists: string[] = workflow('test').jobs.test.strategy.matrix.suites
    expect(lists.flatMap((list) => list.split(' ')).sort()).toEqual([...suites].sort())
  })

  test('nightly.yml has every shard, and a release waits for it', () => {
    const shards: string[] = workflow('nightly').jobs.all.strategy.matrix.shard
    expect(shards).toEqual(shards.map((_, at) => `${at + 1}/${shards.length}`))
    const { test: every, publish } = workflow('publish').jobs
    expect({ uses: every.uses, needs: publish.needs }).toEqual({
      uses: './.github/workflows/nightly.yml',
      needs: 'test',
    })
  })
})

const none = { all: false, suites: [], files: [], changed: false }
test.each<[string, object]>([
  ['', none],
  ['--all unit dist', { ...none, all: true, suites: ['unit', 'dist'] }],
  ['--all --shard 2/4', { ...none, all: true, shard: { number: 2, count: 4 } }],
  ['--changed', { ...none, changed: true }],
  ['--within 75', { ...none, within: 4500 }],
  ['test/rehearsal/gate.test.ts -t swap', { ...none, files: ['test/rehearsal/gate.test.ts'], test: 'swap' }],
  ['mirror/tests/test_lock.py::test_a', { ...none, files: ['mirror/tests/test_lock.py::test_a'] }],
])('arguments: %s', (line, wanted) => {
  expect(readArguments(line.split(' ').filter(Boolean))).toEqual(wanted)
})

test.each<[string, RegExp]>([
  ['timed', /unknown argument timed/],
  ['--shard 5/4', /--shard takes 1\/4 to 4\/4, not 5\/4/],
  ['--shard', /--shard needs a value/],
  ['--within soon', /--within takes minutes, not soon/],
  ['--changed unit', /leave --all and suites out/],
  ['--changed --within 75', /do not go together/],
  ['-t swap', /-t goes with a file/],
])('arguments: %s is refused', (line, says) => {
  expect(() => readArguments(line.split(' '))).toThrow(says)
})

describe('what changes ask for', () => {
  const typescript = ['typescript', 'biome']
  test.each<[string, object]>([
    [
      'src/plan/plan.ts',
      {
        linters: [...typescript, 'layers', 'dist-is-current'],
        suites: ['dist'],
        related: ['src/plan/plan.ts'],
        files: [],
      },
    ],
    [
      'test/rehearsal/prune.test.ts',
      { linters: typescript, suites: [], related: [], files: ['test/rehearsal/prune.test.ts'] },
    ],
    ['LICENSE', { linters: [], suites: [], related: [], files: [] }],
    ['packer/gate/guest/boot.py', { linters: expect.arrayContaining(['mypy-gate', 'packer-fmt']), suites: ['guest'] }],
    ['rehearsal/compute.py', { suites: ['rehearsal'], files: ['test/rehearsal/faults.test.ts'] }],
    ['ansible/roles/base/tasks/main.yml', { suites: ['unit'], files: ['test/rehearsal/lock.test.ts'] }],
  ])('%s', (file, wanted) => {
    expect(choose([file])).toMatchObject(wanted)
  })

  describe('over all files of the repository', () => {
    const tracked = execFileSync('git', ['ls-files'], { encoding: 'utf8' }).trim().split('\n')

    test('names the linters of script/lint, and files that there are', () => {
      const { linters, files } = choose(tracked)
      const lint = readFileSync('script/lint', 'utf8').matchAll(/^ *check ([\w-]+) /gm)
      expect([...linters].sort()).toEqual([...new Set([...lint].map(([, name]) => name))].sort())
      expect(files.filter((file) => !existsSync(file))).toEqual([])
      expect(files.length).toBeGreaterThan(3)
    })

    test('leaves out only what no test reads', () => {
      const without = tracked.filter((file) => Object.values(choose([file])).flat().length === 0)
      const wanted = ['.gitignore', '.npmrc', 'LICENSE', 'bench/bare.mjs', 'docs/pictures/job-summary.png']
      expect(without).toEqual(wanted)
    })
  })
})

describe('tables in CI', () => {
  test('every changed subject gets its first file before any gets its second', () => {
    const order = tablesFor(['packer/gate/guest/boot.py', 'src/sweep/sweep.ts', 'docs/iam.md'], all)
    expect(names(order).slice(0, 2)).toEqual(['build/gate@1/4', 'build/cancel'])
    expect(new Set(names(order)).size).toBe(order.length)
  })

  test.each([
    ['docs alone ask for none', ['docs/iam.md', 'src/report/summary.ts'], 0],
    ['what is not known asks for all', undefined, tablesFor(undefined, all).length],
  ])('%s', (_, changed, count) => {
    expect(tablesFor(changed, all)).toHaveLength(count)
  })

  test('every subject has parts', () => {
    for (const path of [
      'src/gate/gate.ts',
      'ansible/node.yml',
      'src/publish/work.ts',
      'src/sweep/a.ts',
      'rehearsal/a.py',
    ])
      expect(tablesFor([path], all).length).toBeGreaterThan(2)
    expect(tablesFor(undefined, all).length).toBeGreaterThan(20)
  })

  test.each([
    [600, 1000, 1, true],
    [600, 3300, 1, true],
    [600, 3301, 1, false],
    [600, 1000, 4, false],
    [600, 1000, 0.5, true],
  ])('a part of %d s after %d s, at the pace %d: %s', (length, elapsed, pace, begins) => {
    expect(fits(part('a', length), elapsed, 4500, pace)).toBe(begins)
  })
})
