/** Implements script/test: chooses parts, runs them two at a time, and adds up their results (script/tally.py). */
import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { provideArm64 } from '../arm64.ts'
import { type Arguments, readArguments } from './arguments.ts'
import { choose, fits, tablesFor } from './changed.ts'
import { fileName, mirrorLevel, needsMirror, type Part, partOfFile, parts, shard, suites } from './parts.ts'
import { endAll, runAll, runningParts, startMirror, type Task } from './pool.ts'
import { base, changedSince, changedSinceMain } from './since.ts'

const RESULTS = 'out/test'
const say = (line: string) => process.stdout.write(`${line}\n`)
const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

const result = (part: Part, ending: string) => join(RESULTS, `${fileName(part)}.${ending}`)
const PROJECTS: Readonly<Record<string, string>> = {
  unit: 'unit',
  dist: 'dist',
  build: 'rehearsal',
  workflow: 'workflow',
}

/** How to run a part. `more`: further arguments for its runner. */
function task(part: Part, all: boolean, more: readonly string[] = []): Task {
  const env = {
    K8S_IMAGE_TEST_ALL: all ? '1' : '',
    ...(part.slice === undefined ? {} : { K8S_IMAGE_TEST_SLICE: part.slice }),
  }
  const junit = ['--junitxml', join(process.cwd(), result(part, 'xml'))]
  const command = (): string[] => {
    switch (part.suite) {
      case 'lint':
        return ['script/lint', '--report', result(part, 'txt'), ...more]
      case 'mirror':
        return ['python3', '-m', 'pytest', '-q', ...junit, ...(more.length > 0 ? more : ['mirror'])]
      case 'guest':
        return ['python3', '-m', 'pytest', '-q', ...junit, ...(more.length > 0 ? more : ['packer/gate/tests'])]
      case 'rehearsal':
        return [
          'rehearsal/start',
          '--test',
          '-q',
          ...junit,
          ...(all || more.length > 0 ? more : ['-m', 'not real or brief']),
        ]
      default: {
        const file = part.file === undefined ? [] : ['--runTestsByPath', part.file]
        const json = ['--json', '--outputFile', result(part, 'json')]
        return ['jest', '--selectProjects', PROJECTS[part.suite] ?? '', '--runInBand', ...json, ...file, ...more]
      }
    }
  }
  const jest = part.suite in PROJECTS ? { NODE_OPTIONS: '--experimental-vm-modules' } : {}
  return { part, command: command(), env: { ...env, ...jest } }
}

/** One test file, or one test in it, as a failure names it. */
function fileTask(file: string, { all, test }: Arguments): Task {
  const part = partOfFile(file)
  if (part === undefined) throw new Error(`script/test: ${file} belongs to no suite`)
  const [path = '', name = test] = file.split('::')
  const { suite } = part
  if (path.endsWith('.ts')) return task(part, all, test === undefined ? [] : ['-t', test])
  // rehearsal/start adds the directory itself.
  const only = suite === 'rehearsal' ? [path.replace(/.*\//, '')] : []
  const words = [...only, ...(name === undefined ? [] : [name])].join(' and ')
  return task(part, all, [...(suite === 'rehearsal' ? [] : [path]), ...(words === '' ? [] : ['-k', words])])
}

/** Tests for the changes since main. */
function changedTasks(given: Arguments): Task[] {
  const changed = changedSinceMain()
  const { linters, suites: chosen, related, files } = choose(changed)
  say(`${changed.length} files differ from main`)
  const lint: Part = { name: 'lint', suite: 'lint', seconds: 60 }
  const unit: Part = { name: 'unit', suite: 'unit', seconds: 60 }
  const find = ['--findRelatedTests', ...related]
  // File by file, dist uses both places.
  const bundles = chosen.includes('dist') ? globSync('test/dist/*.test.ts').sort() : []
  const others = chosen.filter((suite) => suite !== 'dist')
  return [
    ...(linters.length > 0 ? [task(lint, false, linters)] : []),
    ...bundles.map((file) => fileTask(file, given)),
    ...parts(others, false).map((part) => task(part, false)),
    ...(related.length > 0 && hasTests(find) ? [task(unit, false, find)] : []),
    ...files.filter((file) => existsSync(file)).map((file) => fileTask(file, given)),
  ]
}

/** Whether jest finds unit tests by these arguments. */
function hasTests(find: readonly string[]): boolean {
  const listed = spawnSync('jest', ['--selectProjects', 'unit', '--listTests', ...find], { encoding: 'utf8' })
  if (listed.status !== 0) throw new Error(`script/test: jest cannot list the tests of the changes: ${listed.stderr}`)
  // It also prints the project's name.
  return /\.test\.ts$/m.test(listed.stdout)
}

const longestFirst = (list: readonly Part[]) => [...list].sort((a, b) => b.seconds - a.seconds)

function chosenTasks(given: Arguments): Task[] {
  if (given.files.length > 0) return [...new Set(given.files)].map((file) => fileTask(file, given))
  if (given.changed) return changedTasks(given)
  const every = parts(given.suites.length > 0 ? given.suites : suites, given.all)
  const { shard: wanted } = given
  const own = wanted === undefined ? every : shard(every, wanted.number, wanted.count)
  if (own.length === 0)
    throw new Error(`script/test: shard ${wanted?.number}/${wanted?.count} of these suites is empty`)
  return longestFirst(own).map((part) => task(part, given.all))
}

async function main(): Promise<number> {
  const given = readArguments(process.argv.slice(2))
  // The shell's time counts, too: it may have installed packages for minutes.
  const started = Number(process.env.K8S_IMAGE_TEST_STARTED ?? Date.now() / 1000)
  const elapsed = () => Date.now() / 1000 - started
  rmSync(RESULTS, { recursive: true, force: true })
  mkdirSync(RESULTS, { recursive: true })
  const tasks = chosenTasks(given)
  const run = tasks.map(({ part }) => part)
  if (run.some(({ name }) => name === 'build/arm64')) provideArm64()
  const ran: { part: Part; seconds: number }[] = []
  const level = mirrorLevel(run, given.all || given.within !== undefined)
  const mirror = run.some(needsMirror) ? startMirror(level) : undefined
  const pool = {
    places: 2,
    ...(tasks.length === 1 ? {} : { logs: RESULTS }),
    ...(mirror === undefined ? {} : { mirror }),
    onEnd: (part: Part, { code, seconds, log }: { code: number; seconds: number; log?: string }) => {
      ran.push({ part, seconds })
      writeFileSync(result(part, 'code'), `${code}\n`)
      if (code !== 0 && log !== undefined) say(readFileSync(log, 'utf8').split('\n').slice(-80).join('\n'))
      const usual = part.seconds === 0 ? '' : ` (usually ${part.seconds} s)`
      say(
        `[${clock(elapsed())}] ${part.name} ${code === 0 ? 'passed' : 'failed'} after ${Math.round(seconds)} s${usual}`,
      )
    },
  }
  const names = run.map(({ name }) => name)
  const still = setInterval(() => say(`[${clock(elapsed())}] … ${runningParts().join(', ')}`), 60_000)
  // CI must not hang: parts that still run then are ended and count as failed. A machine without a cache compiles for minutes first.
  const last = Math.max((given.within ?? 0) + 600, 85 * 60)
  const limit = given.within === undefined ? undefined : setTimeout(endAll, (last - elapsed()) * 1000)
  try {
    await runAll(tasks, pool)
    if (given.within !== undefined) names.push(...(await runTables(given.within)))
  } catch (error) {
    // Parts without a result count as failed.
    say(String(error))
  } finally {
    clearInterval(still)
    clearTimeout(limit)
    mirror?.stop()
  }
  say(`all took ${clock(elapsed())}`)
  const options = [...(given.all ? ['--all'] : []), ...(given.test === undefined ? [] : ['--chosen'])]
  const { status } = spawnSync('python3', ['script/tally.py', ...options, RESULTS, ...names], { stdio: 'inherit' })
  return status ?? 1

  /** Runs tables for the changes while they fit; gives their names. */
  async function runTables(within: number): Promise<string[]> {
    const pace =
      ran.reduce((sum, { seconds }) => sum + seconds, 0) / ran.reduce((sum, { part }) => sum + part.seconds, 0)
    const wanted = tablesFor(changedSince(base()), parts(['build'], true))
    const left = await runAll(
      wanted.map((part) => task(part, true)),
      { ...pool, mayBegin: (part) => fits(part, elapsed(), within, pace) },
    )
    if (left.length > 0) say(`not begun, for lack of time: ${left.map(({ name }) => name).join(', ')}`)
    return wanted.filter((part) => !left.includes(part)).map(({ name }) => name)
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = 2
}
