/** Releases, assets and tags on GitHub, through Octokit, which supports proxies and GitHub Enterprise Server. */
import { getOctokit } from '@actions/github'
import { retry } from '@octokit/plugin-retry'
import { UserError } from '../../lib/errors.js'
import { VERSION } from '../../lib/version.js'

/** A release, with GitHub's own field names. */
export interface Release {
  readonly id: number
  readonly tag_name: string
  readonly draft: boolean
  /** ISO 8601; null for a draft. */
  readonly published_at?: string | null
  readonly html_url: string
  readonly upload_url: string
  readonly assets: readonly { readonly name: string; readonly url: string }[]
}

/** Calls of GitHub. They reject with a UserError. If GitHub or the network fails, a call is repeated three times, and may act twice. */
export interface GitHub {
  /** All releases, newest first, including drafts that the token may see. */
  releases(): Promise<readonly Release[]>
  asset(url: string): Promise<string>
  /** If it acts twice, there is another draft with the same name. */
  createDraft(release: { tag_name: string; name: string; body: string; target_commitish: string }): Promise<Release>
  /** Replaces an incomplete asset of that name. A complete one counts as done. */
  upload(release: Release, name: string, content: Uint8Array): Promise<void>
  publish(release: Release): Promise<Release>
  /** A release that is gone counts as removed. */
  remove(release: Release): Promise<void>
  /** The commit of a tag; undefined if there is no such tag. */
  tagged(tag: string): Promise<string | undefined>
  /** Creates an annotated tag; never moves one. One on that commit counts as created. */
  tag(tag: string, commit: string, message: string): Promise<void>
}

interface Place {
  /** `https://api.github.com`, or that of GitHub Enterprise Server. */
  readonly api: string
  /** `OWNER/NAME` */
  readonly repository: string
  readonly token: string
  /** Milliseconds before a failed call is repeated, then 4 and 9 times as many. */
  readonly pause?: number | undefined
}

type Refusal = Error & { readonly status?: number }

export function github({ api, repository, token, pause = 1000 }: Place): GitHub {
  const [owner = '', repo = ''] = repository.split('/')
  if (token === '')
    throw new UserError('input', 'token: it is empty', 'give a token, such as github.token, with contents: write')
  const options = { baseUrl: api, userAgent: `k8s-image-action/${VERSION}`, retry: { retryAfterBaseValue: pause } }
  const octokit = getOctokit(token, options, retry)
  const { repos, git } = octokit.rest
  const here = { owner, repo }
  const answer = async <T>(call: string, response: Promise<{ readonly data: T }>): Promise<T> => {
    try {
      return (await response).data
    } catch (error) {
      throw refusal(call, error as Refusal)
    }
  }
  const missing = (error: Refusal) => {
    if (error.status === 404) return { data: undefined }
    throw error
  }
  const tagged = async (tag: string) => {
    const found = git.getRef({ ...here, ref: `tags/${tag}` }).catch(missing)
    const object = (await answer(`reading the tag ${tag}`, found))?.object
    if (object?.type !== 'tag') return object?.sha
    const annotated = await answer(`reading the tag ${tag}`, git.getTag({ ...here, tag_sha: object.sha }))
    return annotated.object.sha
  }
  return {
    releases: () =>
      answer(
        'listing releases',
        octokit.paginate(repos.listReleases, { ...here, per_page: 100 }).then((all) => ({ data: newestFirst(all) })),
      ),
    asset: async (url) => {
      // As text, because Octokit would parse a JSON asset.
      const request = { headers: { accept: 'application/octet-stream' }, request: { parseSuccessResponseBody: false } }
      return new Response((await answer(`GET ${url}`, octokit.request(`GET ${url}`, request))) as ReadableStream).text()
    },
    createDraft: (release) => answer('creating a release', repos.createRelease({ ...here, ...release, draft: true })),
    upload: async ({ id, upload_url: url }, name, data) => {
      const headers = { 'content-type': 'application/octet-stream' }
      const send = () => octokit.request({ method: 'POST', url, name, data, headers })
      const sent = send().catch(async (error: Refusal) => {
        if (error.status !== 422) throw error
        // The name may be that of the last try: after a 502, GitHub has the whole file, or an empty one that blocks the name.
        const assets = await octokit.paginate(repos.listReleaseAssets, { ...here, release_id: id, per_page: 100 })
        const there = assets.find((each) => each.name === name)
        if (there === undefined) throw error
        if (there.state === 'uploaded' && there.size === data.length) return { data: there }
        await repos.deleteReleaseAsset({ ...here, asset_id: there.id }).catch(missing)
        return send()
      })
      await answer(`uploading ${name}`, sent)
    },
    publish: ({ id }) =>
      answer('publishing the release', repos.updateRelease({ ...here, release_id: id, draft: false })),
    remove: async ({ id }) => {
      await answer('deleting a draft', repos.deleteRelease({ ...here, release_id: id }).catch(missing))
    },
    tagged,
    tag: async (tag, commit, message) => {
      const made = git.createTag({ ...here, tag, message, object: commit, type: 'commit' })
      const { sha } = await answer(`making the tag ${tag}`, made)
      const named = git.createRef({ ...here, ref: `refs/tags/${tag}`, sha }).catch(async (error: Refusal) => {
        if (error.status !== 422 || (await tagged(tag)) !== commit) throw error
        return { data: undefined }
      })
      await answer(`making the tag ${tag}`, named)
    },
  }
}

/** GitHub documents no order, and lists releases of the same commit in any. */
const newestFirst = <T extends Pick<Release, 'published_at'>>(releases: readonly T[]): T[] =>
  releases.toSorted((a, b) => Date.parse(b.published_at ?? '9999') - Date.parse(a.published_at ?? '9999'))

function refusal(call: string, error: Refusal): UserError {
  // Without an answer, Octokit reports status 500 with the cause.
  const { status = 0, message } = error
  const cause = error.cause instanceof Error ? error.cause.message : ''
  return new UserError(
    'github',
    `${call} failed: ${[status || '', message, cause].filter(Boolean).join(' ').slice(0, 300)}`,
    status === 429 || /rate limit/i.test(message)
      ? 'GitHub limits the number of calls: wait up to an hour, then run the job again'
      : [401, 403, 404].includes(status)
        ? 'the job needs `permissions: contents: write` to release'
        : 'run the job again; if it fails again, report it',
    { cause: error },
  )
}
