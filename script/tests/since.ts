/** Finds the commit before the changes, and the files that differ from it. */
import { spawnSync } from 'node:child_process'

function git(...args: string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 26 })
  return status === 0 ? stdout.trim() : undefined
}

/** The commit where this branch left main: the later one for `origin/main` and `main`, since either may be old. Undefined without a main. */
export function forkOfMain(): string | undefined {
  const [one, other] = ['origin/main', 'main'].flatMap((main) => git('merge-base', 'HEAD', main) ?? [])
  if (one === undefined || other === undefined) return one
  return git('merge-base', '--is-ancestor', one, other) === undefined ? one : other
}

/**
 * The commit that CI compares with; undefined if the history does not reach that far.
 *
 * - K8S_IMAGE_BASE, if the caller knows it (on GitHub: the push's `before`, or a pull request's base).
 * - On a branch: where it left main.
 * - On main: a clone does not show where the last landing began. For a merge, it is the first parent. In a linear history, it is the newest
 *   commit that is a day older than HEAD, which assumes that commits of one landing are less than a day apart. Too many commits only cost
 *   time; too few would leave a table out.
 * - A shallow clone may end before that. Then the commit is unknown, and every table runs.
 */
export function base(): string | undefined {
  const given = process.env.K8S_IMAGE_BASE ?? ''
  // GitHub's `before` of a new branch is all zeros.
  if (/[^0]/.test(given) && git('cat-file', '-e', `${given}^{commit}`) !== undefined) return given
  const head = git('rev-parse', 'HEAD')
  const fork = forkOfMain()
  if (fork !== undefined && fork !== head) return fork
  if (git('rev-parse', '--verify', '--quiet', 'HEAD^2') !== undefined) return git('rev-parse', 'HEAD^1')
  const when = Number(git('log', '-1', '--format=%ct'))
  return git('log', '-1', '--first-parent', '--format=%H', `--before=${when - 86_400}`) || undefined
}

/** Files that differ from a commit, including uncommitted ones; undefined without a commit. */
export function changedSince(commit: string | undefined): string[] | undefined {
  if (commit === undefined) return undefined
  const tracked = git('diff', '--name-only', '--no-renames', commit)
  const others = git('ls-files', '--others', '--exclude-standard')
  if (tracked === undefined || others === undefined) return undefined
  return `${tracked}\n${others}`.split('\n').filter(Boolean)
}

/**
 * Files that differ from where this branch left main, including uncommitted ones.
 *
 * @throws Error if git cannot tell: no known change would look like no change
 */
export function changedSinceMain(): string[] {
  const changed = changedSince(forkOfMain())
  if (changed !== undefined) return changed
  throw new Error(
    'script/test: --changed cannot tell what changed, because git finds no commit that HEAD shares with origin/main or main; fetch main with its history, or name suites or files',
  )
}
