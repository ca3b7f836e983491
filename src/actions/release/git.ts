/** The tag itself, by git. */
import { UserError } from '../../lib/errors.js'
import type { Exec } from '../../lib/exec.js'

/** What a release asks of the repository. */
export interface Git {
  /** The commit that a tag of the remote stands for; undefined when there is no such tag. */
  tagged(tag: string): Promise<string | undefined>
  /** Makes an annotated tag and pushes it; never moves one. */
  push(tag: string, commit: string, message: string): Promise<void>
}

/**
 * @param directory a checkout whose `origin` is the repository
 * @param token goes to git by its environment, so that it is on no command line; empty: what git has of its own
 */
export function git(exec: Exec, directory: string, server: string, token: string): Git {
  const basic = Buffer.from(`x-access-token:${token}`).toString('base64')
  const env = {
    ...process.env,
    GIT_TERMINAL_PROMPT: '0',
    ...(token === ''
      ? {}
      : {
          GIT_CONFIG_COUNT: '1',
          GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
          GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${basic}`,
        }),
    GIT_COMMITTER_NAME: 'github-actions[bot]',
    GIT_COMMITTER_EMAIL: '41898282+github-actions[bot]@users.noreply.github.com',
  }
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await exec('git', ['-C', directory, ...args], { env })
    if (code !== 0)
      throw new UserError(
        `git ${args[0]} failed: ${stderr.trim().split('\n').at(-1) ?? `exit code ${code}`}`,
        'is there a checkout step before, and `permissions: contents: write`?',
      )
    return stdout
  }
  return {
    tagged: async (tag) => {
      const lines = (await run('ls-remote', 'origin', `refs/tags/${tag}`, `refs/tags/${tag}^{}`)).trim().split('\n')
      // The line with ^{} is the commit that an annotated tag stands for.
      return lines.at(-1)?.split('\t')[0] || undefined
    },
    push: async (tag, commit, message) => {
      await run('tag', '--force', '--annotate', '--message', message, tag, commit)
      await run('push', '--quiet', 'origin', `refs/tags/${tag}:refs/tags/${tag}`)
    },
  }
}
