/**
 * Flatcar on a stand-in, since the local EC2 has no base AMI of it: a Debian instance that identifies itself as Flatcar. Its /usr is
 * read-only, without Python, package manager or cloud-init, and its login is `core`. docs/internals/testing.md lists what this leaves out.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { complaints } from '../unit/support/cyclonedx.ts'
import { goss } from './goss.ts'
import { jobOn, leftovers, root, startLocal, startMirror } from './local.ts'
import { nodesOn } from './nodes.ts'
import { flatcarAmi, planned, provision, type World } from './stand-ins.ts'

const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-flatcar-'))
const applications = [
  ...['cni-plugins', 'containerd', 'crictl', 'ecr-credential-provider', 'kubeadm', 'kubectl', 'kubelet', 'runc'],
].map((name) => `application ${name}`)
const region = 'eu-central-1'
const cleanUp = 'cleanup : Remove what belongs to this instance'
let world: World
let base: string
let host: string
let variables: Record<string, unknown>

type File = { version: string; url: string; sha256: string }

/** The mirror's Kubernetes programs with their sums. */
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

beforeAll(async () => {
  const [local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  world = { local, mirror, directory, nodes: nodesOn(local, region, directory) }
  const { nodes } = world
  base = await flatcarAmi(nodes, 'Flatcar-stand-in')
  host = await nodes.launch(base, 'true')
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

/** Runs the playbook as the template does, with Flatcar's login. */
const run = (more: Record<string, unknown> = {}, sbom = '') =>
  provision(world, host, { ...variables, ...more }, sbom, 'core')

test('the stand-in lacks what Flatcar lacks', () => {
  const lacks =
    'for it in python3 apt-get dpkg cloud-init; do ! command -v $it || exit 1; done; ! sudo touch /usr/x 2>&1'
  expect(world.nodes.ssh(host, lacks)).toMatch(/Read-only file system/)
})

test('a program whose sum differs from the plan is not installed', () => {
  const files = variables.kubernetes_binaries as Record<string, File>
  const wrong = { ...files, kubelet: { ...files.kubelet, sha256: '0'.repeat(64) } }
  const done = run({ kubernetes_binaries: wrong })
  expect(done.code).not.toBe(0)
  expect(done.ends.at(-1)).toMatchObject({
    task: 'containerd : Install containerd, runc and the CNI plugins',
    status: 'failed',
    message: expect.stringMatching(/\/kubelet has sha256 [0-9a-f]{64} instead of 0{64}$/),
  })
  expect(world.nodes.ssh(host, 'ls /opt/bin')).not.toContain('kubelet')
}, 300_000)

test('an option that needs a package manager fails at once', () => {
  const done = run({ kubernetes_packages_extra: ['jq'] })
  expect(done.ends).toMatchObject([
    { status: 'failed', message: 'Flatcar has no package manager, so it cannot install: jq' },
  ])
}, 300_000)

test.each<[Record<string, unknown>, RegExp]>([
  [{ base_gpu: 'nvidia' }, /^base_gpu: Flatcar does not support nvidia/],
  [{ base_hardening: 'cis' }, /^base_hardening: Flatcar does not support cis$/],
  [
    { base_ssm_agent: { url: 'https://agents.example/agent.deb', sha256: '0'.repeat(64) } },
    /^base_ssm_agent is a package/,
  ],
  [{ base_fips: true }, /flatcar-stable cannot have base_fips: true/],
])(
  '%j fails at once',
  (more, message) => {
    expect(run(more).ends).toMatchObject([{ status: 'failed', message: expect.stringMatching(message) }])
  },
  300_000,
)

test('the node is made, its components are listed, and a second run changes nothing', () => {
  const keys = '/home/core/.ssh/authorized_keys.d/afterburn'
  const key = 'ssh-ed25519 AAAA packer_0f5a4e0e-64a0-5b6e-9d3c-7c4c1c2f3a4b'
  world.nodes.ssh(host, `echo '${key}' | sudo tee -a ${keys}`)
  const sbom = join(directory, 'flatcar.json')
  const first = run({}, sbom)
  expect({ code: first.code, output: first.output }).toEqual({ code: 0, output: '' })
  const text = readFileSync(sbom, 'utf8')
  expect(complaints(text)).toEqual([])
  const found = JSON.parse(text).components as { type: string; name: string; version: string }[]
  expect(found.map(({ type, name }) => `${type} ${name}`).sort()).toEqual([
    ...applications,
    'container registry.k8s.io/pause',
    'operating-system flatcar',
  ])
  const second = run()
  // It removes only the host keys, which the test made to log in.
  expect({ code: second.code, changed: second.changed }).toEqual({ code: 0, changed: [cleanUp] })
}, 900_000)

test('the instance has what the roles define, and nothing of the build', () => {
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
  expect(nodes.ssh(host, "sudo sh -c 'cat /home/core/.ssh/authorized_keys.d/*'")).not.toContain(' packer_')
  expect(nodes.ssh(host, 'findmnt -no FSTYPE -T /run/k8s-python').trim()).toBe('tmpfs')
}, 300_000)

test("a unit finds kubeadm by its name, as Cluster API's kubeadm.service does, with /etc mounted noexec", () => {
  const mounted =
    'sudo mount --bind /etc /etc && sudo mount -o remount,bind,noexec /etc && sudo systemctl daemon-reexec'
  const unit = 'sudo systemd-run --quiet --wait --pipe /bin/bash -c "kubeadm version -o short"'
  const output = world.nodes.ssh(host, `${mounted} && ${unit}; sudo umount --lazy /etc`)
  expect(output.trim()).toBe(`v${variables.kubernetes_version}`)
})

test('the gate runs on it, with the versions of its programs', () => {
  const { nodes } = world
  nodes.ssh(host, 'sudo ssh-keygen -A >/dev/null')
  const results = join(directory, 'gate.jsonl')
  writeFileSync(results, '')
  const expected = {
    family: 'flatcar',
    kubernetes_version: variables.kubernetes_version,
    kubernetes_package: '',
    containerd: (variables.containerd as File).version,
    runc: (variables.runc as File).version,
    cni_plugins: (variables.cni_plugins as File).version,
    sandbox_image: variables.sandbox_image,
    // The template always sets this (packer/gate/gate.pkr.hcl).
    proxy: { address: '', none: [] },
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
  const records = readFileSync(results, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const check = (name: string) => records.find((record) => record.check === name)
  expect(check('versions')).toMatchObject({ passed: true, message: expect.stringMatching(/, as planned$/) })
  expect(check('held-packages')).toMatchObject({ passed: true })
  // The instance has not booted since the clean-up, and has no ntpd.
  expect(check('machine-id')).toMatchObject({ passed: false })
  expect(check('time-source')).toMatchObject({
    passed: false,
    message: expect.stringMatching(/^nothing keeps the time/),
  })
  expect(check('cloud-init')).toBeUndefined()
  expect(records.at(-1)).toEqual({ end: true, passed: false })
}, 300_000)

test('a full job plans, builds through Packer as Flatcar, lists the components, and its AMI starts', async () => {
  const { local, mirror, nodes } = world
  const before = (await local.inventory()).map(({ id }) => id)
  const job = jobOn(local, mirror, {
    region,
    os: 'flatcar-stable',
    'kubernetes-version': '1.37.2',
    catalog: 'systems.json',
  })
  try {
    // The catalogue entry differs only in its base AMI.
    const own = { owner: 'self', arch: { amd64: { nameFilter: 'Flatcar-stand-in', instanceType: 't3.medium' } } }
    writeFileSync(join(job.directory, 'systems.json'), JSON.stringify({ 'flatcar-stable': own }))
    const { main, post } = await runJob(job)
    expect({ main: main.code, post: post.code, log: main.code ? main.log.slice(-4000) : '' }).toEqual({
      main: 0,
      post: 0,
      log: '',
    })
    expect(main.log).toContain(
      'flatcar-stable-amd64: Kubernetes comes as files, as with kubernetes-source: binary, since it has no package manager',
    )
    const ami = main.outputs['ami-id'] ?? ''
    const { 'flatcar-stable-amd64': sbom = '' } = JSON.parse(main.outputs.sbom ?? '{}') as Record<string, string>
    const found = JSON.parse(readFileSync(sbom, 'utf8')).components as { type: string; name: string }[]
    expect(found.map(({ type, name }) => `${type} ${name}`)).toEqual(expect.arrayContaining(applications))
    const inventory = (await local.inventory()).filter(({ id }) => !before.includes(id))
    const image = inventory.find(({ id }) => id === ami)
    expect(image?.tags).toMatchObject({ 'k8s-image:os': 'flatcar-stable', 'k8s-image:kubernetes': '1.37.2' })
    expect(leftovers(inventory, ami, image?.snapshot ?? '')).toEqual([])

    const started = await nodes.launch(ami, 'systemctl is-active --quiet containerd')
    const release = JSON.parse(nodes.ssh(started, 'cat /etc/k8s-image/release.json'))
    expect(release).toMatchObject({ os: 'flatcar-stable', base_ami: base, digest: image?.tags['k8s-image:digest'] })
    expect(release.kubernetes.files.kubelet.sha256).toBe(
      (variables.kubernetes_binaries as Record<string, File>).kubelet?.sha256,
    )
    expect(nodes.ssh(started, '/opt/bin/kubelet --version').trim()).toBe('Kubernetes v1.37.2')
    expect(
      nodes.ssh(
        started,
        'systemctl show --property=ExecMainStatus,MainPID containerd; sudo ls -l /proc/$(systemctl show --property=MainPID --value containerd)/exe',
      ),
    ).toMatch(/-> \/opt\/bin\/containerd\n/)
    expect(nodes.ssh(started, 'ls /run')).not.toContain('k8s-python')
  } finally {
    job.dispose()
  }
}, 900_000)
