/** GitHub's REST API for the repository `o/r`: releases with their assets, and tags. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FakeRelease {
  id: number
  tag_name: string
  draft: boolean
  published_at?: string
  body: string
  assets: Map<string, Buffer>
}
export interface FakeGitHub {
  url: string
  releases: FakeRelease[]
  /** The commit of each annotated tag. */
  tags: Map<string, string>
  /** The commit of each tag. */
  commitOf: (tag: string) => string | undefined
  calls: string[]
  /** Answers a call with this status instead. */
  fault: (call: string) => number | undefined
  /** Answers a call with this status, although it acts. */
  lost: (call: string) => number | undefined
  /** The message of a fault. */
  message: string
  stop(): Promise<unknown>
}

/** @param token the only accepted token */
export async function fakeGitHub(token: string): Promise<FakeGitHub> {
  const fake: FakeGitHub = {
    url: '',
    releases: [],
    tags: new Map(),
    calls: [],
    commitOf: () => undefined,
    fault: () => undefined,
    lost: () => undefined,
    message: 'made by the test',
    stop: async () => undefined,
  }
  let counter = 0
  /** The commit of each tag object, by the object's hash. */
  const objects = new Map<string, string>()
  fake.commitOf = (tag) => objects.get(fake.tags.get(tag) ?? '')
  const shown = ({ assets, ...release }: FakeRelease) => ({
    ...release,
    html_url: `https://github.example/o/r/releases/tag/${release.tag_name}`,
    upload_url: `${fake.url}/uploads/${release.id}/assets{?name,label}`,
    assets: [...assets.keys()].map((name) => ({ name, url: `${fake.url}/assets/${release.id}/${name}` })),
  })
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks)
    const url = new URL(request.url ?? '', 'http://x')
    const call = `${request.method} ${decodeURIComponent(url.pathname)}`
    fake.calls.push(call)
    const answer = (status: number, value: unknown) => {
      response.writeHead(fake.lost(call) ?? status, { 'content-type': 'application/json' })
      response.end(Buffer.isBuffer(value) ? value : JSON.stringify(value))
    }
    const fault = fake.fault(call)
    if (fault !== undefined) return answer(fault, { message: fake.message })
    if (request.headers.authorization !== `token ${token}`) return answer(401, { message: 'Bad credentials' })
    const git = /^(GET|POST) \/repos\/o\/r\/git\/(.*)$/.exec(call)
    if (git) {
      const given = body.length > 0 ? JSON.parse(String(body)) : {}
      const [, method, path = ''] = git
      if (method === 'POST' && path === 'tags') {
        objects.set(`${objects.size}`.padStart(40, 'f'), given.object)
        return answer(201, { sha: [...objects.keys()].at(-1) })
      }
      const name = /^(?:ref\/)?(?:refs\/)?tags\/(.*)$/.exec(given.ref ?? path)?.[1] ?? ''
      if (method === 'POST') {
        if (fake.tags.has(name)) return answer(422, { message: 'Reference already exists' })
        fake.tags.set(name, given.sha)
        return answer(201, {})
      }
      if (path.startsWith('tags/')) return answer(200, { object: { type: 'commit', sha: objects.get(name) } })
      const sha = fake.tags.get(name)
      if (sha === undefined) return answer(404, { message: 'Not Found' })
      return answer(200, { object: { type: objects.has(sha) ? 'tag' : 'commit', sha } })
    }
    const [, area, first = '', second = '', , fourth] = url.pathname.split('/')
    const find = (id: string) => fake.releases.find((release) => release.id === Number(id))
    if (call === 'GET /repos/o/r/releases') {
      const [page, size] = ['page', 'per_page'].map((name) => Number(url.searchParams.get(name) ?? 1)) as [
        number,
        number,
      ]
      if (page * size < fake.releases.length)
        response.setHeader('link', `<${fake.url}/repos/o/r/releases?per_page=${size}&page=${page + 1}>; rel="next"`)
      return answer(200, fake.releases.slice((page - 1) * size, page * size).map(shown))
    }
    if (call === 'POST /repos/o/r/releases') {
      const { tag_name, draft, body: text } = JSON.parse(String(body))
      fake.releases.unshift({ id: ++counter, tag_name, draft, body: text, assets: new Map() })
      return answer(201, shown(fake.releases[0] as FakeRelease))
    }
    if (area === 'uploads' && request.method === 'POST') {
      const name = url.searchParams.get('name') ?? ''
      if (find(first)?.assets.has(name))
        return answer(422, { message: 'Validation Failed', errors: ['already_exists'] })
      find(first)?.assets.set(name, body)
      return answer(201, {})
    }
    const listed = /^GET \/repos\/o\/r\/releases\/(\d+)\/assets$/.exec(call)?.[1]
    if (listed !== undefined) {
      const assets = [...(find(listed)?.assets ?? [])].map(([name, { length: size }], at) => {
        // GitHub leaves an empty asset after an upload that failed.
        return { id: Number(listed) * 1000 + at, name, size, state: size === 0 ? 'starter' : 'uploaded' }
      })
      return answer(200, assets)
    }
    const deleted = Number(/^DELETE \/repos\/o\/r\/releases\/assets\/(\d+)$/.exec(call)?.[1])
    if (deleted > 0) {
      const assets = find(`${Math.floor(deleted / 1000)}`)?.assets
      assets?.delete([...assets.keys()][deleted % 1000] ?? '')
      return answer(204, '')
    }
    if (area === 'assets') return answer(200, find(first)?.assets.get(second) ?? Buffer.from(''))
    const release = find(url.pathname.split('/').at(-1) ?? '')
    if (release === undefined || area !== 'repos') return answer(404, { message: `no route ${call} ${fourth}` })
    if (request.method === 'DELETE') fake.releases.splice(fake.releases.indexOf(release), 1)
    if (request.method === 'PATCH') release.draft = JSON.parse(String(body)).draft
    return answer(request.method === 'DELETE' ? 204 : 200, shown(release))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  fake.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  fake.stop = () => new Promise((done) => server.close(done))
  return fake
}
