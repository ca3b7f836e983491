/** Which requests take the proxy; proxy and target are on loopback. */
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { awsClients } from '../../../src/aws/clients.js'
import { awsError, isPassing } from '../../../src/aws/errors.js'
import { newTally } from '../../../src/aws/tally.js'

const empty = '<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>'
const before = { ...process.env }
const servers: Server[] = []

async function listen(server: Server): Promise<string> {
  servers.push(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A proxy that records its requests and their passwords. */
async function proxy() {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    request.resume()
    response.end(empty)
  })
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? ''}`.trim())
    const [host = '', port] = String(request.url).split(':')
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    for (const end of [socket, target]) end.on('error', () => undefined)
  })
  return { seen, address: await listen(server) }
}

/** The target, which records its requests. */
async function ec2() {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers.host ?? '')
    request.resume()
    response.end(empty)
  })
  return { seen, address: await listen(server) }
}

const ask = async (endpoint: string) => {
  const account = { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret' }
  await (await awsClients(account, newTally(), 0.0002).ec2('us-east-1')).describeRegions({})
}

afterEach(() => {
  process.env = { ...before }
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

test('HTTP_PROXY is used', async () => {
  const [way, target] = [await proxy(), await ec2()]
  process.env.HTTP_PROXY = `http://${way.address}`
  await ask(`http://${target.address}`)
  expect(way.seen).toHaveLength(1)
  expect(way.seen[0]).toContain(target.address)
})

test('HTTPS_PROXY is used with CONNECT and its password', async () => {
  const [way, target] = [await proxy(), await ec2()]
  process.env.HTTPS_PROXY = `http://user:pass@${way.address}`
  // The target has no TLS; the CONNECT request is enough.
  await ask(`https://${target.address}`).catch(() => undefined)
  expect(way.seen[0]).toBe(`CONNECT ${target.address} Basic ${Buffer.from('user:pass').toString('base64')}`)
})

test('a proxy that refuses is asked again, and is no secret in the error', async () => {
  let count = 0
  const server = createServer()
  server.on('connect', (_, socket) => {
    count++
    socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
  })
  process.env.HTTPS_PROXY = `http://user:pass@${await listen(server)}`
  const error = await ask('https://127.0.0.1:9').catch((failure: unknown) => failure)
  const told = awsError(error, 'DescribeRegions', 'us-east-1')
  expect(told).toMatchObject({ code: 'aws-unreachable', message: expect.stringContaining('does not answer') })
  expect(`${told.message} ${told.hint}`).not.toContain('pass')
  expect(isPassing(told)).toBe(true)
  expect(count).toBe(4)
})

test.each(['invalid', '.invalid', '*.invalid'])('a domain %s in NO_PROXY includes its hosts', async (entry) => {
  const way = await proxy()
  Object.assign(process.env, { HTTP_PROXY: `http://${way.address}`, no_proxy: '', NO_PROXY: `example.com, ${entry}` })
  await expect(ask('http://ec2.invalid:9')).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/)
  expect(way.seen).toEqual([])
})

test('hosts in NO_PROXY are reached directly', async () => {
  const [way, target] = [await proxy(), await ec2()]
  Object.assign(process.env, { HTTP_PROXY: `http://${way.address}`, NO_PROXY: '127.0.0.1' })
  await ask(`http://${target.address}`)
  expect(way.seen).toEqual([])
  expect(target.seen).toHaveLength(1)
})
