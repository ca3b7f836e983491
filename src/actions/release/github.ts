/** Releases, assets and tags on GitHub, through Octokit, which supports proxies and GitHub Enterprise Server. */
import { getOctokit } from '@actions/github'
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

/** Calls of GitHub. They reject with a UserError. */
export interface GitHub {
  /** All releases, newest first, including drafts that the token may see. */
  releases(): Promise<readonly Release[]>
  asset(url: string): Promise<string>
  createDraft(release: { tag_name: string; name: string; body: string; target_commitish: string }): Promise<Release>
  upload(release: Release, name: string, content: Uint8Array): Promise<void>
  publish(release: Release): Promise<Release>
  remove(release: Release): Promise<void>
  /** The commit of a tag; undefined if there is no such tag. */
  tagged(tag: string): Promise<string | undefined>
  /** Creates an annotated tag; never moves one. */
  tag(tag: string, commit: string, message: string): Promise<void>
}

/** @param place.api `https://api.github.com`, or that of GitHub Enterprise Server; `repository` is `OWNER/NAME` */
export function github(place: { readonly api: string; readonly repository: string; readonly token: string }): GitHub {
  const { api, repository, token } = place
  const [owner = '', repo = ''] = repository.split('/')
  if (token === '')
    throw new UserError('input', 'token: it is empty', 'give a token, such as github.token, with contents: write')
  const octokit = getOctokit(token, { baseUrl: api, userAgent: `k8s-image-action/${VERSION}` })
  const { repos, git } = octokit.rest
  const here = { owner, repo }
  const answer = async <T>(call: string, response: Promise<{ readonly data: T }>): Promise<T> => {
    try {
      return (await response).data
    } catch (error) {
      throw refusal(call, error as Error & { status?: number })
    }
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
    upload: async ({ upload_url: url }, name, data) => {
      const headers = { 'content-type': 'application/octet-stream' }
      await answer(`uploading ${name}`, octokit.request({ method: 'POST', url, name, data, headers }))
    },
    publish: ({ id }) =>
      answer('publishing the release', repos.updateRelease({ ...here, release_id: id, draft: false })),
    remove: async ({ id }) => {
      await answer('deleting a draft', repos.deleteRelease({ ...here, release_id: id }))
    },
    tagged: async (tag) => {
      const found = git.getRef({ ...here, ref: `tags/${tag}` }).catch((error: { status?: number }) => {
        if (error.status === 404) return { data: undefined }
        throw error
      })
      const object = (await answer(`reading the tag ${tag}`, found))?.object
      if (object?.type !== 'tag') return object?.sha
      const annotated = await answer(`reading the tag ${tag}`, git.getTag({ ...here, tag_sha: object.sha }))
      return annotated.object.sha
    },
    tag: async (tag, commit, message) => {
      const made = git.createTag({ ...here, tag, message, object: commit, type: 'commit' })
      const { sha } = await answer(`making the tag ${tag}`, made)
      await answer(`making the tag ${tag}`, git.createRef({ ...here, ref: `refs/tags/${tag}`, sha }))
    },
  }
}

/** GitHub documents no order, and lists releases of the same commit in any. */
const newestFirst = <T extends Pick<Release, 'published_at'>>(releases: readonly T[]): T[] =>
  releases.toSorted((a, b) => Date.parse(b.published_at ?? '9999') - Date.parse(a.published_at ?? '9999'))

function refusal(call: string, error: Error & { status?: number }): UserError {
  // Without an answer, Octokit reports status 500 with the cause.
  const { status = 0, message } = error
  const cause = error.cause instanceof Error ? error.cause.message : ''
  return new UserError(
    'github',
    `${call} failed: ${[status || '', message, cause].filter(Boolean).join(' ').slice(0, 300)}`,
    [401, 403, 404].includes(status)
      ? 'the job needs `permissions: contents: write` to release'
      : 'run the job again; if it fails again, report it',
    { cause: error },
  )
}
