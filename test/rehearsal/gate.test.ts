/** The gate on booted AMIs: it passes intact AMIs, and names each cause on broken ones. */
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Gates, MINUTE, printTimes, reasons, startGates } from './gates.ts'
import { slicedTest } from './lanes.ts'

const test = slicedTest()
const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined
let gates: Gates

beforeAll(async () => {
  gates = await startGates()
}, 60 * MINUTE)

afterAll(async () => {
  await gates?.stop()
}, 60_000)

for (const system of ['debian-13', 'debian-12'] as const)
  test(
    `a good AMI of ${system} passes every check, is tagged, and its gate leaves nothing`,
    async () => {
      const ami = gates.images[system]
      const outcome = await gates.gate(ami, {}, system)
      expect({ failures: outcome.failures, passed: outcome.test.passed }).toEqual({ failures: [], passed: true })
      expect(outcome.test.checks.map(({ level, name }) => `${level}/${name}`)).toEqual(
        expect.arrayContaining([
          'boot/host-keys',
          'boot/leftovers',
          'node/preflight',
          'node/pod-cgroup',
          'node/pod-seccomp',
          'boot/cloud-init-hotplug',
          'boot/sysctl',
          'node/cni-link',
          'node/cni-routes',
          'node/pod-open-files',
          'node/pod-apparmor',
          'node/name',
          'node/image-credentials',
        ]),
      )
      const own = (await gates.local.inventory()).find(({ id }) => id === ami)
      expect(own?.tags['k8s-image:tested']).toBe('node')
      expect(await gates.remaining()).toEqual([])
      printTimes(system, outcome.test.reached)
    },
    30 * MINUTE,
  )

all?.(
  'a good AMI is rebooted on request, and is still the same machine',
  async () => {
    const outcome = await gates.gate(gates.good, { level: 'boot', reboot: 'true' })
    expect({ failures: outcome.failures, passed: outcome.test.passed }).toEqual({ failures: [], passed: true })
    const names = outcome.test.checks.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['units', 'reboot-identity', 'reboot-units', 'reboot-time-source']))
    expect(await gates.remaining()).toEqual([])
  },
  25 * MINUTE,
)

/** A script that breaks an AMI as root, and the messages that the gate must report. */
interface Case {
  readonly script: string
  readonly messages: readonly RegExp[]
  /** A further message, if nothing else is broken. */
  readonly follows?: RegExp
  readonly level?: 'boot'
}
const unit = (name: string, command: string) =>
  `printf '[Service]\\nType=oneshot\\nExecStart=${command}\\n[Install]\\nWantedBy=multi-user.target\\n' >/etc/systemd/system/${name}.service
   systemctl --no-reload enable ${name}`
// A file of zeros would become sparse in the AMI's disk, and the kernel rejects sparse files as swap.
const swap = `dd if=/dev/urandom of=/swap bs=1M count=16 status=none; chmod 600 /swap; mkswap /swap >/dev/null
   ${unit('swapped', '/sbin/swapon /swap')}`
const cases = {
  'a sysctl off': {
    script: "sed -i 's/^vm.overcommit_memory.*/vm.overcommit_memory = 0/' /etc/sysctl.d/90-k8s-node.conf",
    messages: [/node\/kernel-settings: vm.overcommit_memory is 0, not 1/],
    // kubelet itself refuses to start, and the wait ends at its third restart.
    follows: /node\/pod: kubelet ended 3 times: .*overcommit_memory/,
  },
  'kubelet not enabled': {
    script: 'systemctl --no-reload disable kubelet',
    messages: [/node\/kubelet-enabled: kubelet is disabled/],
  },
  'a host key left over': {
    level: 'boot',
    script: `ssh-keygen -q -t rsa -N '' -f /etc/ssh/ssh_host_rsa_key; touch -d yesterday /etc/ssh/ssh_host_rsa_key
       echo 'ssh_deletekeys: false' >/etc/cloud/cloud.cfg.d/99-broken.cfg`,
    messages: [/boot\/host-keys: older than this boot, .*ssh_host_rsa_key/],
  },
  'swap on': { level: 'boot', script: swap, messages: [/boot\/swap: swap is on: \/swap/] },
  'a unit that fails at boot': {
    level: 'boot',
    script: unit('broken', '/bin/false'),
    messages: [/boot\/units: failed at boot: .*broken.service/],
  },
  'a missing CNI plugin': {
    script: 'rm /opt/cni/bin/bridge',
    messages: [/node\/cni-plugins: \/opt\/cni\/bin lacks bridge/],
    follows: /node\/pod: no sandbox for the pod: .*failed to find plugin "bridge" in path/,
  },
  'a missing ECR credential provider': {
    // By default, kubelet does not start without it, and kubelet's message does not name it.
    script: 'rm /usr/local/libexec/kubernetes/image-credential-providers/ecr-credential-provider',
    messages: [/node\/pod: kubelet ended 3 times: plugin binary executable .*did not exist/],
  },
  'an ECR credential provider that cannot be run': {
    script: 'echo none >/usr/local/libexec/kubernetes/image-credential-providers/ecr-credential-provider',
    messages: [/node\/image-credentials: kubelet cannot use ecr-credential-provider: .*exec format error/],
  },
  'a kubelet of another version': {
    level: 'boot',
    script: "sed -i 's/v1\\.37\\.2/v1.36.9/g' /usr/bin/kubelet",
    messages: [/boot\/versions: .*kubelet says Kubernetes v1.36.9, not 1.37.2/],
  },
  'a containerd that does not start': {
    script: "echo 'version = nonsense' >/etc/containerd/config.toml",
    messages: [/node\/containerd: containerd does not start \(\d+ restarts\): .*TOML/],
  },
  'a root that does not grow': {
    level: 'boot',
    script: "printf 'growpart: {mode: off}\\nresize_rootfs: false\\n' >/etc/cloud/cloud.cfg.d/98-broken.cfg",
    messages: [/boot\/root-volume: the root file system leaves \d+ MiB of its disk/],
  },
  'cgroups not left to systemd': {
    script: "sed -i 's/SystemdCgroup = true/SystemdCgroup = false/' /etc/containerd/config.toml",
    messages: [/node\/pod-cgroup: .*containerd's SystemdCgroup is not true/],
  },
  'routes not left to CNI plugins': {
    script: 'rm /etc/systemd/networkd.conf.d/50-k8s-node.conf',
    messages: [/node\/cni-routes: gone after a restart of systemd-networkd.service: the rule from 198.18.0.2/],
  },
  'links not left to CNI plugins': {
    script: 'rm /etc/systemd/network/05-k8s-node-cni.network',
    messages: [/node\/cni-link: systemd-networkd.service manages eni0a1b2c3d4e5, /],
  },
  'network hotplug of cloud-init': {
    level: 'boot',
    script: 'rm /etc/cloud/cloud.cfg.d/95-k8s-node-network.cfg',
    messages: [/boot\/cloud-init-hotplug: cloud-init configures every network interface .*hotplug.rules/],
  },
  'no limit on open files': {
    script: "sed -i 's/^LimitNOFILE=.*/LimitNOFILE=infinity/' /etc/systemd/system/containerd.service",
    messages: [/node\/pod-open-files: a pod's process may open \d{8,} files, which is no limit/],
  },
  'pods that AppArmor does not confine': {
    script: 'systemctl --no-reload disable apparmor; rm /usr/sbin/apparmor_parser',
    messages: [/node\/pod-apparmor: the kernel has AppArmor, and the pod's process is unconfined, not cri-containerd/],
  },
  'a kernel setting whose module is not loaded': {
    level: 'boot',
    script: 'echo "net.sctp.max_burst = 5" >>/etc/sysctl.d/90-k8s-node.conf',
    messages: [/boot\/sysctl: the kernel has no net.sctp.max_burst: the module that adds it is not loaded/],
  },
  'the name of the builder': {
    level: 'boot',
    script: `echo ip-10-0-0-9 >/etc/hostname; touch -d yesterday /etc/hostname
       echo 'preserve_hostname: true' >/etc/cloud/cloud.cfg.d/99-broken.cfg`,
    messages: [/boot\/leftovers: left from the build: the name ip-10-0-0-9 in \/etc\/hostname/],
  },
} satisfies Record<string, Case>

/** Breaks an AMI in several ways at once, and expects the gate to name each. */
async function caught(...names: (keyof typeof cases)[]): Promise<void> {
  const chosen: Case[] = names.map((name) => cases[name])
  const level = chosen.every((one) => one.level === 'boot') ? 'boot' : 'node'
  const began = Date.now()
  // Those of the case before have the same names.
  for (const kind of ['journal', 'console'])
    rmSync(join(gates.directory, `debian-13-amd64.${kind}.log`), { force: true })
  const outcome = await gates.gate(await gates.broken(chosen.map(({ script }) => script).join('\n')), { level })
  const reported = reasons(outcome)
  console.log(`${names.join(', ')}: ${Math.round((Date.now() - began) / 1000)} s\n${reported}`)
  const alone = chosen.length === 1
  const patterns = chosen.flatMap(({ messages, follows }) => (alone && follows ? [...messages, follows] : messages))
  for (const pattern of patterns) expect(reported).toMatch(pattern)
  expect(outcome.test.passed).toBe(false)
  expect(readFileSync(join(gates.directory, 'debian-13-amd64.journal.log'), 'utf8')).toContain('kernel: Linux version')
  expect(readFileSync(join(gates.directory, 'debian-13-amd64.console.log'), 'utf8')).not.toBe('')
  expect(await gates.remaining()).toEqual([])
}

test(
  'each of nine errors at once is named',
  () =>
    caught(
      'a sysctl off',
      'kubelet not enabled',
      'a host key left over',
      'a unit that fails at boot',
      'a kubelet of another version',
      'a root that does not grow',
      'swap on',
      'a missing CNI plugin',
      'a containerd that does not start',
    ),
  25 * MINUTE,
)

test(
  'each of eight errors that only affect a pod or its network is named',
  () =>
    caught(
      'routes not left to CNI plugins',
      'links not left to CNI plugins',
      'network hotplug of cloud-init',
      'no limit on open files',
      'pods that AppArmor does not confine',
      'a kernel setting whose module is not loaded',
      'the name of the builder',
      'an ECR credential provider that cannot be run',
    ),
  25 * MINUTE,
)

test(
  'an AMI that never answers fails at the time limit, with its console',
  async () => {
    const ami = await gates.broken('systemctl --no-reload mask ssh.service ssh.socket')
    const outcome = await gates.gate(ami, { level: 'boot', timeout: 3 })
    expect(reasons(outcome)).toMatch(/could not be tested: the instance did not answer SSH in time/)
    expect(outcome.failures[0]?.evidence).toMatch(/the end of its console:\n[\s\S]*(login:|cloud-init|systemd)/)
    expect(await gates.remaining()).toEqual([])
  },
  25 * MINUTE,
)

for (const name of Object.keys(cases) as (keyof typeof cases)[]) all?.(name, () => caught(name), 25 * MINUTE)

test('the programs that the gate calls are there', () => {
  for (const program of ['ssh', 'python3', 'aws']) execFileSync('sh', ['-c', `command -v ${program}`])
})
