/** Decides where a rehearsal downloads from: upstream if it answers within seconds, or else the mirror built from source. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { endOf } from './child.ts'

export interface Source {
  /** For the `mirror` and `mirror-trust` inputs; empty for upstream. */
  readonly inputs: Readonly<Record<string, string>>
  /** One line for people. */
  readonly says: string
  stop(): void
}

const probes = [
  'https://releases.hashicorp.com/packer/index.json',
  'https://pkgs.k8s.io/core:/stable:/v1.37/deb/InRelease',
]

async function upstreamAnswers(): Promise<boolean> {
  try {
    const answers = await Promise.all(
      probes.map((url) => fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) })),
    )
    return answers.every((answer) => answer.ok)
  } catch {
    return false
  }
}

/** Purpose of the downloads. */
export interface Need {
  /** `upstream` or `source` skips the probe. */
  readonly from?: string | undefined
  /** The level of the images' tests. The mirror is built for this level only. */
  readonly level: string
  /** Kubernetes versions. */
  readonly versions: readonly string[]
  /** Architectures of the images; absent: this machine's. */
  readonly arches?: readonly string[]
}

/** Whether to build from source: on request, or if upstream does not answer. */
export async function fromSource(need: Pick<Need, 'from'>): Promise<boolean> {
  return need.from === 'source' || (need.from !== 'upstream' && !(await upstreamAnswers()))
}

/** @param root the checkout. @param onLine gets the mirror's output during its build */
export async function findSource(root: string, onLine: (line: string) => void, need: Need): Promise<Source> {
  if (!(await fromSource(need))) return { inputs: {}, says: 'downloads come from upstream', stop: () => {} }
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-mirror-'))
  const ready = join(directory, 'ready.json')
  const server = spawn(
    join(root, 'script/mirror'),
    [
      ...['--from', 'source', '--ready-file', ready, '--until-stdin-closes'],
      ...['--for', ['cluster', 'conformance'].includes(need.level) ? need.level : 'node'],
      ...(need.arches ?? []).flatMap((arch) => ['--arch', arch]),
      ...need.versions.flatMap((version) => ['--kubernetes', version.replace(/^v|-.*$/g, '')]),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  )
  const ended = endOf(server)
  const stop = () => {
    server.stdin.end()
    rmSync(directory, { recursive: true, force: true })
  }
  let last = ''
  const lines = createInterface(server.stderr).on('line', (line) => {
    last = line
    onLine(line)
  })
  // Its standard output is for programs; the ready file has the same content.
  server.stdout.resume()
  return new Promise((resolve, reject) => {
    const poll = setInterval(() => {
      let text: string
      try {
        text = readFileSync(ready, 'utf8')
      } catch {
        return
      }
      clearInterval(poll)
      const { url, trust } = JSON.parse(text) as { url: string; trust: string }
      resolve({
        inputs: { mirror: url, 'mirror-trust': trust },
        says: `downloads come from the mirror built from source, ${url}`,
        stop,
      })
    }, 200)
    void ended.then((how) => {
      clearInterval(poll)
      lines.close()
      reject(new Error(`script/mirror ended (${how}) before it served: ${last}`))
    })
  })
}
