/** Starts servers: the local EC2, the relay and mirrors. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Starts a program that writes a ready file, and waits for that file. It ends when its standard input does.
 *
 * @param seconds limit for the file
 * @param env its environment; by default this process's
 * @param onText called with its output
 */
export async function startServer(
  command: string,
  args: readonly string[],
  seconds: number,
  { env, onText = () => {} }: { readonly env?: NodeJS.ProcessEnv; readonly onText?: (text: string) => void } = {},
) {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-server-'))
  const readyFile = join(directory, 'ready.json')
  const child = spawn(command, [...args, '--ready-file', readyFile, '--until-stdin-closes'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // In its own process group: a build that Ctrl-C cancels still needs it.
    detached: true,
    ...(env === undefined ? {} : { env }),
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
      onText(text)
    })
  const stop = async () => {
    const ended = child.exitCode === null ? new Promise((end) => child.once('exit', end)) : undefined
    child.stdin.end()
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
  for (let tick = 0; tick < seconds * 10; tick++) {
    if (child.exitCode !== null) {
      await stop()
      throw new Error(`${command} ended with ${child.exitCode}: ${log.slice(-2000)}`)
    }
    try {
      return { ready: JSON.parse(readFileSync(readyFile, 'utf8')), directory, child: child as ChildProcess, stop }
    } catch {
      await new Promise((later) => setTimeout(later, 100))
    }
  }
  await stop()
  throw new Error(`${command} was not ready after ${seconds} s: ${log.slice(-2000)}`)
}
