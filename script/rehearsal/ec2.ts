/** The account of rehearsals: EC2 on this machine. Its AMIs, snapshots and parameters stay in the cache directory. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ownArch } from '../arm64.ts'
import { endOf } from '../child.ts'

export interface Ready {
  readonly endpoint: string
  readonly pid: number
  readonly sshPort: number
  readonly env: Readonly<Record<string, string>>
}

export interface Account {
  readonly ready: Ready
  /** Ends EC2, unless it is to stay up or was up before. AMIs and parameters stay. */
  close(): Promise<void>
}

export interface Wish {
  /** The checkout of the project. */
  readonly root: string
  /** Directory of the account. */
  readonly directory: string
  /** Systems to offer base AMIs for. */
  readonly systems: readonly string[]
  /** Their architectures; by default this machine's. */
  readonly arches?: readonly string[]
  /** Starts with an empty account. */
  readonly fresh: boolean
  /** Leaves EC2 up when this process ends. */
  readonly keep: boolean
  /** Called as soon as there is a process, with what ends it. That does nothing once EC2 is to stay up. */
  readonly onStart?: (stop: () => Promise<void>) => void
  /** Called with each line that the server prints. */
  readonly onLine: (line: string) => void
}

/** EC2 with the account; the one that `--keep` left up, if any. Rejects if the account is in use. */
export async function openAccount(wish: Wish): Promise<Account> {
  const { directory, onLine } = wish
  const readyFile = join(directory, 'ready.json')
  const keptFile = join(directory, 'kept.json')
  const up = running(readyFile)
  const wanted = wish.systems.flatMap((system) => (wish.arches ?? [ownArch]).map((arch) => `${system}-${arch}`))
  const systems = up && running(keptFile)?.pid === up.pid ? (read(keptFile)?.systems ?? []) : undefined
  const inUse = () => {
    const owner = running(readyFile)
    const its = owner ? ` (its EC2 is process ${owner.pid})` : ''
    return `another rehearsal uses the account in ${directory}${its}; wait for its end, or set K8S_IMAGE_CACHE to another directory`
  }
  if (up && systems === undefined) throw new Error(inUse())
  if (up && systems && !wish.fresh) {
    const missing = wanted.filter((system) => !systems.includes(system))
    if (missing.length > 0)
      throw new Error(`the running EC2 does not offer ${missing.join()}; stop it first: kill ${up.pid}`)
    onLine(`EC2 is up already, at ${up.endpoint}`)
    return { ready: up, close: async () => {} }
  }
  if (up)
    throw new Error(`EC2 is still running with the account that --fresh would delete; stop it first: kill ${up.pid}`)
  // Layers belong to root, so the server removes those that the record does not name.
  if (wish.fresh) rmSync(join(directory, 'account.pickle'), { force: true })
  // The server refuses a directory that others can write to, as some umasks would make it.
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  rmSync(keptFile, { force: true })
  const logFile = join(directory, 'ec2.log')
  const output = openSync(logFile, 'w', 0o600)
  const child = spawn(
    join(wish.root, 'rehearsal/start'),
    [
      ...['--state', directory, '--ready-file', readyFile, '--keep-account'],
      ...(wish.keep ? [] : ['--until-stdin-closes']),
      ...wish.systems.flatMap((system) => ['--os', system]),
      ...(wish.arches ?? []).flatMap((arch) => ['--arch', arch]),
    ],
    // In its own process group: a build that Ctrl-C cancels still needs it. The end of standard input ends it.
    { stdio: [wish.keep ? 'ignore' : 'pipe', output, output], detached: true },
  )
  closeSync(output)
  const ended = endOf(child)
  let isKept = false
  const stop = async () => {
    if (isKept) return
    // Does nothing if it has ended.
    child.kill('SIGTERM')
    await ended
  }
  wish.onStart?.(stop)
  for (let told = 0; ; ) {
    const lines = readFileSync(logFile, 'utf8').split('\n').slice(0, -1)
    for (; told < lines.length; told++) onLine(lines[told] ?? '')
    const ready = read(readyFile) as Ready | undefined
    if (ready?.pid === child.pid && ready) {
      if (wish.keep) {
        writeFileSync(keptFile, JSON.stringify({ pid: ready.pid, systems: wanted }))
        isKept = true
        child.unref()
      }
      return { ready, close: stop }
    }
    const how = await Promise.race([ended, pause(100)])
    if (how === undefined) continue
    const said = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-3).join(' ')
    throw new Error(/ in use by another/.test(said) ? inUse() : `EC2 did not start (${how}): ${said}`)
  }
}

/** Tested AMIs boot their own kernel, as on EC2. Without a test, a namespace is enough. */
export async function bootOwn({ endpoint }: Pick<Ready, 'endpoint'>, test: string): Promise<void> {
  const ownKind = test === 'none' ? 'namespace' : 'machine'
  await fetch(`${endpoint}/rehearsal/settings`, { method: 'PUT', body: JSON.stringify({ ownKind }) })
}

function read(path: string): (Ready & { readonly systems?: readonly string[] }) | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** A process from its file, if it still runs. */
function running(path: string): ReturnType<typeof read> {
  const found = read(path)
  try {
    if (found) process.kill(found.pid, 0)
    return found
  } catch (error) {
    // Another user's process also counts as running.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? found : undefined
  }
}
