/**
 * Jobs that reach the network only through a proxy. They run in a network namespace with only loopback, where the proxy listens. Only the
 * proxy resolves the names of the mirror, GitHub and a fake EC2.
 */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, request as send } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { type FakeGitHub, fakeGitHub } from '../unit/actions/release/fake-github.js'
import { compile } from '../unit/support/compiled.js'
import { addAnsible } from '../unit/support/mirror.js'
import { type House, root, startHouse } from './house.js'

const USER = 'builder'
const PASSWORD = 'p@ss/word of a proxy'
const key = 'debian-13-amd64'

interface Proxy {
  readonly socket: string
  /** Distinct requests: `CONNECT mirror.test:80`, or `GET mirror.test`. */
  readonly requests: Set<string>
  /** Requests without the right password. */
  refused: number
  readonly server: Server
}

let house: House
let hub: FakeGitHub
let directory: string
let proxy: Proxy
/** The proxy's port in the namespace. */
const PROXY_PORT = 3128

/** @param credentials required `user:password` */
async function startProxy(credentials?: string): Promise<Proxy> {
  const socket = join(directory, 'proxy.sock')
  const ports: Record<string, string> = {
    'mirror.test': new URL(house.mirror.url).port,
    'github.test': new URL(hub.url).port,
    'ec2.test': new URL(house.ec2.url).port,
  }
  const started: Proxy = { socket, requests: new Set(), refused: 0, server: createServer() }
  const isAuthorized = (request: IncomingMessage) => {
    const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`
    if (expected === undefined || request.headers['proxy-authorization'] === expected) return true
    started.refused++
    return false
  }
  started.server.on('connect', (request, client, head) => {
    started.requests.add(`CONNECT ${request.url}`)
    const port = ports[(request.url ?? '').replace(/:80$/, '')]
    if (!isAuthorized(request))
      return client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n')
    if (port === undefined) return client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    const upstream = connect(Number(port), '127.0.0.1', () =>
      client.write('HTTP/1.1 200 Connection established\r\n\r\n'),
    )
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
    upstream.write(head)
    return client.pipe(upstream).pipe(client)
  })
  // pip, and the SDK with Node's own agents, send plain HTTP requests this way.
  started.server.on('request', (request, response) => {
    const { hostname, pathname, search } = new URL(request.url ?? '')
    started.requests.add(`${request.method} ${hostname}`)
    if (!isAuthorized(request)) return response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end()
    const { method, headers } = request
    const upstream = send(
      { host: '127.0.0.1', port: ports[hostname], path: pathname + search, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    return request.pipe(upstream)
  })
  await new Promise<void>((ready) => started.server.listen(socket, ready))
  return started
}

/** A `node` that runs in the namespace. Not a shell script: a shell would drop inputs with a hyphen in their name. */
function nodeInside(): string {
  const path = join(directory, 'node-inside')
  const enter = spawnSync('unshare', ['--net', 'true']).status === 0 ? [] : ['sudo', '-n', '-E']
  const relay = join(root, 'test/dist/fixtures/relay.mjs')
  const line = [
    ...enter,
    'unshare',
    '--net',
    process.execPath,
    relay,
    `${PROXY_PORT}=${proxy.socket}`,
    '--',
    process.execPath,
  ]
  writeFileSync(
    path,
    `#!${process.execPath}
const [command, ...args] = ${JSON.stringify(line)}
const { status } = process.getBuiltinModule('node:child_process').spawnSync(command, [...args, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exit(status ?? 128)
`,
  )
  chmodSync(path, 0o755)
  return path
}

const variables = (credentials = '') => {
  const address = `http://${credentials}127.0.0.1:${PROXY_PORT}`
  return {
    http_proxy: address,
    HTTPS_PROXY: address,
    NO_PROXY: '169.254.169.254',
    AWS_ENDPOINT_URL: 'http://ec2.test',
  }
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-proxy-'))
  house = await startHouse()
  hub = await fakeGitHub('ghs_0123456789')
}, 60_000)
afterEach(async () => {
  proxy.server.closeAllConnections()
  proxy.server.close()
  await Promise.all([house.stop(), hub.stop()])
  rmSync(directory, { recursive: true, force: true })
})

test('a full job needs only the proxy', async () => {
  proxy = await startProxy()
  const job = house.job({ [key]: 'success:ami-01' }, { mirror: 'http://mirror.test' })
  const { main, post } = await runJob({ ...job, node: nodeInside(), env: { ...job.env, ...variables() } })
  expect(main.log).not.toContain('::error')
  expect({ main: main.code, post: post.code }).toEqual({ main: 0, post: 0 })
  expect(main.outputs['ami-id']).toMatch(/^ami-/)
  expect([...proxy.requests].sort()).toEqual([
    'CONNECT mirror.test:80',
    ...['DELETE', 'POST', 'PUT'].map((method) => `${method} ec2.test`),
  ])
}, 90_000)

test('without the proxy, the same job fails', async () => {
  proxy = await startProxy()
  const job = house.job({ [key]: 'success:ami-01' }, { mirror: 'http://mirror.test' })
  const env = { ...job.env, ...variables(), http_proxy: undefined }
  const { main } = await runJob({ ...job, node: nodeInside(), env })
  expect(main.code).toBe(1)
  expect(main.log).toMatch(
    /mirror\.test\S* (does not answer|failed): (no such host|the host name could not be resolved)/,
  )
}, 90_000)

test('a proxy that requires a password gets it, and no log shows it', async () => {
  proxy = await startProxy(`${USER}:${PASSWORD}`)
  const credentials = `${USER}:${encodeURIComponent(PASSWORD)}@`
  const job = house.job({ [key]: 'success:ami-01' }, { mirror: 'http://mirror.test' })
  const { main, post } = await runJob({ ...job, node: nodeInside(), env: { ...job.env, ...variables(credentials) } })
  expect({ code: main.code, refused: proxy.refused }).toEqual({ code: 0, refused: 0 })
  const shown = [main.log, post.log, main.summary].join('\n').replaceAll(/^::add-mask::.*$/gm, '')
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(shown).not.toContain(secret)
}, 90_000)

test("the wrong password: the proxy's message, without the password", async () => {
  proxy = await startProxy(`${USER}:${PASSWORD}`)
  const job = house.job({ [key]: 'success:ami-01' }, { mirror: 'http://mirror.test' })
  const { main } = await runJob({ ...job, node: nodeInside(), env: { ...job.env, ...variables(`${USER}:wrong-one@`) } })
  expect(main.code).toBe(1)
  expect(main.log).toContain('the proxy answered 407 and requires a user and password')
  expect(main.log.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('wrong-one')
}, 90_000)

/** Prepares all tools, with a real pip for Ansible, and calls GitHub. */
const script = `
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { github } from './src/actions/release/github.js'
import { systemClock as clock } from './src/lib/clock.js'
import { exec } from './src/lib/exec.js'
import { prepareTools } from './src/tools/tools.js'
const log = { info: () => undefined, warning: (line) => console.log(line) }
const inputs = { os: [], mirror: 'http://mirror.test', mirrorTrust: [process.argv[2]], packerVersion: '1.16.0' }
const tools = await prepareTools(inputs, { exec, log, clock, env: process.env, root: process.cwd() })
const releases = await github({ api: 'http://github.test', repository: 'o/r', token: 'ghs_0123456789' }).releases()
console.log('RESULT ' + JSON.stringify({ bytes: tools.bytesFetched > 0, releases: releases.length }))
process.exit(0)
`

test.each([
  ['open', ''],
  ['with a password', `${USER}:${encodeURIComponent(PASSWORD)}@`],
])(
  'Packer, its plugin, pip and GitHub, by a proxy: %s',
  async (_name, credentials) => {
    proxy = await startProxy(credentials === '' ? undefined : `${USER}:${PASSWORD}`)
    compile(directory)
    writeFileSync(join(directory, 'try.js'), script)
    spawnSync('mkdir', ['-p', join(directory, 'ansible')])
    writeFileSync(join(directory, 'ansible/requirements.txt'), addAnsible(house.mirror))
    const child = spawn(nodeInside(), ['try.js', house.fingerprint], {
      cwd: directory,
      env: {
        ...process.env,
        ...variables(credentials),
        GITHUB_API_URL: 'http://github.test',
        RUNNER_TOOL_CACHE: join(directory, 'tools'),
        RUNNER_TEMP: directory,
        NODE_OPTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 100_000,
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    await new Promise((ended) => child.on('close', ended))
    expect(output).toContain('RESULT {"bytes":true,"releases":0}')
    expect([...proxy.requests].sort()).toEqual(['CONNECT github.test:80', 'CONNECT mirror.test:80', 'GET mirror.test'])
    expect(output).not.toContain(PASSWORD)
  },
  120_000,
)
