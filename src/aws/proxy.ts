/** The SDK's connections and proxies. */
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Environment } from '../lib/environment.js'

/** Concurrent connections to one host. */
const CONNECTIONS = 50
const PROXY = /^https?_proxy$/i

/** NO_PROXY as Packer and the action's downloads read it: for them a domain includes its hosts; for Node only with a dot before it. */
function withoutProxy(env: Environment): string {
  const entries = (env.no_proxy || env.NO_PROXY || '').split(/[\s,]+/).filter((entry) => entry !== '')
  return entries.flatMap((entry) => (/^[.*]/.test(entry) ? [entry] : [entry, `.${entry}`])).join(',')
}

/**
 * Agents that honour HTTPS_PROXY, HTTP_PROXY and NO_PROXY, by Node's own support (`proxyEnv`, Node 24.5).
 * The SDK bypasses them for the instance metadata service, as it should.
 */
export function agentsFor(env: Environment): { httpAgent: HttpAgent; httpsAgent: HttpsAgent } {
  const isSet = Object.entries(env).some(([name, value]) => PROXY.test(name) && value)
  const proxyEnv = { ...env, no_proxy: withoutProxy(env) }
  const options = { keepAlive: true, maxSockets: CONNECTIONS, ...(isSet ? { proxyEnv } : {}) }
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) }
}
