/**
 * A job whose instances reach the network only through a proxy with a password. apt, downloads, images and a hook's modules use it, and
 * so do the images of the level `cluster`. The AMI has neither the proxy's address nor its password, and no log has the password.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request as send } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { runJob, type StepResult } from '../../script/runner.ts'
import { jobOn, type Local, type Mirror, startLocal, startMirror } from './local.ts'

const MINUTE = 60_000
const user = 'builder'
const password = 'p@ss-word-of-the-proxy'
/** The mirror's host name, which only the proxy resolves. */
const name = 'mirror.test'

/** This machine's address for instances, which cannot reach its loopback. */
const host = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

/** Distinct targets of authenticated requests, each with its `User-Agent`. */
const requests = new Set<string>()
let mirrorPort = 0
const target = (hostname: string, port: string) =>
  hostname === name ? { host: '127.0.0.1', port: mirrorPort } : { host: hostname, port: Number(port || 80) }

function isAuthorized(request: IncomingMessage, hostname: string): boolean {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  if (request.headers['proxy-authorization'] !== expected) return false
  requests.add(`${hostname === name ? name : 'archive'} ${request.headers['user-agent'] ?? ''}`)
  return true
}

const proxy = createServer((request, response) => {
  const { hostname, port, pathname, search } = new URL(request.url ?? '', `http://${request.headers.host}`)
  if (!isAuthorized(request, hostname))
    return response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end()
  const { method } = request
  const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = request.headers
  const upstream = send({ ...target(hostname, port), path: pathname + search, method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  upstream.on('error', () => response.destroy())
  return request.pipe(upstream)
})
proxy.on('connect', (request, client, head) => {
  const [hostname = '', port = ''] = (request.url ?? '').split(':')
  if (!isAuthorized(request, hostname))
    return client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n')
  const to = target(hostname, port)
  const upstream = connect(to.port, to.host, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'))
  upstream.on('error', () => client.destroy())
  client.on('error', () => upstream.destroy())
  upstream.write(head)
  return client.pipe(upstream).pipe(client)
})

const hooks: Readonly<Record<string, string>> = {
  // After this task, the instance reaches only this machine, except its loopback.
  'before-packages.yml': `
- name: Remove every other route
  ansible.builtin.raw: >-
    ip route add ${host} via 10.0.2.2 && ip route del default &&
    ! timeout 5 bash -c '</dev/tcp/192.0.2.1/80' 2>/dev/null
- name: A package by a module
  ansible.builtin.apt:
    name: jq
    update_cache: true
`,
  'after-kubernetes.yml': `
- name: A file by a module
  ansible.builtin.get_url:
    url: http://${name}/SHA256SUMS
    dest: /etc/fetched-by-a-hook
    mode: "0644"
`,
}

let local: Local
let mirror: Mirror
let job: ReturnType<typeof jobOn>
let main: StepResult
let logs: readonly string[]
let layer = ''

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  mirrorPort = Number(new URL(mirror.inputs.mirror ?? '').port)
  await new Promise<void>((ready) => proxy.listen(0, '0.0.0.0', ready))
  const address = `http://${user}:${encodeURIComponent(password)}@${host}:${(proxy.address() as AddressInfo).port}`
  await local.settings({ ownKind: 'machine' })
  job = jobOn(local, mirror, {
    mirror: `http://${name}`,
    'build-proxy': address,
    'ansible-hooks': 'hooks',
    test: 'cluster',
    'test-timeout': '40',
  })
  mkdirSync(join(job.directory, 'hooks'))
  for (const [file, text] of Object.entries(hooks)) writeFileSync(join(job.directory, 'hooks', file), text)
  // The runner also uses the proxy.
  const env = { ...job.env, http_proxy: address, https_proxy: address, no_proxy: '127.0.0.1,localhost' }
  const steps = await runJob({ ...job, env })
  main = steps.main
  logs = [steps.main.log, steps.post.log]
  if (main.code !== 0) return
  const answer = await fetch(`${local.ready.endpoint}/rehearsal/images/${main.outputs['ami-id']}`)
  const { layers } = (await answer.json()) as { layers: string[] }
  layer = layers.at(-1) ?? ''
}, 40 * MINUTE)

afterAll(async () => {
  proxy.closeAllConnections()
  await Promise.all([
    local?.stop(),
    mirror?.stop(),
    new Promise((done) => {
      proxy.close(done)
    }),
  ])
  job?.dispose()
}, 2 * MINUTE)

test('the build succeeds', () => {
  expect({ code: main.code, log: main.code ? main.log.slice(-4000) : '' }).toEqual({ code: 0, log: '' })
})

test.each([
  ['apt, to the archive', /^archive .*APT/],
  ['apt, to the mirror', /^mirror\.test .*APT/],
  ['the archives', /^mirror\.test Python-urllib/],
  ['a module of a hook', /^mirror\.test ansible-httpget/],
  ['images', /^mirror\.test containerd/],
])('%s went through the proxy', (_, pattern) => {
  expect([...requests]).toEqual(expect.arrayContaining([expect.stringMatching(pattern)]))
})

/** A log as the runner shows it, without `add-mask` commands. */
const shown = (log: string) => log.replace(/^::add-mask::.*$/gm, '')

test.each([
  ['its address', () => `${host}:${(proxy.address() as AddressInfo).port}`],
  ['its password', () => password],
  ['its password, encoded', () => encodeURIComponent(password)],
  ['its header', () => Buffer.from(`${user}:${password}`).toString('base64')],
])('%s does not leak', (_, text) => {
  const holders = (path: string) =>
    spawnSync('grep', ['--recursive', '--files-with-matches', '--fixed-strings', '--text', '--', text(), path], {
      encoding: 'utf8',
    }).stdout
  expect(layer).not.toBe('')
  expect(holders(layer)).toBe('')
  // The log names the proxy's address, which helps if the proxy does not answer.
  if (!text().includes(':')) {
    for (const log of logs) expect(shown(log)).not.toContain(text())
    // The directory also has the steps' raw logs.
    const isLog = (path: string) => /\/(main|post)\.log$/.test(path)
    const files = holders(job.directory).split('\n')
    expect(files.filter((path) => path !== '' && !isLog(path))).toEqual([])
  }
})
