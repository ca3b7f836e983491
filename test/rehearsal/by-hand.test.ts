/** The template as a person uses it, from the checkout, without the action: the commands of the README. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './local.ts'

const plugins = mkdtempSync(join(tmpdir(), 'k8s-image-test-plugins-'))
let packer: string

/** Packer in the checkout, as one command line would run it. */
function run(...args: string[]): { code: number | null; text: string } {
  const env = { ...process.env, PACKER_PLUGIN_PATH: plugins, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(packer, args, { cwd: root, env, encoding: 'utf8', timeout: 60_000 })
  return { code: status, text: stdout + stderr }
}

beforeAll(() => {
  const built = (name: string) =>
    execFileSync(join(root, 'script/mirror'), ['--from', 'source', '--print', name], { encoding: 'utf8' }).trim()
  packer = built('packer')
  expect(run('plugins', 'install', '--path', built('packer-plugin-amazon'), 'github.com/hashicorp/amazon').code).toBe(0)
}, 1_800_000)

afterAll(() => rmSync(plugins, { recursive: true }))

test('inspect lists every system of the catalogue, as in 2018', () => {
  const systems = Object.keys(JSON.parse(readFileSync(join(root, 'catalog/operating-systems.json'), 'utf8')))
  const { code, text } = run('inspect', 'packer/image')
  const listed = [...text.matchAll(/^ +amazon-ebs\.(\S+)-amd64$/gm)].map(([, system]) => system)
  expect({ code, listed }).toEqual({ code: 0, listed: systems.filter((name) => !name.startsWith('$')).sort() })
}, 60_000)

test.each([
  ['one system of one version', ['-only=*.debian-13-amd64', '-var', 'kubernetes_version=1.37.2']],
  ['the example var-file', ['-var-file=packer/image/base-images-us-east-1.pkrvars.json']],
  ['native copies', ['-var', 'ami_regions=["us-west-2"]']],
])(
  'validate accepts %s',
  (_, args) => {
    expect(run('validate', ...args, 'packer/image')).toMatchObject({ code: 0 })
  },
  60_000,
)

test.each([
  ['a region that is none', ['-var', 'region=Virginia'], /region/],
  ['a version that is none', ['-var', 'kubernetes_version=latest'], /kubernetes_version/],
])(
  'validate refuses %s',
  (_, args, says) => {
    const { code, text } = run('validate', ...args, 'packer/image')
    expect(code).toBe(1)
    expect(text).toMatch(says)
  },
  60_000,
)
