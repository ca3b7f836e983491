/** The base commit of CI's comparison, in each kind of clone. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const since = resolve('script/tests/since.ts')
let directory: string

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'since-'))
  git('init', '--quiet', '--initial-branch', 'main')
})
afterEach(() => rmSync(directory, { recursive: true }))

/** Runs git in the repository; `gitAt` uses an hour of 2026-11-20. */
function git(...args: string[]): string {
  return gitAt(0, ...args)
}
function gitAt(hour: number, ...args: string[]): string {
  const date = new Date(Date.UTC(2026, 10, 20, hour)).toISOString()
  const person = ['-c', 'user.name=a', '-c', 'user.email=a@example.com']
  const env = { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
  return execFileSync('git', [...person, ...args], { cwd: directory, encoding: 'utf8', env }).trim()
}

/** Commits a file of this name at this hour; returns the commit ID. */
function commit(name: string, hour: number): string {
  writeFileSync(join(directory, name), name)
  git('add', '.')
  gitAt(hour, 'commit', '--quiet', '--message', name)
  return git('rev-parse', 'HEAD')
}

/** Files that count as changed: for CI, or by another function of since.ts. */
function changed(
  cwd = directory,
  env: Record<string, string> = {},
  how = 'changedSince(base())',
): string[] | undefined {
  const program = `const { base, changedSince, changedSinceMain } = await import(${JSON.stringify(since)}); console.log(JSON.stringify(${how} ?? null))`
  const done = spawnSync('node', ['--input-type=module', '-e', program], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', K8S_IMAGE_BASE: '', ...env },
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout) ?? undefined
}

test('on a branch: differences from where it left main, including uncommitted ones', () => {
  commit('old', 0)
  git('checkout', '--quiet', '-b', 'work')
  commit('mine', 1)
  git('checkout', '--quiet', 'main')
  commit('of-others', 2)
  git('checkout', '--quiet', 'work')
  writeFileSync(join(directory, 'new'), '')
  expect(changed()).toEqual(['mine', 'new'])
})

test('on main: of a merge the first parent', () => {
  commit('old', 0)
  git('checkout', '--quiet', '-b', 'work')
  commit('one', 1)
  commit('two', 2)
  git('checkout', '--quiet', 'main')
  gitAt(3, 'merge', '--quiet', '--no-ff', '--message', 'm', 'work')
  expect(changed()).toEqual(['one', 'two'])
})

test('on main without merges: what was committed within a day', () => {
  commit('old', 0)
  commit('yesterday', 30)
  commit('today', 50)
  expect(changed()).toEqual(['today', 'yesterday'])
})

test("a clone that ends before that does not know the base; CI's base is used", () => {
  commit('old', 0)
  const before = commit('yesterday', 30)
  commit('today', 50)
  const shallow = join(directory, 'shallow')
  git('clone', '--quiet', '--depth', '2', `file://${directory}`, shallow)
  expect(changed(shallow)).toBeUndefined()
  expect(changed(shallow, { K8S_IMAGE_BASE: before })).toEqual(['today'])
  expect(changed(shallow, { K8S_IMAGE_BASE: '0'.repeat(40) })).toBeUndefined()
})

test('--changed compares with main, and fails without one', () => {
  commit('old', 0)
  git('checkout', '--quiet', '-b', 'work')
  commit('mine', 1)
  expect(changed(directory, {}, 'changedSinceMain()')).toEqual(['mine'])
  git('branch', '--quiet', '--delete', '--force', 'main')
  expect(() => changed(directory, {}, 'changedSinceMain()')).toThrow(/fetch main/)
})
