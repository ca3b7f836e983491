/** The recording proxy to AWS or to a local EC2 (rehearsal/relay.py). */
import { join } from 'node:path'
import { startServer } from '../server.ts'
import type { Exchange } from './compare.ts'

export interface Relay {
  readonly env: Readonly<Record<string, string>>
  exchanges(): Promise<readonly Exchange[]>
  stop(): Promise<void>
}

/** Seconds for its start, including the installation of its packages. */
const START = 900

/**
 * @param root the checkout
 * @param env the account's credentials, and the endpoint of a local EC2
 */
export async function startRelay(root: string, env: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<Relay> {
  const onText = (text: string) => text.trimEnd().split('\n').forEach(onLine)
  const { ready, stop } = await startServer(join(root, 'rehearsal/start'), ['--relay'], START, { env, onText })
  const exchanges = async () => (await (await fetch(`${ready.endpoint}/rehearsal/exchanges`)).json()) as Exchange[]
  return { env: ready.env, exchanges, stop }
}
