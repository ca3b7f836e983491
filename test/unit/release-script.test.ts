/** script/release on a bare git remote. `gh` is a stand-in that records its arguments. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERSION } from '../../src/lib/version.js'
import { temporaryDirectory } from './support/temporary.js'

const directory = temporaryDirectory()
const work = () => join(directory(), 'work')
const ghCalls = () =>
  existsSync(join(directory(), 'gh-calls')) ? readFileSync(join(directory(), 'gh-calls'), 'utf8') : ''
const env = () => ({
  ...process.env,
  PATH: `${join(directory(), 'bin')}:${process.env.PATH}`,
  HOME: directory(),
  GH_TOKEN: 'secret-token',
  REPOSITORY: 'org/repo',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
})
const git = (...args: string[]) => execFileSync('git', ['-C', work(), ...args], { encoding: 'utf8', env: env() }).trim()
/** The commit of a remote tag. */
const tagged = (tag: string) =>
  git('ls-remote', 'origin', `refs/tags/${tag}`, `refs/tags/${tag}^{}`).split('\n').at(-1)?.split('\t')[0]

function program(path: string, text: string) {
  writeFileSync(path, `#!/usr/bin/env bash\n${text}\n`)
  chmodSync(path, 0o755)
}
/** Writes the files of a version, and pushes them to main. */
function commit(version: string, notes = `- what ${version} brings`): string {
  writeFileSync(join(work(), 'package.json'), `{\n  "name": "x",\n  "version": "${version}",\n  "private": true\n}\n`)
  writeFileSync(
    join(work(), 'CHANGELOG.md'),
    `# Changes\n\n## ${version} (2026-11-25)\n\n${notes}\n\n## 0.9.0 (2026-01-01)\n\n- old\n`,
  )
  for (const place of ['src', 'dist']) writeFileSync(join(work(), place, 'index.js'), `'${version}'\n`)
  git('add', '.')
  git('commit', '--quiet', '--message', version)
  git('push', '--quiet', 'origin', 'HEAD:refs/heads/main')
  return git('rev-parse', 'HEAD')
}
function release(extra: NodeJS.ProcessEnv = {}) {
  const { status, stderr, stdout } = spawnSync(join(work(), 'script/release'), {
    encoding: 'utf8',
    env: { ...env(), ...extra },
  })
  expect(stdout + stderr).not.toContain('secret-token')
  return { status, stderr, stdout }
}

beforeEach(() => {
  mkdirSync(join(directory(), 'bin'))
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', join(directory(), 'remote.git')])
  execFileSync('git', ['clone', '--quiet', join(directory(), 'remote.git'), work()], { stdio: 'ignore' })
  for (const place of ['script', 'src', 'dist']) mkdirSync(join(work(), place))
  copyFileSync('script/release', join(work(), 'script/release'))
  program(
    join(directory(), 'bin/gh'),
    `echo "$*" >>${directory()}/gh-calls
     case "$1 $2" in
       'release view') [ -e ${directory()}/released-$3 ] ;;
       'release create') [ -z "\${GH_FAILS:-}" ] && touch ${directory()}/released-$3 && cp "\${@: -1}" ${directory()}/notes ;;
     esac`,
  )
})

test('a version becomes a tag, a release with its part of CHANGELOG.md, and the tag v1', () => {
  const first = commit('1.0.0')
  expect(release()).toMatchObject({ status: 0, stdout: `released v1.0.0; v1 is ${first}\n` })
  expect([tagged('v1.0.0'), tagged('v1')]).toEqual([first, first])
  expect(ghCalls()).toMatch(/^release create v1.0.0 --repo org\/repo --verify-tag --title v1.0.0 --notes-file/m)
  expect(readFileSync(join(directory(), 'notes'), 'utf8').trim()).toBe('- what 1.0.0 brings')

  const second = commit('1.1.0')
  expect(release().status).toBe(0)
  expect([tagged('v1.0.0'), tagged('v1.1.0'), tagged('v1')]).toEqual([first, second, second])
})

test('a version that is released is never moved', () => {
  const first = commit('1.0.0')
  release()
  commit('1.0.0', '- something else')
  expect(release()).toMatchObject({ status: 1, stderr: expect.stringContaining(`v1.0.0 is ${first} already`) })
  expect([tagged('v1.0.0'), tagged('v1')]).toEqual([first, first])
})

test('v1 moves only once the release is there; the same commit can be run again', () => {
  const first = commit('1.0.0')
  release()
  const second = commit('1.0.1')
  expect(release({ GH_FAILS: '1' }).status).not.toBe(0)
  expect([tagged('v1.0.1'), tagged('v1')]).toEqual([second, first])
  expect(release().status).toBe(0)
  expect(tagged('v1')).toBe(second)
  // A second run makes nothing twice.
  expect(release().status).toBe(0)
  expect(ghCalls().match(/release create v1.0.1/g)).toHaveLength(2)
})

test('v1 does not go back for a release of an older line', () => {
  commit('1.0.0')
  const newest = commit('1.10.0')
  release()
  commit('1.9.1')
  expect(release()).toMatchObject({ status: 0, stdout: 'released v1.9.1; v1 stays, since v1.10.0 is newer\n' })
  expect(tagged('v1')).toBe(newest)
})

test.each([
  ['a change that is not committed', () => writeFileSync(join(work(), 'src/index.js'), 'mine\n'), 'not committed'],
  ['a file that git does not know', () => writeFileSync(join(work(), 'dist/more.js'), 'mine\n'), 'not committed'],
  ['a commit that is not on main', () => git('commit', '--quiet', '--allow-empty', '--message', 'x'), 'is not on main'],
  ['a version without an entry', () => commit('1.2.0', ''), 'CHANGELOG.md has nothing below "## 1.2.0"'],
  ['a version of another form', () => commit('1.2.0-rc.1'), 'write it as 1.2.3'],
  ['no package.json', () => rmSync(join(work(), 'package.json')), 'package.json'],
])('rejects %s and creates nothing', (_, change, message) => {
  commit('1.0.0')
  change()
  const { status, stderr } = release()
  expect(status).not.toBe(0)
  expect(stderr).toContain(message)
  expect(git('ls-remote', '--tags', 'origin')).toBe('')
  expect(ghCalls()).toBe('')
})

test('the version is the same everywhere, and CHANGELOG.md has it first', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'))
  expect(JSON.parse(readFileSync('package.json', 'utf8')).version).toBe(VERSION)
  expect([lock.version, lock.packages[''].version]).toEqual([VERSION, VERSION])
  const [newest] = [...readFileSync('CHANGELOG.md', 'utf8').matchAll(/^## (.*)$/gm)].map((match) => match[1])
  expect(newest).toMatch(new RegExp(`^${VERSION.replaceAll('.', '\\.')} \\(\\d{4}-\\d\\d-\\d\\d\\)$`))
})

test('the action and its documents name the major version that is released', () => {
  const named = ['README.md', 'docs/getting-started.md', 'docs/examples/one-image.yml'].flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/org\/k8s-image-action[\w/]*@(v\d+)/g)].map((match) => match[1]),
  )
  expect(new Set(named)).toEqual(new Set([`v${VERSION.split('.')[0]}`]))
})
