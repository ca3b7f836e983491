/** The gate on real AMIs: one that is as it should be, and each with one thing broken, caught with its cause named. */
import { execFileSync, spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { ec2ByRegion } from '../../src/aws.js'
import { systemClock } from '../../src/clock.js'
import { type GateOutcome, testImage } from '../../src/gate/gate.js'
import { readCatalog } from '../../src/plan/catalog.js'
import { image, memoryLog } from '../unit/fakes.js'
import { jobOn, type Local, leftovers, type Mirror, root, startLocal, startMirror } from './local.ts'

const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined
const MINUTE = 60_000
const cache = process.env.K8S_IMAGE_CACHE ?? join(process.env.HOME ?? '/', '.cache/k8s-image-action')
const region = 'us-east-1'
let local: Local
let mirror: Mirror
let directory: string
let good: string
let versions: Record<string, string>
let instances: 'namespace' | 'machine' = 'namespace'

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'k8s-gate-'))
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  const job = jobOn(local, mirror)
  const { main } = await runJob(job)
  job.dispose()
  good = main.outputs['ami-id'] ?? ''
  versions = JSON.parse(main.outputs.images ?? '[{}]')[0].versions
  if (good === '') throw new Error(main.log.slice(-3000))
}, 60 * MINUTE)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
  rmSync(directory, { recursive: true, force: true })
})

/** Of which kind instances are from now on. */
async function use(kind: 'namespace' | 'machine'): Promise<void> {
  if (kind === instances) return
  await fetch(`${local.ready.endpoint}/rehearsal/settings`, { method: 'PUT', body: JSON.stringify({ kind }) })
  instances = kind
}

function aws(...args: string[]): Record<string, never> & string {
  const env = { ...process.env, ...local.ready.env, AWS_DEFAULT_REGION: region }
  const result = spawnSync('aws', ['ec2', ...args, '--output', 'json'], { encoding: 'utf8', env })
  if (result.status !== 0) throw new Error(`aws ec2 ${args.join(' ')}: ${result.stderr}`)
  return JSON.parse(result.stdout || 'null')
}

/** An AMI like the good one, but for what a script changes as root; made in a namespace, which is quick. */
async function broken(script: string): Promise<string> {
  await use('namespace')
  const name = `k${Date.now()}`
  const key = join(directory, name)
  const pair = aws('create-key-pair', '--key-name', name, '--key-type', 'ed25519') as unknown as { KeyMaterial: string }
  writeFileSync(key, pair.KeyMaterial, { mode: 0o600 })
  const made = aws(
    'run-instances',
    '--image-id',
    good,
    '--key-name',
    name,
    '--instance-type',
    't3.medium',
  ) as never as {
    Instances: { InstanceId: string; PrivateIpAddress: string }[]
  }
  const { InstanceId: id = '', PrivateIpAddress: address = '' } = made.Instances[0] ?? {}
  try {
    const ssh = ['-q', '-i', key, '-p', String(local.ready.sshPort), '-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes']
    const to = [...ssh, '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', `admin@${address}`]
    // As a build leaves it, but for the script: the next boot is to be the first.
    const clean = readFileSync(join(root, 'ansible/roles/cleanup/files/cleanup.sh'), 'utf8')
    const forget = 'rm -f /home/admin/.ssh/authorized_keys /root/.ssh/authorized_keys'
    const program = `${clean}\n${forget}\n${script}\n`
    let last = ''
    for (let tries = 0; ; tries++) {
      const done = spawnSync('ssh', [...to, 'cloud-init status --wait >/dev/null; EXTRA= sudo -E bash -s'], {
        input: program,
        encoding: 'utf8',
        timeout: 2 * MINUTE,
      })
      if (done.status === 0) break
      last = done.stderr + done.stdout
      if (tries > 60 || done.status !== 255) throw new Error(`the AMI could not be broken: ${last}`)
      await new Promise((later) => setTimeout(later, 1000))
    }
    aws('stop-instances', '--instance-ids', id)
    aws('wait', 'instance-stopped', '--instance-ids', id)
    const ami = (aws('create-image', '--instance-id', id, '--name', name) as never as { ImageId: string }).ImageId
    aws('wait', 'image-available', '--image-ids', ami)
    return ami
  } finally {
    aws('terminate-instances', '--instance-ids', id)
    aws('delete-key-pair', '--key-name', name)
  }
}

/** The gate as the action calls it, on a machine. */
async function gate(ami: string, changes: { level?: 'boot' | 'node'; timeout?: number } = {}): Promise<GateOutcome> {
  await use('machine')
  const system = readCatalog(root).operatingSystems['debian-13']
  if (system === undefined) throw new Error('the catalogue has no debian-13')
  const node = { ...image().node, sandboxImage: versions.sandboxImage ?? '' }
  const own = {
    ...image(),
    node: {
      ...node,
      kubernetesDeb: versions.kubernetes ?? '',
      containerd: { ...node.containerd, version: versions.containerd ?? '' },
      runc: { ...node.runc, version: versions.runc ?? '' },
      cniPlugins: { ...node.cniPlugins, version: versions.cniPlugins ?? '' },
    },
  }
  const tool = (pattern: string) =>
    globSync(join(cache, 'tools', pattern))
      .sort()
      .at(-1) ?? ''
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  return testImage(
    own,
    ami,
    system,
    join(directory, ami),
    {
      runId: 'gate-test',
      root,
      reportDirectory: directory,
      tools: {
        packer: tool('k8s-image-packer/*/*/packer'),
        pluginDirectory: tool('k8s-image-packer-plugin-amazon/*/*/plugins'),
        ansiblePlaybook: '',
        bytesFetched: 0,
        seconds: 0,
      },
      account: { env: local.ready.env, sshPort: local.ready.sshPort, sshSourceCidrs: [] },
      env,
      newRedactor: () => (line: string) => line,
      level: changes.level ?? 'node',
      timeout: changes.timeout ?? 20,
      built: {
        region,
        run_id: 'gate-test',
        ssh_port: local.ready.sshPort,
        ssh_source_cidrs: ['127.0.0.1/32'],
        tags: {},
      },
      ec2: ec2ByRegion(local.ready.env, {})(region),
    },
    {
      log: memoryLog(),
      clock: systemClock,
      signal: new AbortController().signal,
      during: (_, work) => work(),
      onStart: () => undefined,
    },
  )
}

const reasons = (outcome: GateOutcome) => outcome.failures.map(({ message }) => message).join('\n')
const gone = async () => leftovers(await local.inventory()).filter((line) => /^(instance|key|security)/.test(line))

test(
  'a good AMI passes every check, is tagged, and nothing of its gate is left',
  async () => {
    const outcome = await gate(good)
    expect({ failures: outcome.failures, passed: outcome.test.passed }).toEqual({ failures: [], passed: true })
    expect(outcome.test.checks.map(({ level, name }) => `${level}/${name}`)).toEqual(
      expect.arrayContaining([
        'boot/host-keys',
        'boot/leftovers',
        'node/preflight',
        'node/pod-cgroup',
        'node/pod-seccomp',
      ]),
    )
    const own = (await local.inventory()).find(({ id }) => id === good)
    expect(own?.tags['k8s-image:tested']).toBe('node')
    expect(await gone()).toEqual([])
  },
  25 * MINUTE,
)

test(
  'wrong in three ways: each is named (kernel setting, kubelet not enabled, host key left over)',
  async () => {
    const outcome = await gate(
      await broken(`
        sed -i 's/^vm.overcommit_memory.*/vm.overcommit_memory = 0/' /etc/sysctl.d/90-k8s-node.conf
        systemctl disable kubelet
        ssh-keygen -q -t rsa -N '' -f /etc/ssh/ssh_host_rsa_key; touch -d yesterday /etc/ssh/ssh_host_rsa_key
        echo 'ssh_deletekeys: false' >/etc/cloud/cloud.cfg.d/99-broken.cfg`),
    )
    const said = reasons(outcome)
    expect(said).toMatch(/boot\/host-keys: older than this boot, .*ssh_host_rsa_key/)
    expect(said).toMatch(/node\/kernel-settings: vm.overcommit_memory is 0 and not 1/)
    expect(said).toMatch(/node\/kubelet-enabled: kubelet is disabled/)
    // Kubelet itself refuses, and the wait ends with its third restart.
    expect(said).toMatch(/node\/pod: kubelet ended 3 times: .*overcommit_memory/)
    expect(readFileSync(join(directory, 'debian-13-amd64.journal.log'), 'utf8')).toContain('kernel: Linux version')
    expect(await gone()).toEqual([])
  },
  25 * MINUTE,
)

test(
  'an AMI that never answers: the time limit, and its console is shown',
  async () => {
    const ami = await broken('systemctl --no-reload mask ssh.service ssh.socket')
    const outcome = await gate(ami, { level: 'boot', timeout: 6 })
    expect(reasons(outcome)).toMatch(/could not be tested: it did not answer SSH in time/)
    expect(outcome.failures[0]?.evidence).toMatch(/the end of its console:\n[\s\S]*(login:|cloud-init|Debian)/)
    expect(await gone()).toEqual([])
  },
  25 * MINUTE,
)

const cases: readonly (readonly [string, string, RegExp])[] = [
  [
    'cgroups not left to systemd',
    "sed -i 's/SystemdCgroup = true/SystemdCgroup = false/' /etc/containerd/config.toml",
    /node\/pod-cgroup: .*containerd's SystemdCgroup is not true/,
  ],
  [
    'swap on, and a unit that fails at boot',
    `dd if=/dev/zero of=/swap bs=1M count=64 status=none; chmod 600 /swap; mkswap /swap >/dev/null
     printf '[Service]\\nType=oneshot\\nExecStart=/sbin/swapon /swap\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/swapped.service
     printf '[Service]\\nType=oneshot\\nExecStart=/bin/false\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/broken.service
     systemctl --no-reload enable swapped broken`,
    /boot\/swap: swap is on: \/swap[\s\S]*boot\/units: failed at boot: .*broken.service/,
  ],
  [
    'a missing CNI plugin',
    'rm /opt/cni/bin/bridge',
    /node\/cni-plugins: \/opt\/cni\/bin lacks bridge[\s\S]*|node\/pod: no sandbox for the pod/,
  ],
  [
    'a kubelet of another version',
    "mv /usr/bin/kubelet /usr/bin/kubelet.real; printf '#!/bin/sh\\necho Kubernetes v1.36.0\\n' >/usr/bin/kubelet; chmod 755 /usr/bin/kubelet",
    /boot\/versions: .*kubelet says Kubernetes v1.36.0 and not 1.37.2/,
  ],
  [
    'a containerd that does not start',
    "echo 'version = nonsense' >/etc/containerd/config.toml",
    /node\/containerd: containerd does not start/,
  ],
  [
    'a root that does not grow',
    "printf 'growpart: {mode: off}\\nresize_rootfs: false\\n' >/etc/cloud/cloud.cfg.d/99-broken.cfg",
    /boot\/root-volume: the root file system leaves \d+ MiB of its disk/,
  ],
]
for (const [name, script, says] of cases)
  all?.(
    name,
    async () => {
      expect(reasons(await gate(await broken(script)))).toMatch(says)
      expect(await gone()).toEqual([])
    },
    25 * MINUTE,
  )

test('the programs that the gate calls are there', () => {
  for (const program of ['ssh', 'python3', 'aws']) execFileSync('sh', ['-c', `command -v ${program}`])
})
