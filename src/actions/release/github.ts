/** The handful of GitHub's REST routes that a release needs (docs.github.com/rest/releases). */
import { UserError } from '../../lib/errors.js'
import { VERSION } from '../../lib/version.js'

/** A release as GitHub tells of it; its field names are GitHub's. */
export interface Release {
  readonly id: number
  readonly tag_name: string
  readonly draft: boolean
  readonly html_url: string
  readonly upload_url: string
  readonly assets: readonly { readonly name: string; readonly url: string }[]
}

/** What a release asks of GitHub. Rejects with a UserError. */
export interface GitHub {
  /** The newest 100, drafts included where the token may see them. */
  releases(): Promise<readonly Release[]>
  asset(url: string): Promise<string>
  createDraft(release: { tag_name: string; name: string; body: string; target_commitish: string }): Promise<Release>
  upload(release: Release, name: string, content: Uint8Array): Promise<void>
  publish(release: Release): Promise<Release>
  remove(release: Release): Promise<void>
}

/** @param place.api `https://api.github.com`, or that of GitHub Enterprise Server; `repository` is `OWNER/NAME` */
export function github(
  place: { readonly api: string; readonly repository: string; readonly token: string },
  send: typeof fetch = fetch,
): GitHub {
  const { api, repository, token } = place
  const call = async (
    method: string,
    url: string,
    body?: Uint8Array | string,
    accept = 'application/vnd.github+json',
  ) => {
    const what = `${method} ${url}`
    const response = await send(url, {
      method,
      headers: {
        accept,
        authorization: `Bearer ${token}`,
        'x-github-api-version': '2022-11-28',
        'user-agent': `k8s-image-action/${VERSION}`,
        ...(body === undefined
          ? {}
          : { 'content-type': typeof body === 'string' ? 'application/json' : 'application/octet-stream' }),
      },
      ...(body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> }),
      signal: AbortSignal.timeout(120_000),
    }).catch((error: Error) => {
      throw new UserError(`${what} got no answer: ${error.message}`, 'run the job again', { cause: error })
    })
    if (response.ok) return response
    const said = (await response.text()).slice(0, 300)
    throw new UserError(
      `${what} answered ${response.status}: ${said}`,
      [401, 403, 404].includes(response.status)
        ? 'the job needs `permissions: contents: write` to release'
        : 'run the job again; if it stays, report it',
    )
  }
  const base = `${api}/repos/${repository}/releases`
  const json = async (response: Promise<Response>) => (await (await response).json()) as never
  return {
    releases: () => json(call('GET', `${base}?per_page=100`)),
    asset: async (url) => (await call('GET', url, undefined, 'application/octet-stream')).text(),
    createDraft: (release) => json(call('POST', base, JSON.stringify({ ...release, draft: true }))),
    upload: async ({ upload_url }, name, content) => {
      await call('POST', `${upload_url.replace(/\{.*$/, '')}?name=${encodeURIComponent(name)}`, content)
    },
    publish: ({ id }) => json(call('PATCH', `${base}/${id}`, JSON.stringify({ draft: false }))),
    remove: async ({ id }) => {
      await call('DELETE', `${base}/${id}`)
    },
  }
}
