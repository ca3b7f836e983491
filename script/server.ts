/** Starts servers: the local EC2, the relay and mirrors. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { endOf } from './child.ts'

/**
 * Starts a program that writes a ready file, and waits for that file. It ends when its standard input does.
 *
 * @param seconds limit for the file
 * @param env its environment; by default this process's
 * @param onText called with its output
 * @returns `log`: its output so far
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
  const ended = endOf(child)
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
      onText(text)
    })
  const stop = async () => {
    child.stdin.end()
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
  for (let tick = 0; tick < seconds * 10; tick++) {
    try {
      const ready = JSON.parse(readFileSync(readyFile, 'utf8'))
      return { ready, directory, child: child as ChildProcess, log: () => log, stop }
    } catch {
      // Not written yet.
    }
    const how = await Promise.race([ended, pause(100)])
    if (how === undefined) continue
    // Its last output may come after its end.
    await pause(100)
    await stop()
    throw new Error(`${command} ended (${how}): ${log.slice(-2000)}`)
  }
  await stop()
  throw new Error(`${command} was not ready after ${seconds} s: ${log.slice(-2000)}`)
}
