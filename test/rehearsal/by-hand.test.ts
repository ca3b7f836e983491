/** The template without the action: the README's commands, run in the checkout. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCatalog } from '../../src/catalog/catalog.js'
import type { Inputs } from '../../src/model/inputs.js'
import type { Image, Plan } from '../../src/model/plan.js'
import { renderVarFile } from '../../src/packer/var-file.js'
import { image } from '../unit/fakes.ts'
import { root } from './local.ts'

const plugins = mkdtempSync(join(tmpdir(), 'k8s-image-test-plugins-'))
let packer: string

/** Runs a Packer command in the checkout. */
function run(...args: string[]): { code: number | null; text: string } {
  return say('', ...args)
}

/** The same with standard input. */
function say(input: string, ...args: string[]): { code: number | null; text: string } {
  const env = { ...process.env, PACKER_PLUGIN_PATH: plugins, CHECKPOINT_DISABLE: '1', PACKER_NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(packer, args, {
    cwd: root,
    env,
    input,
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, text: stdout + stderr }
}

beforeAll(() => {
  const built = (name: string) =>
    execFileSync(join(root, 'script/mirror'), ['--from', 'source', '--print', name], { encoding: 'utf8' }).trim()
  packer = built('packer')
  expect(run('plugins', 'install', '--path', built('packer-plugin-amazon'), 'github.com/hashicorp/amazon').code).toBe(0)
}, 1_800_000)

afterAll(() => rmSync(plugins, { recursive: true }))

test('inspect lists every system of the catalogue', () => {
  const systems = Object.keys(JSON.parse(readFileSync(join(root, 'catalog/operating-systems.json'), 'utf8')))
  const { code, text } = run('inspect', 'packer/image')
  const listed = [...text.matchAll(/^ +amazon-ebs\.(\S+)-amd64$/gm)].map(([, system]) => system)
  expect({ code, listed }).toEqual({ code: 0, listed: systems.filter((name) => !name.startsWith('$')).sort() })
}, 60_000)

/** Writes a var-file with every system and architecture of the catalogue, in the action's format; returns its path. */
function everySystem(): string {
  const catalog = readCatalog(root).operatingSystems
  const pairs = Object.values(catalog).flatMap((system) =>
    (Object.keys(system.arch) as ('amd64' | 'arm64')[]).map((arch) => ({ system, arch })),
  )
  const images = pairs.map(({ system, arch }): Image => {
    const { name, family, sshUser, rootDevice = '', key } = system
    return {
      ...image(`${key}-${arch}`),
      ...{ os: key, arch, baseAmi: { id: 'ami-0123456789abcdef0', name } },
      system: { name, family, sshUser, rootDevice, instanceType: system.arch[arch]?.instanceType ?? '' },
    }
  })
  const publish = { keys: {} }
  const inputs = { vars: {}, varFile: {}, tags: {}, ansibleExtraVars: {}, sshSourceCidrs: ['192.0.2.1/32'], publish }
  const plan: Plan = { runId: 'every', region: 'us-east-1', copyRegions: [], images }
  const account = { env: {}, sshPort: 22, sshSourceCidrs: [] }
  const file = join(plugins, 'every.pkrvars.json')
  writeFileSync(
    file,
    renderVarFile(plan, inputs as unknown as Inputs, { ansiblePlaybook: 'ansible-playbook', account, ownCidrs: [] }),
  )
  return file
}

test('validate accepts every system and architecture in the form that the action writes', () => {
  const file = everySystem()
  expect(run('validate', `-var-file=${file}`, 'packer/image')).toMatchObject({ code: 0 })
  const listed = [...run('inspect', `-var-file=${file}`, 'packer/image').text.matchAll(/^ +amazon-ebs\.(\S+)$/gm)]
  expect(listed.map(([, name]) => name)).toEqual(Object.keys(JSON.parse(readFileSync(file, 'utf8')).images))
}, 60_000)

test.each([
  ['every system, without the action', []],
  ['one system of one version', ['-only=*.debian-13-amd64', '-var', 'kubernetes_version=1.37.2']],
  ['the example var-file', ['-var-file=packer/image/base-images-us-east-1.pkrvars.json']],
  ['native copies', ['-var', 'ami_regions=["us-west-2"]']],
  ['a region of the European Sovereign Cloud', ['-var', 'region=eusc-de-east-1']],
  ['an address by IPv6', ['-var', 'ssh_interface=ipv6']],
])(
  'validate accepts %s',
  (_, args) => {
    expect(run('validate', ...args, 'packer/image')).toMatchObject({ code: 0 })
  },
  60_000,
)

test.each([
  ['an invalid region', ['-var', 'region=Virginia'], /region/],
  ['a volume that needs IOPS', ['-var', 'root_volume_type=io2'], /root_volume_type/],
  ['the whole internet', ['-var', 'ssh_source_cidrs=["0.0.0.0/0"]'], /whole internet/],
  ['an invalid version', ['-var', 'kubernetes_version=latest'], /kubernetes_version/],
])(
  'validate refuses %s',
  (_, args, message) => {
    const { code, text } = run('validate', ...args, 'packer/image')
    expect(code).toBe(1)
    expect(text).toMatch(message)
  },
  60_000,
)

test.each([
  ['flatcar', '1.35.6', ['/opt/libexec/kubernetes/kubelet-plugins/volume/exec/']],
  ['flatcar', '1.36.0', []],
  ['debian', '1.35.6', []],
])(
  "the gate's cluster on %s with Kubernetes %s needs no writable /usr: %j",
  (family, kubernetes_version, places) => {
    const rest = { kubernetes_package: '', containerd: '1', runc: '1', cni_plugins: '1', sandbox_image: 'x' }
    const file = join(plugins, 'gate.pkrvars.json')
    const ami = 'ami-0123456789abcdef0'
    writeFileSync(file, JSON.stringify({ ami, level: 'cluster', family, expected: { kubernetes_version, ...rest } }))
    const { text } = say('local.cluster', 'console', `-var-file=${file}`, 'packer/gate')
    expect([...text.matchAll(/"name" = "flex-volume-plugin-dir"\s+"value" = "(.*)"/g)].map(([, path]) => path)).toEqual(
      places,
    )
  },
  60_000,
)

/** The user data of a gate. */
function userData(level: string, family: string) {
  const rest = { kubernetes_package: '', containerd: '1', runc: '1', cni_plugins: '1', sandbox_image: 'x' }
  const file = join(plugins, 'gate.pkrvars.json')
  const expected = { kubernetes_version: '1.37.2', ...rest }
  writeFileSync(file, JSON.stringify({ ami: 'ami-0123456789abcdef0', level, family, expected, timeout: 20 }))
  return JSON.parse(say('jsonencode(local.user_data)', 'console', `-var-file=${file}`, 'packer/gate').text)
}

test.each(['boot', 'node', 'conformance'])(
  'level %s: the instance powers itself off after a reboot, too',
  (level) => {
    const { write_files, runcmd = [] } = userData(level, 'debian')
    expect(runcmd.join()).not.toContain('shutdown')
    // An empty list is an error to cloud-init.
    expect(runcmd.length > 0).toBe(level !== 'boot')
    expect(write_files[0]).toEqual({
      path: '/var/lib/cloud/scripts/per-boot/k8s-gate',
      permissions: '0755',
      content: '#!/bin/sh\nshutdown -P +35 || true\n',
    })
    expect(userData(level, 'flatcar').runcmd[0]).toBe('shutdown -P +35 || true')
  },
  60_000,
)

test("the cluster's kubelet has no proxy of the image", () => {
  const { write_files } = userData('cluster', 'debian') as { write_files: { path: string; content: string }[] }
  const lines = write_files.find(({ path }) => path.endsWith('/kubeadm.conf'))?.content.split('\n')
  expect(lines).toContain('UnsetEnvironment=HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy')
  expect(lines).toContain('StandardOutput=append:/run/k8s-gate/cluster-kubelet.log')
  expect(lines).toContain('[Service]')
}, 60_000)
