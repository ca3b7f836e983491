/**
 * Flatcar, of which there is no base AMI here, on a stand-in: a Debian instance that says it is Flatcar, with a read-only /usr that
 * holds neither Python nor a package manager nor cloud-init, and the login `core`. docs/operating-systems.md says what that leaves out.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { complaints } from '../unit/support/cyclonedx.ts'
import { goss } from './goss.ts'
import { root, startLocal, startMirror } from './local.ts'
import { nodesOn } from './nodes.ts'
import { baseAmi, planned, provision, type World } from './stand-ins.ts'

const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-flatcar-'))
const cleanUp = 'cleanup : Remove what belongs to this instance'
let world: World
let host: string
let variables: Record<string, unknown>

type File = { version: string; url: string; sha256: string }

/** Kubernetes' programs of the mirror, by its own sums. */
async function programs(version: string): Promise<Record<string, File>> {
  const sums = await (await fetch(`${world.mirror.inputs.mirror}/SHA256SUMS`)).text()
  const file = (pattern: string): File => {
    const [, sha256 = '', path = ''] = new RegExp(`^([0-9a-f]{64}) +(${pattern})$`, 'm').exec(sums) ?? []
    return { version, url: `https://${path}`, sha256 }
  }
  const own = ['kubelet', 'kubeadm', 'kubectl'].map(
    (name) => [name, file(`dl\\.k8s\\.io/release/v${version}/bin/linux/amd64/${name}`)] as const,
  )
  return {
    ...Object.fromEntries(own),
    crictl: file('github\\.com/kubernetes-sigs/cri-tools/\\S+-linux-amd64\\.tar\\.gz'),
  }
}

/** Makes a Debian instance look like Flatcar to whoever logs in. */
const disguise = String.raw`set -eu
useradd --create-home --shell /bin/bash core
echo 'core ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/core
install -d -o core -g core -m 0700 /home/core/.ssh /home/core/.ssh/authorized_keys.d
cp /home/admin/.ssh/authorized_keys /home/core/.ssh/authorized_keys
echo 'ssh-ed25519 AAAA packer_0f5a4e0e-64a0-5b6e-9d3c-7c4c1c2f3a4b' >/home/core/.ssh/authorized_keys.d/afterburn
chown core:core /home/core/.ssh/authorized_keys
printf 'NAME="Flatcar Container Linux by Kinvolk"\nID=flatcar\nID_LIKE=coreos\nVERSION_ID=4459.2.1\nPRETTY_NAME="Flatcar Container Linux by Kinvolk 4459.2.1"\n' >/tmp/release
rm /etc/os-release
mv /tmp/release /etc/os-release
mkdir -p /boot/flatcar /etc/flatcar
rm -rf /usr/bin/python3* /usr/lib/python3* /usr/bin/apt* /usr/bin/dpkg* /usr/bin/cloud-init /usr/lib/apt /var/lib/dpkg /etc/cloud /var/lib/cloud
mount --bind /usr /usr
mount -o remount,bind,ro /usr`

beforeAll(async () => {
  const [local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  world = { local, mirror, directory, nodes: nodesOn(local, 'eu-central-1', directory) }
  const { nodes } = world
  host = await nodes.launch(baseAmi(nodes))
  const made = spawnSync('ssh', [...nodes.sshArgs(host), 'sudo bash -s'], { input: disguise, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(made.stderr)
  const plan = planned(world)
  variables = {
    ...plan,
    image_family: 'flatcar',
    image_os: 'flatcar-stable',
    image_key: 'flatcar-stable-amd64',
    kubernetes_binaries: await programs(String(plan.kubernetes_version)),
  }
}, 1_800_000)

afterAll(async () => {
  await Promise.all([world?.local.stop(), world?.mirror.stop()])
  rmSync(directory, { recursive: true, force: true })
}, 120_000)

/** Runs the playbook as the template does, with the login of Flatcar. */
const run = (more: Record<string, unknown> = {}, sbom = '') =>
  provision(world, host, { ...variables, ...more }, sbom, 'core')

test('the stand-in has nothing of what Flatcar lacks', () => {
  const lacks =
    'for it in python3 apt-get dpkg cloud-init; do ! command -v $it || exit 1; done; ! sudo touch /usr/x 2>&1'
  expect(world.nodes.ssh(host, lacks)).toMatch(/Read-only file system/)
})

test('a program with another sum than planned is not installed', () => {
  const files = variables.kubernetes_binaries as Record<string, File>
  const wrong = { ...files, kubelet: { ...files.kubelet, sha256: '0'.repeat(64) } }
  const done = run({ kubernetes_binaries: wrong })
  expect(done.code).not.toBe(0)
  expect(done.ends.at(-1)).toMatchObject({
    task: 'containerd : Install containerd, runc and the CNI plugins',
    status: 'failed',
    message: expect.stringMatching(/\/kubelet has the sha256 [0-9a-f]{64}, wanted is 0{64}$/),
  })
  expect(world.nodes.ssh(host, 'ls /opt/bin')).not.toContain('kubelet')
}, 300_000)

test('what needs a package manager is refused at once', () => {
  const done = run({ kubernetes_packages_extra: ['jq'] })
  expect(done.ends).toMatchObject([
    { status: 'failed', message: 'Flatcar has no package manager, and cannot be given: jq' },
  ])
}, 300_000)

test('is made, its components are listed, and a second run changes nothing', () => {
  const sbom = join(directory, 'flatcar.json')
  const first = run({}, sbom)
  expect({ code: first.code, said: first.said }).toEqual({ code: 0, said: '' })
  const text = readFileSync(sbom, 'utf8')
  expect(complaints(text)).toEqual([])
  const found = JSON.parse(text).components as { type: string; name: string; version: string }[]
  expect(found.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    ...['cni-plugins', 'containerd', 'crictl', 'kubeadm', 'kubectl', 'kubelet', 'runc'].map(
      (name) => `application ${name}`,
    ),
    'container registry.k8s.io/pause',
    'operating-system flatcar',
  ])
  const second = run()
  // Host keys alone: the test made new ones to get in.
  expect({ code: second.code, changed: second.changed }).toEqual({ code: 0, changed: [cleanUp] })
}, 900_000)

test('is on the instance what the roles say, and leaves nothing of the build', () => {
  const { nodes } = world
  const named = (name: string) => (variables[name] as File).version
  const report = goss(nodes.sshArgs(host), ['flatcar'], {
    kubernetes: String(variables.kubernetes_version),
    containerd: named('containerd'),
    runc: named('runc'),
    cni_plugins: named('cni_plugins'),
    sandbox_image: String(variables.sandbox_image),
    sandbox_image_digest: String(variables.sandbox_image_digest),
    user: 'core',
  })
  expect(report.failed).toEqual([])
  expect(report.count).toBeGreaterThan(70)
  expect(nodes.ssh(host, "sudo sh -c 'cat /home/core/.ssh/authorized_keys.d/*'")).toBe('')
  expect(nodes.ssh(host, 'findmnt -no FSTYPE -T /run/k8s-python').trim()).toBe('tmpfs')
}, 300_000)

test('the gate runs there, with the versions of its programs', () => {
  const { nodes } = world
  nodes.ssh(host, 'sudo ssh-keygen -A >/dev/null')
  const results = join(directory, 'gate.jsonl')
  writeFileSync(results, '')
  const expected = {
    family: 'flatcar',
    kubernetes_version: variables.kubernetes_version,
    kubernetes_deb: '',
    containerd: (variables.containerd as File).version,
    runc: (variables.runc as File).version,
    cni_plugins: (variables.cni_plugins as File).version,
    sandbox_image: variables.sandbox_image,
  }
  const lines = [readFileSync(join(directory, 'node-key'), 'utf8'), JSON.stringify(expected)]
  spawnSync(join(root, 'packer/gate/check.sh'), {
    input: lines.map((line) => `${Buffer.from(line).toString('base64')}\n`).join(''),
    encoding: 'utf8',
    timeout: 200_000,
    env: {
      ...process.env,
      K8S_IMAGE_HOST: host,
      K8S_IMAGE_PORT: String(world.local.ready.sshPort),
      K8S_IMAGE_USER: 'core',
      K8S_IMAGE_FAMILY: 'flatcar',
      K8S_IMAGE_LEVEL: 'boot',
      K8S_IMAGE_LIMIT: '20',
      K8S_IMAGE_RESULTS: results,
      K8S_IMAGE_REBOOT: 'false',
    },
  })
  const told = readFileSync(results, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const check = (name: string) => told.find((record) => record.check === name)
  expect(check('versions')).toMatchObject({ passed: true, message: expect.stringMatching(/, as planned$/) })
  expect(check('held-packages')).toMatchObject({ passed: true })
  // The instance has not booted since the clean-up, and has no ntpd.
  expect(check('machine-id')).toMatchObject({ passed: false })
  expect(check('time-source')).toMatchObject({
    passed: false,
    message: expect.stringMatching(/^nothing keeps the time/),
  })
  expect(check('cloud-init')).toBeUndefined()
  expect(told.at(-1)).toEqual({ end: true, passed: false })
}, 300_000)
