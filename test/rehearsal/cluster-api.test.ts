/**
 * Nodes of Cluster API Provider AWS. The provider's Go module stores the bootstrap data and makes the user data. On the machine, the
 * AWS CLI fetches the bootstrap data, and cloud-init runs kubeadm. Covers Debian 12 and 13 with each secret backend of the provider.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runJob, type StepResult } from '../../script/runner.ts'
import { slice } from './lanes.ts'
import { admit, jobOn, type Local, type Mirror, root, startLocal, startMirror } from './local.ts'
import { type Nodes, nodesOn } from './nodes.ts'

const MINUTE = 60_000
const region = 'us-east-1'
const version = 'v1.37.2'
const rows = slice([
  ['debian-13', 'secrets-manager'],
  ['debian-12', 'ssm-parameter-store'],
  ['debian-13', 'ssm-parameter-store'],
  ['debian-12', 'secrets-manager'],
  ['debian-13', 'none'],
  ['debian-12', 'none'],
] as const)
const systems = [...new Set(rows.map(([system]) => system))]
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-cluster-api-'))
const program = join(directory, 'userdata')
let local: Local
let mirror: Mirror
let nodes: Nodes
let main: StepResult
let dispose: () => void

/** Debian 12's AWS CLI does not support AWS_ENDPOINT_URL, so a wrapper in PATH passes the endpoint as an option. */
const endpoint = `
- name: Set the endpoint of AWS
  ansible.builtin.copy:
    content: |
      #!/bin/sh
      exec /usr/bin/aws --endpoint-url http://169.254.169.254 "$@"
    dest: /usr/local/bin/aws
    mode: "0755"
`

/** The CNI configuration that makes a node ready. Users of Cluster API bring their own. */
const cni = {
  cniVersion: '1.0.0',
  name: 'rehearsed',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipam: { type: 'host-local', ranges: [[{ subnet: '10.244.0.0/24' }]] },
    },
  ],
}

/** The control plane's images by tag and digest, from the mirror's sums. Machines here reach no registry. */
async function controlPlane(): Promise<string> {
  const sums = await (await fetch(`${mirror.inputs.mirror}/SHA256SUMS`)).text()
  const named =
    /^([0-9a-f]{64}) +registry\.k8s\.io\/v2\/(kube-\w+(?:-\w+)*|etcd)\/manifests\/(v?\d+\.\d+\.\d+(?:-\d+)?)$/gm
  return [...sums.matchAll(named)]
    .filter(([, , name, tag]) => name === 'etcd' || tag === version)
    .map(([, sum, name, tag]) => `registry.k8s.io/${name}:${tag}@sha256:${sum}`)
    .join(',')
}

const account = () => ({ ...process.env, ...local.ready.env, AWS_REGION: region, AWS_DEFAULT_REGION: region })

function aws(...args: string[]): unknown {
  const done = spawnSync('aws', [...args, '--output', 'json'], { encoding: 'utf8', timeout: 60_000, env: account() })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout || 'null')
}

/** Number of existing secrets and parameters, counted from the recorded calls. */
async function secrets(): Promise<number> {
  const done = (await local.calls()).filter(({ status }) => status === 200).map(({ action }) => action)
  const count = (...actions: string[]) => done.filter((action) => actions.includes(action)).length
  return count('CreateSecret', 'PutParameter') - count('DeleteSecret', 'DeleteParameter')
}

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal(...systems), startMirror()])
  await local.settings({ ownKind: 'machine' })
  nodes = nodesOn(local, region, directory)
  admit(local, region)
  aws('iam', 'create-role', '--role-name', 'node', '--assume-role-policy-document', '{}')
  aws('iam', 'create-instance-profile', '--instance-profile-name', 'node')
  aws('iam', 'add-role-to-instance-profile', '--instance-profile-name', 'node', '--role-name', 'node')
  execFileSync('go', ['build', '-trimpath', '-o', program, '.'], {
    cwd: join(root, 'test/cluster-api/userdata'),
    timeout: 30 * MINUTE,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  writeFileSync(join(directory, 'cni.json'), JSON.stringify(cni))
  const job = jobOn(local, mirror, {
    region,
    os: systems.join(),
    'cluster-api': 'aws',
    'ansible-hooks': 'hooks',
    'pre-pull-images': await controlPlane(),
  })
  dispose = job.dispose
  mkdirSync(join(job.directory, 'hooks'))
  writeFileSync(join(job.directory, 'hooks/after-kubernetes.yml'), endpoint)
  main = (await runJob(job)).main
}, 60 * MINUTE)

afterAll(async () => {
  dispose?.()
  await Promise.all([local?.stop(), mirror?.stop()])
  rmSync(directory, { recursive: true, force: true })
}, 120_000)

// The previous row's control plane would take processor time from the next one.
afterEach(() => {
  const { Reservations } = nodes.aws('describe-instances') as {
    Reservations: { Instances: { InstanceId: string }[] }[]
  }
  const ids = Reservations.flatMap(({ Instances }) => Instances.map(({ InstanceId }) => InstanceId))
  if (ids.length > 0) nodes.aws('terminate-instances', '--instance-ids', ...ids)
}, MINUTE)

test('the images are built', () => {
  expect({ code: main.code, log: main.code ? main.log.slice(-4000) : '' }).toEqual({ code: 0, log: '' })
})

/** Waits until a command on a node succeeds; kubeadm is slow on an emulated processor. */
async function until(host: string, command: string, minutes: number): Promise<void> {
  for (const end = Date.now() + minutes * MINUTE; ; ) {
    try {
      nodes.ssh(host, command)
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((later) => setTimeout(later, 5000))
    }
  }
}

test.each(rows)(
  '%s becomes a node by %s',
  async (system, backend) => {
    const skipped = 'preflight,addon/coredns,addon/kube-proxy'
    const flags = ['-backend', backend, '-kubernetes', version, '-skip-phases', skipped]
    const before = await secrets()
    const data = execFileSync(program, [...flags, '-cni-config', join(directory, 'cni.json')], { env: account() })
    expect(data.toString().startsWith('MIME-Version')).toBe(backend !== 'none')
    expect((await secrets()) > before).toBe(backend !== 'none')
    writeFileSync(join(directory, 'data'), data)
    const ami = JSON.parse(main.outputs['ami-ids'] ?? '{}')[`${system}-amd64`][region]
    const began = Date.now()
    const more = ['--user-data', `fileb://${join(directory, 'data')}`, '--iam-instance-profile', 'Name=node']
    const host = await nodes.launch(ami, 'true', more)
    await until(host, 'test -e /run/cloud-init/result.json', 30)
    const seconds = () => Math.round((Date.now() - began) / 1000)
    const done = seconds()
    const on = (command: string) => nodes.ssh(host, command)
    const log = () => on('sudo grep -v "^ci-info" /var/log/cloud-init-output.log | tail -n 60')
    const { datasource, errors } = JSON.parse(on('cat /run/cloud-init/result.json')).v1
    expect({ datasource, errors, log: errors.length === 0 ? '' : log() }).toEqual({
      datasource: 'DataSourceEc2ClusterApiLocal',
      errors: [],
      log: '',
    })
    const sentinel = on('cat /run/cluster-api/bootstrap-success.complete 2>&1 || true').trim()
    expect(sentinel === 'success' ? sentinel : log()).toBe('success')
    expect(await secrets()).toBe(before)
    // Only root can read the fetched data and the files made from it.
    const world = on(
      "sudo find /etc/secret-userdata* /etc/kubernetes /run/kubeadm /var/lib/cloud -type f -perm /o=r -exec grep -l 'PRIVATE KEY\\|token:' {} + || true",
    )
    expect(world.trim()).toBe('')
    const kubectl = 'sudo kubectl --kubeconfig /etc/kubernetes/admin.conf'
    const name = on(`${kubectl} get nodes -o name`).trim()
    expect(name).toMatch(/^node\/ip-127-\d+-\d+-\d+\.ec2\.internal$/)
    await until(host, `${kubectl} wait --for=condition=Ready --timeout=60s ${name}`, 5)
    process.stderr.write(`${system} by ${backend}: cloud-init done after ${done} s, node ready after ${seconds()} s\n`)
  },
  45 * MINUTE,
)
