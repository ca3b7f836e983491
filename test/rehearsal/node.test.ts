/** A node from an AMI that Packer built without the action: its contents, and the changes of a second run of the playbook. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasEnded } from '../../script/child.ts'
import { type Local, type Mirror, processesWith, root, startLocal, startMirror } from './local.ts'
import { type Nodes, nodesOn } from './nodes.ts'

// No other suite builds in this region.
const region = 'eu-north-1'
const user = 'admin'
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-node-'))
let local: Local
let nodes: Nodes
let mirror: Mirror
let node: Record<string, unknown>
let ami: string
let packer: { code: number | null; output: string; left: string[] }
let host: string
let number = 0

interface Event {
  readonly event: string
  readonly task?: string
  readonly path?: string
  readonly status?: string
  readonly message?: string
}

const ssh = (command: string, to = host): string => nodes.ssh(to, command)

/** Starts the template's wrapper as Packer does, against the running node. */
function provision(variables: Record<string, unknown> = {}, command = ['/bin/sh', '-c', 'exec "$0"']) {
  const own = join(directory, `run-${++number}`)
  mkdirSync(own)
  const events = join(directory, `events-${number}.jsonl`)
  const [shell = '', ...args] = command
  const child = spawn(shell, [...args, join(root, 'packer/image/ansible.sh')], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      ...process.env,
      TMPDIR: own,
      K8S_IMAGE_EVENTS: events,
      K8S_IMAGE_PLAYBOOK: 'ansible-playbook',
      K8S_IMAGE_HOST: host,
      K8S_IMAGE_PORT: String(local.ready.sshPort),
      K8S_IMAGE_USER: user,
      K8S_IMAGE_MIRROR: mirror.inputs.mirror,
    },
  })
  const lines = [readFileSync(nodes.key, 'utf8'), JSON.stringify({ ...node, ...variables })]
  child.stdin.end(lines.map((line) => `${Buffer.from(line).toString('base64')}\n`).join(''))
  let output = ''
  child.stdout.on('data', (text) => (output += text))
  child.stderr.on('data', (text) => (output += text))
  const seen = (): Event[] =>
    existsSync(events)
      ? readFileSync(events, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
      : []
  const done = new Promise<{ code: number | null; output: string; ends: Event[]; left: string[] }>((resolve) => {
    child.on('close', (code) =>
      resolve({ code, output, ends: seen().filter(({ event }) => event === 'task_end'), left: readdirSync(own) }),
    )
  })
  return { child, own, seen, done }
}

const changed = (ends: readonly Event[]) => ends.filter(({ status }) => status !== 'ok').map(({ task }) => task)

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  const { mirror: url = '', 'mirror-trust': trust = '' } = mirror.inputs
  node = JSON.parse(execFileSync('python3', [join(root, 'bench/node_variables.py'), url, trust], { encoding: 'utf8' }))
  nodes = nodesOn(local, region, directory, user)

  const tool = (name: string) => {
    const output = execFileSync(join(root, 'script/mirror'), ['--from', 'source', '--print', name], {
      encoding: 'utf8',
    })
    return output.trim().split('\n').at(-1) ?? ''
  }
  const plugins = join(directory, 'plugins')
  const env = {
    ...process.env,
    ...local.ready.env,
    PACKER_PLUGIN_PATH: plugins,
    PACKER_CONFIG_DIR: join(directory, 'config'),
    CHECKPOINT_DISABLE: '1',
    PACKER_NO_COLOR: '1',
    TMPDIR: join(directory, 'tmp'),
  }
  mkdirSync(env.TMPDIR)
  mkdirSync(env.PACKER_CONFIG_DIR)
  const plugin = join(directory, 'packer-plugin-amazon')
  copyFileSync(tool('packer-plugin-amazon'), plugin)
  const command = tool('packer')
  execFileSync(command, ['plugins', 'install', '--path', plugin, 'github.com/hashicorp/amazon'], { env })

  const { image_key, image_os, image_arch, image_digest, mirror: _, ...versions } = node
  const { Images } = nodes.aws('describe-images', '--owners', '136693071363') as { Images: { ImageId: string }[] }
  const varFile = join(directory, 'images.pkrvars.json')
  const image = {
    os: image_os,
    arch: image_arch,
    source_ami: Images[0]?.ImageId,
    ami_name: 'by-hand',
    digest: '',
    node: versions,
  }
  const variables = { region, mirror: url, ssh_source_cidrs: ['127.0.0.1/32'], images: { [String(image_key)]: image } }
  writeFileSync(varFile, JSON.stringify(variables), { mode: 0o600 })
  const template = join(root, 'packer/image')
  const done = spawnSync(command, ['build', `-only=*.${image_key}`, `-var-file=${varFile}`, template], {
    cwd: directory,
    env,
    encoding: 'utf8',
    timeout: 600_000,
  })
  packer = { code: done.status, output: done.stdout + done.stderr, left: readdirSync(env.TMPDIR) }
  if (done.status !== 0) throw new Error(`${packer.output.slice(-4000)}\n${await local.story()}`)
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'))
  node.image_base_ami = image.source_ami
  ami = manifest.builds[0].artifact_id.split(':')[1]
  host = await nodes.launch(ami)
}, 1_800_000)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
  rmSync(directory, { recursive: true, force: true })
}, 120_000)

describe('Packer without the action', () => {
  test('leaves no key, on disk or in its output', () => {
    expect(packer.left).toEqual([])
    expect(packer.output).not.toMatch(/PRIVATE KEY/)
  })
})

describe('the image, before its first boot', () => {
  let layer: string
  // In an overlay, a deleted file is a character device.
  const there = (path: string) => lstatSync(join(layer, path), { throwIfNoEntry: false })?.isCharacterDevice() === false
  const listed = (path: string) =>
    there(path) ? readdirSync(join(layer, path)).filter((name) => there(join(path, name))) : []

  beforeAll(async () => {
    const answer = await fetch(`${local.ready.endpoint}/rehearsal/images/${ami}`)
    const { layers } = (await answer.json()) as { layers: string[] }
    layer = layers.at(-1) ?? ''
  })

  test('has no identity', () => {
    expect(listed('etc/ssh').filter((name) => name.startsWith('ssh_host'))).toEqual([])
    expect(statSync(join(layer, 'etc/machine-id')).size).toBe(0)
    expect(listed('var/lib/cloud').filter((name) => name !== 'seed')).toEqual([])
    expect(listed('var/lib/systemd')).not.toContain('random-seed')
  })

  test('has no authorized logins', () => {
    for (const home of [`home/${user}`, 'root']) {
      const file = join(layer, home, '.ssh/authorized_keys')
      expect(existsSync(file) ? readFileSync(file, 'utf8').trim() : '').toBe('')
    }
  })

  test('has no log, history, package list or temporary file', () => {
    expect(listed('var/lib/apt/lists')).toEqual([])
    expect(listed('var/log/journal')).toEqual([])
    const logs = listed('var/log').filter((name) => statSync(join(layer, 'var/log', name)).isFile())
    expect(logs.filter((name) => statSync(join(layer, 'var/log', name)).size > 0)).toEqual([])
    expect(
      listed('root')
        .concat(listed(`home/${user}`))
        .filter((name) => /history|^\.ansible|^\.cache/.test(name)),
    ).toEqual([])
    expect(listed('tmp').filter((name) => !name.startsWith('systemd-private-'))).toEqual([])
    expect(there('usr/sbin/policy-rc.d')).toBe(false)
  })

  test('names upstream, not the mirror', () => {
    const sources = readFileSync(join(layer, 'etc/apt/sources.list.d/kubernetes.sources'), 'utf8')
    expect(sources).toContain('URIs: https://pkgs.k8s.io/core:/stable:/v1.37/deb/\n')
    const found = spawnSync(
      'grep',
      [
        '-rIl',
        '--exclude-dir=proc',
        new URL(mirror.inputs.mirror ?? '').host,
        join(layer, 'etc'),
        join(layer, 'var/lib'),
      ],
      {
        encoding: 'utf8',
      },
    )
    expect(found.stdout).toBe('')
  })
})

describe('a node from the image', () => {
  test('runs containerd, and kubelet is ready for kubeadm', () => {
    expect(ssh('systemctl is-active containerd').trim()).toBe('active')
    expect(ssh('systemctl is-enabled containerd kubelet chrony').trim().split('\n')).toEqual([
      'enabled',
      'enabled',
      'enabled',
    ])
    expect(ssh('systemctl is-active kubelet || true').trim()).toBe('inactive')
    expect(ssh('systemctl --failed --no-legend').trim()).toBe('')
  })

  test('has exact versions, held', () => {
    expect(ssh('kubelet --version').trim()).toBe('Kubernetes v1.37.2')
    expect(ssh('containerd --version')).toContain('v2.3.7')
    expect(ssh('/opt/cni/bin/bridge --version 2>&1')).toContain('v1.9.1')
    expect(ssh('apt-mark showhold').trim().split('\n')).toEqual([
      'cri-tools',
      'kubeadm',
      'kubectl',
      'kubelet',
      'kubernetes-cni',
    ])
    expect(ssh('cat /etc/kubernetes_community_ami_version')).toBe('v1.37.2\n')
    const release = JSON.parse(ssh('cat /etc/k8s-image-release'))
    expect(release).toMatchObject({ os: 'debian-13', arch: 'amd64', kubernetes: '1.37.2', containerd: '2.3.7' })
  })

  test('has a containerd that loads its configuration without a warning, with systemd for cgroups', () => {
    const dump = ssh('sudo containerd config dump 2>&1')
    expect(dump).not.toMatch(/level=(warn|error)/)
    expect(dump).toMatch(/SystemdCgroup = true/)
    expect(dump).toMatch(/^version = 4$/m)
    expect(dump).toMatch(/config_path = '\/etc\/containerd\/certs.d'/)
    expect(dump).toMatch(/sandbox = 'registry.k8s.io\/pause:3.10.2'/)
  })

  test('has the sandbox image, pinned, as if the CRI plugin had pulled it', () => {
    const rows = ssh('sudo ctr -n k8s.io images ls').trim().split('\n').slice(1)
    expect(rows.map((row) => row.split(/\s+/)[0]).sort()).toEqual([
      'registry.k8s.io/pause:3.10.2',
      `registry.k8s.io/pause@${node.sandbox_image_digest}`,
      expect.stringMatching(/^sha256:/),
    ])
    for (const row of rows) expect(row).toMatch(/io\.cri-containerd\.image=managed,io\.cri-containerd\.pinned=pinned/)
  })

  test('has kernel settings, no swap and no daily updates from its boot on', () => {
    const settings = ssh('cat /etc/sysctl.d/90-k8s-node.conf')
    const demanded = [
      'vm.overcommit_memory = 1',
      'vm.panic_on_oom = 0',
      'kernel.panic = 10',
      'kernel.panic_on_oops = 1',
    ]
    demanded.push(
      'kernel.keys.root_maxkeys = 1000000',
      'kernel.keys.root_maxbytes = 25000000',
      'net.ipv4.ip_forward = 1',
    )
    for (const line of demanded) expect(settings).toContain(`${line}\n`)
    expect(settings).not.toContain('rp_filter')
    expect(ssh('cat /etc/modules-load.d/k8s-node.conf')).toBe('overlay\nbr_netfilter\nnf_conntrack\n')
    const masked = ['swap.target', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'unattended-upgrades.service']
    expect(
      ssh(`systemctl is-enabled ${masked.join(' ')} || true`)
        .trim()
        .split('\n'),
    ).toEqual(masked.map(() => 'masked'))
  })

  test('has its own identity', async () => {
    const identity = 'cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub'
    expect(ssh(identity, await nodes.launch(ami))).not.toBe(ssh(identity))
  }, 240_000)
})

describe('the playbook on the same node', () => {
  test('changes only what this boot made, and in the next run nothing', async () => {
    const first = await provision().done
    expect({ code: first.code, changed: changed(first.ends) }).toEqual({
      code: 0,
      changed: ['cleanup : Remove what belongs to this instance'],
    })
    const second = await provision().done
    expect({ code: second.code, changed: changed(second.ends), tasks: second.ends.length }).toEqual({
      code: 0,
      changed: [],
      tasks: first.ends.length,
    })
    expect(second.left).toEqual([])
  }, 240_000)

  const broken: [string, () => Record<string, unknown>, string, RegExp][] = [
    [
      'a package that does not exist',
      () => ({ kubernetes_packages_extra: ['no-such-package'] }),
      'ansible/roles/kubernetes/tasks/wait.yml:2',
      /Unable to locate package no-such-package/,
    ],
    [
      'a file with a wrong sum',
      () => ({ runc: { ...(node.runc as object), sha256: 'f'.repeat(64) } }),
      'ansible/roles/containerd/tasks/main.yml:2',
      /runc\.amd64 has sha256 [0-9a-f]{64} instead of f{64}/,
    ],
    [
      'a missing sum and a mirror',
      () => ({ runc: { ...(node.runc as object), sha256: '' } }),
      'ansible/roles/containerd/tasks/main.yml:2',
      /runc\.amd64 has no sha256, which a mirror requires/,
    ],
    [
      'a key that is not trusted',
      () => ({ kubernetes_repository_fingerprints: ['A'.repeat(40)] }),
      'ansible/roles/kubernetes/tasks/main.yml:4',
      /repository key [0-9A-F]{40} is not trusted \(trusted: A{40}/,
    ],
    [
      'an image with a wrong digest',
      () => ({ sandbox_image_digest: `sha256:${'0'.repeat(64)}` }),
      'ansible/roles/containerd/tasks/main.yml:14',
      /pause@sha256:0{64} could not be fetched/,
    ],
  ]
  test.each(broken)(
    'says why, and where, with %s',
    async (_, variables, path, message) => {
      const run = await provision(variables()).done
      expect(run.code).not.toBe(0)
      expect(run.ends.at(-1)).toMatchObject({ status: 'failed', path, message: expect.stringMatching(message) })
      expect(run.left).toEqual([])
    },
    120_000,
  )

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'ends at %s, and leaves no process and no key',
    async (signal) => {
      const run = provision()
      while (!run.seen().some(({ event }) => event === 'task_start')) {
        await new Promise((later) => setTimeout(later, 50))
        if (hasEnded(run.child)) throw new Error('ended by itself')
      }
      expect(readdirSync(run.own)).toHaveLength(1)
      run.child.kill(signal)
      const { code, left } = await run.done
      expect({ code, left }).toEqual({ code: signal === 'SIGTERM' ? 143 : 130, left: [] })
      expect(processesWith(run.own)).toEqual([])
    },
    60_000,
  )

  test('ends with the shell that Packer kills', async () => {
    const run = provision({}, ['/bin/sh', '-c', '"$0"; exit $?'])
    while (!run.seen().some(({ event }) => event === 'task_start')) await new Promise((later) => setTimeout(later, 50))
    run.child.kill('SIGKILL')
    const { left } = await run.done
    expect({ left, processes: processesWith(run.own) }).toEqual({ left: [], processes: [] })
  }, 60_000)
})
