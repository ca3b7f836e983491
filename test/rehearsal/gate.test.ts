/** The gate on real AMIs: one that is as it should be, and each with one thing broken, caught with its cause named. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Gates, MINUTE, reasons, startGates } from './gates.ts'

const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined
let gates: Gates

beforeAll(async () => {
  gates = await startGates()
}, 60 * MINUTE)

afterAll(async () => {
  await gates?.stop()
})

test(
  'a good AMI passes every check, is tagged, and nothing of its gate is left',
  async () => {
    const outcome = await gates.gate(gates.good)
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
    const own = (await gates.local.inventory()).find(({ id }) => id === gates.good)
    expect(own?.tags['k8s-image:tested']).toBe('node')
    expect(await gates.gone()).toEqual([])
  },
  25 * MINUTE,
)

test(
  'wrong in three ways: each is named (kernel setting, kubelet not enabled, host key left over)',
  async () => {
    const outcome = await gates.gate(
      await gates.broken(`
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
    expect(readFileSync(join(gates.directory, 'debian-13-amd64.journal.log'), 'utf8')).toContain(
      'kernel: Linux version',
    )
    expect(await gates.gone()).toEqual([])
  },
  25 * MINUTE,
)

test(
  'an AMI that never answers: the time limit, and its console is shown',
  async () => {
    const ami = await gates.broken('systemctl --no-reload mask ssh.service ssh.socket')
    const outcome = await gates.gate(ami, { level: 'boot', timeout: 6 })
    expect(reasons(outcome)).toMatch(/could not be tested: it did not answer SSH in time/)
    expect(outcome.failures[0]?.evidence).toMatch(/the end of its console:\n[\s\S]*(login:|cloud-init|Debian)/)
    expect(await gates.gone()).toEqual([])
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
      expect(reasons(await gates.gate(await gates.broken(script)))).toMatch(says)
      expect(await gates.gone()).toEqual([])
    },
    25 * MINUTE,
  )

test('the programs that the gate calls are there', () => {
  for (const program of ['ssh', 'python3', 'aws']) execFileSync('sh', ['-c', `command -v ${program}`])
})
