/** Runs goss (https://goss.rocks) on a node, with the suites of test/goss, one per role. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './local.ts'

/** Variables of the suites for an image. */
export interface GossVariables {
  readonly kubernetes: string
  readonly containerd: string
  readonly runc: string
  readonly cni_plugins: string
  readonly sandbox_image: string
  readonly sandbox_image_digest: string
  /** Login of the node. */
  readonly user: string
}

export interface GossReport {
  readonly count: number
  /** goss's messages about failed tests. */
  readonly failed: readonly string[]
}

/** Path of goss, built from source. */
export function gossBinary(): string {
  const output = execFileSync(join(root, 'script/mirror'), ['--from', 'source', '--print', 'goss'], {
    encoding: 'utf8',
  })
  return output.trim().split('\n').at(-1) ?? ''
}

/**
 * Runs suites on a node.
 *
 * @param ssh ssh arguments up to the node's address; the login needs sudo
 * @param suites names of files in test/goss, without `.yaml`
 */
export function goss(ssh: readonly string[], suites: readonly string[], variables: GossVariables): GossReport {
  const send = (content: Buffer | string, path: string, mode: string) => {
    const command = `sudo install -D -m ${mode} /dev/stdin ${path}`
    const { status, stderr } = spawnSync('ssh', [...ssh, command], {
      input: content,
      encoding: 'utf8',
      timeout: 120_000,
    })
    if (status !== 0) throw new Error(stderr)
  }
  send(readFileSync(gossBinary()), '/run/goss/goss', '0755')
  send(JSON.stringify(variables), '/run/goss/vars.json', '0644')
  for (const suite of suites)
    send(readFileSync(join(root, 'test/goss', `${suite}.yaml`)), `/run/goss/${suite}.yaml`, '0644')
  send(`gossfile:\n${suites.map((suite) => `  ${suite}.yaml: {}\n`).join('')}`, '/run/goss/goss.yaml', '0644')
  const command = 'cd /run/goss && sudo ./goss --gossfile goss.yaml --vars vars.json validate --format json --no-color'
  const done = spawnSync('ssh', [...ssh, command], { encoding: 'utf8', timeout: 120_000 })
  const report = parse(done.stdout)
  if (report === undefined) throw new Error(`goss printed no JSON: ${done.stdout.slice(-1000)} ${done.stderr}`)
  return {
    count: report.summary['test-count'],
    failed: report.results.filter(({ successful }) => !successful).map((result) => result['summary-line-compact']),
  }
}

interface Output {
  readonly summary: { readonly 'test-count': number }
  readonly results: readonly { readonly successful: boolean; readonly 'summary-line-compact': string }[]
}

function parse(text: string): Output | undefined {
  try {
    return JSON.parse(text) as Output
  } catch {
    return undefined
  }
}
