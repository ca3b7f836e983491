/** Decides where a rehearsal downloads from: upstream if it answers within seconds, else the mirror built from source. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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

/** @param root the checkout. @param force `upstream` or `source` skips the probe */
export async function findSource(root: string, onLine: (line: string) => void, force?: string): Promise<Source> {
  if (force === 'upstream' || (force !== 'source' && (await upstreamAnswers())))
    return { inputs: {}, says: 'downloads come from upstream', stop: () => {} }
  onLine('upstream does not answer from here: downloads come from the mirror built from source')
  const directory = mkdtempSync(join(tmpdir(), 'k8s-image-mirror-'))
  const ready = join(directory, 'ready.json')
  const server = spawn(
    join(root, 'script/mirror'),
    ['--from', 'source', '--ready-file', ready, '--until-stdin-closes'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const stop = () => {
    server.stdin.end()
    rmSync(directory, { recursive: true, force: true })
  }
  let rest = ''
  server.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    // Its other lines are for programs; what they say is said below.
    lines.filter((line) => /^mirror: (?!http)/.test(line)).forEach(onLine)
  })
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
    server.on('exit', (code) => {
      clearInterval(poll)
      reject(new Error(`script/mirror ended with exit code ${code} before it served`))
    })
  })
}
