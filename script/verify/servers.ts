/** Programs that a verification speaks to: each writes a ready file, and ends with its standard input. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Ready } from '../rehearsal/ec2.ts'
import type { Exchange } from './compare.ts'

/** A door to AWS, or to a local EC2, that writes down what passes (rehearsal/relay.py). */
export interface Relay {
  readonly env: Readonly<Record<string, string>>
  exchanges(): Promise<readonly Exchange[]>
  stop(): void
}

/**
 * @param root the checkout
 * @param env the account's credentials, and the endpoint of a local EC2
 */
export async function startRelay(root: string, env: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<Relay> {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-relay-'))
  const file = join(directory, 'ready.json')
  const child = spawn(join(root, 'rehearsal/start'), ['--relay', '--ready-file', file, '--until-stdin-closes'], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
      text.trimEnd().split('\n').forEach(onLine)
    })
  const stop = () => {
    child.stdin.end()
    rmSync(directory, { recursive: true, force: true })
  }
  while (child.exitCode === null) {
    await new Promise((later) => setTimeout(later, 100))
    const ready = read(file)
    if (ready === undefined) continue
    const exchanges = async () => (await (await fetch(`${ready.endpoint}/rehearsal/exchanges`)).json()) as Exchange[]
    return { env: ready.env, exchanges, stop }
  }
  stop()
  throw new Error(`the relay did not start: ${log.trim().split('\n').at(-1)}`)
}

function read(file: string): Ready | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
