/** One build of Debian 12 and 13 with all compatible options, checked by goss. Also, hooks that fail. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { runJob, type StepResult } from '../../script/runner.ts'
import { complaints } from '../unit/support/cyclonedx.ts'
import { goss } from './goss.ts'
import { jobOn, type Local, type Mirror, startLocal, startMirror } from './local.ts'
import { type Nodes, nodesOn } from './nodes.ts'

// No other suite builds in this region.
const region = 'eu-west-3'
const systems = ['debian-12', 'debian-13'] as const
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-options-'))
let local: Local
let mirror: Mirror
let nodes: Nodes

// The first hook leaves a file in /boot that looks like a newer kernel, so that the instance reboots.
const hooks: Readonly<Record<string, string>> = {
  'before-packages.yml': `
- name: A file beside the hook
  ansible.builtin.copy:
    src: note
    dest: /etc/before-packages
    mode: "0644"
- name: Something like a newer kernel
  ansible.builtin.copy:
    content: ""
    dest: /boot/vmlinuz-99.0
    mode: "0644"
- name: Replace update-grub, since rehearsed instances do not boot by GRUB
  ansible.builtin.copy:
    content: "#!/bin/sh\\ncat /etc/default/grub.d/90-k8s-node.cfg >/boot/grub-was-updated\\n"
    dest: /usr/sbin/update-grub
    mode: "0755"
`,
  'files/note': 'from a file beside the hook\n',
  'after-kubernetes.yml': `
- name: Say what it is
  ansible.builtin.copy:
    content: "v{{ kubernetes_version }} of the {{ team_name }}"
    dest: /etc/after-kubernetes
    mode: "0644"
`,
  // A process by the name of the agent's worker stands in for a session of Systems Manager.
  'before-clean-up.yml': `
- name: Build as if through Session Manager
  ansible.builtin.shell: |
    install -d /var/lib/amazon/ssm/i-0123456789abcdef0 /var/lib/amazon/ssm/ipc
    echo registered >/var/lib/amazon/ssm/i-0123456789abcdef0/registration
    echo vault >/var/lib/amazon/ssm/Vault
    cp /bin/sleep /run/ssm-session-worker
    setsid /run/ssm-session-worker 3600 </dev/null >/dev/null 2>&1 &
- name: Include more
  ansible.builtin.include_tasks: more/mark.yml
- name: Include a role
  ansible.builtin.include_role:
    name: marked
`,
  'roles/marked/tasks/main.yml': `
- name: Leave the mark of a role
  ansible.builtin.command: touch /etc/marked-by-a-role
  args:
    creates: /etc/marked-by-a-role
`,
  'more/mark.yml': `
- name: Leave a mark
  ansible.builtin.command: touch /etc/before-clean-up
  args:
    creates: /etc/before-clean-up
`,
  'first-boot.sh':
    '#!/bin/sh\necho "$(systemctl is-active containerd) $(systemctl is-active kubelet)" >/etc/first-boot\n',
}

// On each node's loopback: a path like a Harbor project, one like a Nexus repository, and a registry without a path.
const registry = 'https://127.0.0.1:15999'
const paths = [`${registry}/v2/dockerhub`, `${registry}/repository/docker`, registry]

/** The registry's certificate and key. With the option `ca`, containerd contacts the mirrors by TLS. */
const own = (() => {
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-noenc', '-subj', '/CN=registry', '-days', '2']
  const key = join(directory, 'registry.key')
  const certificate = execFileSync('openssl', [...request, '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return { certificate, key: readFileSync(key, 'utf8') }
})()

/** An empty registry that prints its requests. */
const emptyRegistry = `
import http.server, ssl, tempfile
class Registry(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        print(self.command, self.path, flush=True)
        self.send_error(404)
    do_GET = do_HEAD
    def log_message(self, *words): pass
server = http.server.HTTPServer(("127.0.0.1", 15999), Registry)
with tempfile.NamedTemporaryFile("w") as pair:
    pair.write("""${own.key}${own.certificate}""")
    pair.flush()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pair.name)
server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
`

const options = (digest: string) => ({
  team_name: 'platform team',
  base_kube_proxy: 'ipvs',
  base_hardening: 'cis',
  base_kernel_upgrade: true,
  base_storage_clients: ['nfs', 'iscsi'],
  base_modules_extra: ['dummy'],
  base_kernel_arguments: ['transparent_hugepage=madvise', 'quiet'],
  base_sysctl_extra: { 'vm.swappiness': 1, 'fs.inotify.max_user_instances': 8191, 'net.sctp.max_burst': 5 },
  kubernetes_kubelet_flags_extra: ['--max-pods=58'],
  containerd_discard_unpacked_layers: true,
  kubernetes_reserved_resources: 'auto',
  kubernetes_ecr_match_images_extra: ['registry.example.com'],
  base_audit_rules: ['-w /etc/kubernetes -p wa -k kubernetes'],
  base_proxy: {
    http: 'http://proxy.example:3128',
    https: 'http://proxy.example:3128',
    none: '10.0.0.0/8,127.0.0.1,.svc',
  },
  containerd_registries: {
    'docker.io': { mirrors: [...paths, 'https://mirror.example.com'], ca: own.certificate },
  },
  containerd_images_extra: [`registry.k8s.io/pause@${digest}`],
})

const quoted = (text: string) => `'${text.replaceAll("'", `'"'"'`)}'`

/** Writes hooks into a job's workspace, and returns the directory's name. */
function writeHooks(workspace: string, files: Readonly<Record<string, string>>): string {
  for (const [name, content] of Object.entries(files)) {
    const path = join(workspace, 'hooks', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    if (name.endsWith('.sh')) chmodSync(path, 0o755)
  }
  return 'hooks'
}

/** The digest of the mirror's pause image, from its SHA256SUMS. */
async function pauseDigest(): Promise<string> {
  const sums = await (await fetch(`${mirror.inputs.mirror}/SHA256SUMS`)).text()
  return `sha256:${/^([0-9a-f]{64}) +registry\.k8s\.io\/v2\/pause\/manifests\/3\.10\.2$/m.exec(sums)?.[1]}`
}

let main: StepResult
let dispose: () => void

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal(...systems), startMirror()])
  nodes = nodesOn(local, region, directory)
  const job = jobOn(local, mirror, {
    region,
    os: systems.join(','),
    'extra-packages': 'jq',
    'cluster-api': 'aws',
    'ansible-hooks': 'hooks',
    'ansible-extra-vars': JSON.stringify(options(await pauseDigest())),
  })
  dispose = job.dispose
  writeHooks(job.directory, hooks)
  main = (await runJob(job)).main
}, 1_800_000)

afterAll(async () => {
  dispose?.()
  await Promise.all([local?.stop(), mirror?.stop()])
  rmSync(directory, { recursive: true, force: true })
}, 120_000)

test('the build succeeds', () => {
  expect({ code: main.code, log: main.code ? main.log.slice(-4000) : '' }).toEqual({ code: 0, log: '' })
})

describe.each(systems)('%s', (system) => {
  const image = `${system}-amd64`
  /** The directory with what the build changed. */
  const topLayer = async (): Promise<string> => {
    const ami = JSON.parse(main.outputs['ami-ids'] ?? '{}')[image][region]
    const { layers } = (await (await fetch(`${local.ready.endpoint}/rehearsal/images/${ami}`)).json()) as {
      layers: string[]
    }
    return layers.at(-1) ?? ''
  }

  test('was rebooted into the newest kernel, and then hardened', () => {
    const tasks = readFileSync(join(main.outputs['report-directory'] ?? '', 'tasks.jsonl'), 'utf8')
      .trim()
      .split('\n')
    const own = tasks.map((line) => JSON.parse(line)).filter((task) => task.image === image)
    const status = (name: RegExp) => own.find(({ task }) => name.test(task))?.status
    expect(status(/Start the new kernel/)).toBe('changed')
    expect(status(/Harden by the CIS items/)).toBe('changed')
    // Without it, the instance of a lost runner would run on after the reboot.
    expect(status(/Plan the shutdown again/)).toBe('changed')
  })

  test('keeps nothing of the Session Manager that the build ran through', async () => {
    expect(readdirSync(join(await topLayer(), 'var/lib/amazon/ssm'))).toEqual([])
  })

  test('has no authorized logins', async () => {
    for (const home of ['home/admin', 'root']) {
      const file = join(await topLayer(), home, '.ssh/authorized_keys')
      expect(existsSync(file) ? readFileSync(file, 'utf8').trim() : '').toBe('')
    }
  })

  test('has a list of its components that is valid CycloneDX', () => {
    const path = JSON.parse(main.outputs.sbom ?? '{}')[image]
    const text = readFileSync(path, 'utf8')
    expect(complaints(text)).toEqual([])
    const found = JSON.parse(text).components as { type: string; name: string; version: string }[]
    const named = (name: string) => found.filter((each) => each.name === name).map(({ version }) => version)
    expect(named('kubelet')).toEqual([expect.stringMatching(/^1\.37\.2-/)])
    expect(named('jq')).toHaveLength(1)
    expect(named('containerd')).toEqual(['2.3.7'])
    expect(found.filter(({ type }) => type === 'operating-system')).toMatchObject([
      { name: 'debian', version: system.slice(-2) },
    ])
  })

  test('gives a node what every role and option defines', async () => {
    const record = JSON.parse(main.outputs.images ?? '[]').find((each: { image: string }) => each.image === image)
    const ami = JSON.parse(main.outputs['ami-ids'] ?? '{}')[image][region]
    const host = await nodes.launch(ami)
    const variables = {
      kubernetes: record.kubernetes,
      containerd: record.versions.containerd,
      runc: record.versions.runc,
      cni_plugins: record.versions.cniPlugins,
      sandbox_image: record.versions.sandboxImage,
      sandbox_image_digest: await pauseDigest(),
      user: 'admin',
    }
    const suites = ['base', 'containerd', 'kubernetes', 'cleanup', 'options']
    const report = goss(nodes.sshArgs(host), suites, variables)
    expect(report.failed).toEqual([])
    expect(report.count).toBeGreaterThan(100)
    // goss does find errors: the same node fails with other versions.
    const other = goss(nodes.sshArgs(host), ['containerd'], { ...variables, containerd: '9.9.9', runc: '9.9.9' })
    expect(other.failed).toHaveLength(2)

    // The requests that containerd sends to mirrors below a path.
    const serve = `sudo systemd-run --quiet --unit=registry --property=StandardOutput=file:/run/requests python3 -u -c ${quoted(emptyRegistry)}`
    nodes.ssh(host, serve)
    nodes.ssh(host, 'timeout 60 sh -c "until grep -q ready /run/requests; do sleep 0.2; done"')
    const fetch = 'sudo timeout 60 ctr content fetch --hosts-dir /etc/containerd/certs.d docker.io/library/busybox:1.36'
    const output = nodes.ssh(host, `${fetch} 2>&1 || true; sudo systemctl stop registry`)
    const requests = nodes.ssh(host, 'cat /run/requests').trim().split('\n')
    const heads = [...new Set(requests.filter((line) => line.startsWith('HEAD')))]
    expect({ heads, output: heads.length ? '' : output }).toEqual({
      output: '',
      heads: [
        'HEAD /v2/dockerhub/library/busybox/manifests/1.36?ns=docker.io',
        'HEAD /repository/docker/v2/library/busybox/manifests/1.36?ns=docker.io',
        'HEAD /v2/library/busybox/manifests/1.36?ns=docker.io',
      ],
    })
  }, 300_000)
})

test.each([
  [
    'a hook that fails is one annotation, at its own file and line',
    '- name: Fine\n  ansible.builtin.command: "true"\n- name: Not fine\n  ansible.builtin.shell: echo no luck >&2; exit 3\n',
    /file=hooks\/before-packages\.yml,.*line=3\b.*Not fine: no luck/,
  ],
  [
    'a hook that Ansible cannot read is one annotation, too',
    '- name: Fine\n  ansible.builtin.command: "true"\n- name: Misspelt\n  ansible.builtin.comand: "true"\n',
    /file=hooks\/before-packages\.yml,.*line=3\b.*couldn't resolve module\/action 'ansible\.builtin\.comand'/,
  ],
  [
    'a hook that includes a missing role is one annotation, with the reason',
    '- name: Fine\n  ansible.builtin.command: "true"\n- name: Ours\n  ansible.builtin.include_role: {name: hardening}\n',
    /file=hooks\/before-packages\.yml,.*line=3\b.*Ours: the role 'hardening' was not found/,
  ],
])(
  '%s',
  async (_, content, annotation) => {
    const job = jobOn(local, mirror, { region, 'ansible-hooks': 'hooks' })
    try {
      writeHooks(job.directory, { 'before-packages.yml': content })
      const failed = (await runJob(job)).main
      expect(failed.code).toBe(1)
      const errors = failed.log.split('\n').filter((line) => line.startsWith('::error'))
      expect(errors).toEqual([expect.stringMatching(annotation)])
    } finally {
      job.dispose()
    }
  },
  300_000,
)
