/** Which requests take the proxy; proxy and target are on loopback. */
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { awsClients } from '../../../src/aws/clients.js'
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

test('hosts in NO_PROXY are reached directly', async () => {
  const [way, target] = [await proxy(), await ec2()]
  Object.assign(process.env, { HTTP_PROXY: `http://${way.address}`, NO_PROXY: '127.0.0.1' })
  await ask(`http://${target.address}`)
  expect(way.seen).toEqual([])
  expect(target.seen).toHaveLength(1)
})
