/** Runs Packer and packer-plugin-amazon with a template of the tests, to observe the plugin without the action. */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Local, root } from './local.ts'

export interface BarePacker {
  /** Runs `packer build` on fixtures/bare.pkr.hcl. Passes strings in `variables` as they are, and other values as JSON. */
  build(
    local: Local,
    variables: Readonly<Record<string, unknown>>,
    env?: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number; readonly text: string }>
  remove(): void
}

/** Gets Packer and its plugin from the source mirror, which builds them if needed. */
export function barePacker(): BarePacker {
  const plugins = mkdtempSync(join(tmpdir(), 'k8s-image-test-plugins-'))
  const env = { ...process.env, PACKER_PLUGIN_PATH: plugins, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' }
  const part = (name: string) => {
    const output = execFileSync(join(root, 'script/mirror'), ['--from', 'source', '--print', name], {
      encoding: 'utf8',
    })
    return output.trim().split('\n').at(-1) ?? ''
  }
  const packer = part('packer')
  const plugin = part('packer-plugin-amazon')
  execFileSync(packer, ['plugins', 'install', '--path', plugin, 'github.com/hashicorp/amazon'], { env })
  const template = join(root, 'test/rehearsal/fixtures/bare.pkr.hcl')
  return {
    build: (local, variables, more = {}) => {
      const args = Object.entries({ ssh_port: local.ready.sshPort, ...variables }).flatMap(([name, value]) => [
        '-var',
        `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      ])
      return new Promise((done) => {
        const all = { ...env, ...local.ready.env, ...more }
        execFile(packer, ['build', ...args, template], { env: all, encoding: 'utf8' }, (error, stdout, stderr) =>
          done({ code: error ? 1 : 0, text: stdout + stderr }),
        )
      })
    },
    remove: () => rmSync(plugins, { recursive: true }),
  }
}
