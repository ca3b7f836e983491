import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { inputs as reference } from '../../../script/reference/inputs.js'
import { readCatalog } from '../../../src/catalog/catalog.js'
import { inputDefaults } from '../../../src/inputs/names.js'
import { readOptions } from '../../../src/inputs/options.js'
import { readInputs } from '../../../src/inputs/read-inputs.js'
import { exec } from '../../../src/lib/exec.js'
import type { OperatingSystem } from '../../../src/model/system.js'
import { renderVarFile } from '../../../src/packer/var-file.js'
import { type Ec2Reads, type PlanFacts, sharedReads } from '../../../src/plan/facts.js'
import { makePlan } from '../../../src/plan/plan.js'
import { publishedBy } from '../../../src/plan/regions.js'
import { type MemoryLog, manualClock, memoryLog } from '../fakes.js'
import { makeKey, type TestKey } from '../support/keys.js'
import {
  addKubernetes,
  addRpm,
  kubernetesFolder,
  nodeFiles,
  programFiles,
  rpmPrimary,
  seal,
  sha256,
} from '../support/mirror.js'
import { type FileServer, startServer } from '../support/server.js'
import { temporaryDirectory } from '../support/temporary.js'

const directory = temporaryDirectory()
const made = new Map<string, Buffer>()
let server: FileServer
let log: MemoryLog
let ours: TestKey
let theirs: TestKey
let old: TestKey
beforeAll(() => {
  ours = makeKey()
  theirs = makeKey()
  old = makeKey({ expired: true })
  for (const path of nodeFiles) made.set(path, Buffer.from(path))
  addKubernetes({ files: made }, ours, ['1.37.1-1.1', '1.37.2-1.1'])
  addKubernetes({ files: made }, ours, ['1.36.3-1.1'], '1.36')
  seal({ files: made }, ours)
})
afterAll(() => {
  for (const key of [ours, theirs, old]) key.remove()
})
beforeEach(async () => {
  server = await startServer()
  for (const [path, data] of made) server.files.set(path, data)
  log = memoryLog()
  for (const path of [
    'packer/image/image.pkr.hcl',
    'packer/python/bring.sh',
    'ansible/node.yml',
    'hooks/after-kubernetes.yml',
  ]) {
    mkdirSync(join(directory(), path, '..'), { recursive: true })
    writeFileSync(join(directory(), path), path)
  }
})
afterEach(() => server.stop())

const account: Ec2Reads = {
  enabledRegions: async () => ['us-east-1', 'us-west-2'],
  newestAmi: async ({ owner, nameFilter, arch }) => ({
    id: 'ami-0123456789abcdef0',
    name: `${owner}/${nameFilter}/${arch}`,
  }),
}

/** The user's files, except the one with trusted keys. */
const files: Readonly<Record<string, string>> = {
  'vars.json': '{"root_volume_size": 30}',
  'by-id.json': '{"debian-13": {"arch": {"amd64": {"sourceAmi": "ami-0aaaaaaaaaaaaaaaa"}}}}',
  'by-parameter.json': '{"debian-13": {"arch": {"amd64": {"ssmParameter": "/golden/debian-13"}}}}',
  'small.json': '{"root_volume_size": 10}',
  'systems.json': '{"debian-13": {"sshUser": "me"}}',
  'after-kubernetes.yml': '- name: Nothing\n  ansible.builtin.meta: noop\n',
}

interface Given {
  readonly inputs?: Readonly<Record<string, string>>
  readonly ec2?: Partial<Ec2Reads>
  readonly trust?: readonly string[]
  readonly runId?: string
  readonly date?: string
}

async function plan({
  inputs = {},
  ec2 = {},
  trust = [ours.fingerprint],
  runId = '5f0c9a77',
  date = '20261123',
}: Given = {}) {
  const catalog = readCatalog('.')
  const env = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const given = await readInputs(
    {
      GITHUB_WORKSPACE: directory(),
      INPUT_MIRROR: server.url,
      ...Object.fromEntries(env.filter(([name]) => name !== 'INPUT_MIRROR')),
      ...(trust.length > 0 ? { 'INPUT_MIRROR-TRUST': 'trust' } : {}),
    },
    {
      catalog,
      templateVariables: ['root_volume_size', 'block_devices', 'ssh_port'],
      readFile: (path) => files[basename(path)] ?? trust.join('\n'),
      readDirectory: () => ['after-kubernetes.yml'],
      options: readOptions('.'),
    },
  )
  return { inputs: given, plan: await makePlan(given, facts(ec2, { runId, date })) }
}

function facts(ec2: Partial<Ec2Reads>, { runId = '5f0c9a77', date = '20261123' } = {}): PlanFacts {
  const catalog = readCatalog('.')
  return { catalog, root: directory(), runId, date, ec2: { ...account, ...ec2 }, exec, log, clock: manualClock() }
}

async function mistakes(given: Given): Promise<string[]> {
  const error = await plan(given).then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toMatchObject({ name: 'UserError' })
  return (error as Error).message.split('\n')
}

const at = (path: string) => `${server.url}/${path}`

/** A package of the server's index. */
const deb = (name: string, version: string, digit: string) => ({
  version,
  url: `https://${kubernetesFolder}/${name}.deb`,
  sha256: digit.repeat(64),
})

test('one image, exact to the last byte', async () => {
  const { plan: made } = await plan()
  const sums = Object.fromEntries(nodeFiles.map((path) => [path, sha256(path)]))
  const [containerd = '', runc = '', cni = '', pause = '', ecr = ''] = nodeFiles
  expect(made).toMatchObject({ runId: '5f0c9a77', region: 'us-east-1', copyRegions: [] })
  expect(made.images).toEqual([
    {
      key: 'debian-13-amd64',
      os: 'debian-13',
      arch: 'amd64',
      baseAmi: { id: 'ami-0123456789abcdef0', name: '136693071363/debian-13-amd64-*/amd64' },
      system: {
        name: 'Debian 13 (trixie)',
        family: 'debian',
        sshUser: 'admin',
        rootDevice: '/dev/xvda',
        instanceType: 't3.medium',
      },
      amiName: 'k8s-1.37.2-debian-13-amd64-20261123-5f0c9a',
      buildName: 'provisional-d5212a551b68b710fda22033',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      node: {
        kubernetesVersion: '1.37.2',
        kubernetesDeb: '1.37.2-1.1',
        kubernetesRepository: 'https://pkgs.k8s.io/core:/stable:/v1.37/deb/',
        kubernetesRepositoryKey: expect.stringMatching(/^-----BEGIN PGP PUBLIC KEY BLOCK-----\n/),
        kubernetesRepositoryFingerprints: [ours.fingerprint],
        containerd: { version: '2.3.7', url: `https://${containerd}`, sha256: sums[containerd] },
        runc: { version: '1.4.3', url: `https://${runc}`, sha256: sums[runc] },
        cniPlugins: { version: '1.9.1', url: `https://${cni}`, sha256: sums[cni] },
        ecrCredentialProvider: { version: '1.37.0', url: `https://${ecr}`, sha256: sums[ecr] },
        kubernetesPackages: {
          ...Object.fromEntries(['kubelet', 'kubeadm', 'kubectl'].map((name) => [name, deb(name, '1.37.2-1.1', '1')])),
          'cri-tools': deb('cri-tools', '1.37.1-1.1', '3'),
          'kubernetes-cni': deb('kubernetes-cni', '1.8.0-1.1', '3'),
        },
        sandboxImage: 'registry.k8s.io/pause:3.10.2',
        sandboxImageDigest: `sha256:${sums[pause]}`,
      },
      supplies: { images: {} },
    },
  ])
  expect(log.warnings).toEqual([])
})

test('several systems and versions: sorted keys that tell them apart, each file read once', async () => {
  const { plan: made } = await plan({
    inputs: { os: 'ubuntu-24.04,debian-13', 'kubernetes-version': '1.37, 1.37.2, 1.36', 'ami-regions': 'us-west-2' },
  })
  expect(made.copyRegions).toEqual(['us-west-2'])
  expect(made.images.map(({ key, node }) => [key, node.kubernetesDeb])).toEqual([
    ['debian-13-amd64-1.36.3', '1.36.3-1.1'],
    ['debian-13-amd64-1.37.2', '1.37.2-1.1'],
    ['ubuntu-24.04-amd64-1.36.3', '1.36.3-1.1'],
    ['ubuntu-24.04-amd64-1.37.2', '1.37.2-1.1'],
  ])
  expect(new Set(made.images.map(({ digest }) => digest)).size).toBe(4)
  expect([...server.requests].sort()).toEqual([...new Set(server.requests)].sort())
})

test('several groups of a job read each file once', async () => {
  const shared = sharedReads()
  for (const os of ['debian-13', 'ubuntu-24.04', 'debian-12']) {
    const { inputs } = await plan({ inputs: { os } })
    server.requests.length = 0
    await makePlan(inputs, { ...facts({}), shared })
    expect(server.requests.length > 0).toBe(os === 'debian-13')
  }
})

test('two packages of one version are two images with one key: a mistake', async () => {
  addKubernetes(server, ours, ['1.37.2-1.1', '1.37.2-2.1'])
  seal(server, ours)
  expect(await mistakes({ inputs: { 'kubernetes-version': '1.37.2-1.1, 1.37.2-2.1' } })).toEqual([
    'kubernetes-version names two packages of Kubernetes 1.37.2: 1.37.2-1.1 and 1.37.2-2.1',
  ])
})

describe('the ECR credential provider', () => {
  test('is left out with a warning if no sum is published', async () => {
    server.files.delete(nodeFiles[4] ?? '')
    seal(server, ours)
    const { plan: made, inputs } = await plan()
    expect(made.images[0]?.node.ecrCredentialProvider).toBeUndefined()
    expect(log.warnings).toEqual([
      `images for amd64 are made without the ECR credential provider 1.37.0: ${server.url} does not have it`,
    ])
    const settings = { ansiblePlaybook: '/a', account: { env: {}, sshPort: 22, sshSourceCidrs: [] }, ownCidrs: [] }
    const { node } = JSON.parse(renderVarFile(made, inputs, settings)).images['debian-13-amd64']
    expect(node.ecr_credential_provider).toBeNull()
  })

  test('is not read if it is not wanted', async () => {
    const { plan: made } = await plan({
      inputs: { 'ansible-extra-vars': '{"kubernetes_ecr_credential_provider": false}' },
    })
    expect(made.images[0]?.node.ecrCredentialProvider).toBeUndefined()
    expect(log.warnings).toEqual([])
  })
})

describe('the AWS CLI, for Cluster API', () => {
  const zip = 'awscli.amazonaws.com/awscli-exe-linux-x86_64-2.36.9.zip'
  const settings = { ansiblePlaybook: '/a', account: { env: {}, sshPort: 22, sshSourceCidrs: [] }, ownCidrs: [] }

  test("is AWS's archive, or the distribution's package", async () => {
    server.files.set(zip, Buffer.from(zip))
    seal(server, ours)
    const given = { inputs: { os: 'debian-13, ubuntu-24.04', 'cluster-api': 'aws', lock: 'write' } }
    const { plan: made, inputs } = await plan(given)
    const archive = { version: '2.36.9', url: `https://${zip}`, sha256: sha256(zip) }
    const { images } = JSON.parse(renderVarFile(made, inputs, settings))
    expect(images['debian-13-amd64'].node).toMatchObject({ aws_cli: null, aws_cli_package: 'awscli' })
    expect(images['ubuntu-24.04-amd64'].node).toMatchObject({ aws_cli: archive, aws_cli_package: '' })
    expect(made.lock?.kubernetes['1.37']?.arch.amd64?.files.awsCli).toEqual(archive)
  })

  test('is in no image and no lock that did not ask for it', async () => {
    const { plan: made, inputs } = await plan({ inputs: { os: 'debian-13, ubuntu-24.04', lock: 'write' } })
    const { images } = JSON.parse(renderVarFile(made, inputs, settings))
    expect(images['ubuntu-24.04-amd64'].node).toMatchObject({ aws_cli: null, aws_cli_package: '' })
    expect(made.lock?.kubernetes['1.37']?.arch.amd64?.files.awsCli).toBeUndefined()
  })

  test('is rejected if the mirror lacks it, and so is Cluster API without cloud-init', async () => {
    expect(await mistakes({ inputs: { os: 'ubuntu-24.04', 'cluster-api': 'aws' } })).toEqual([
      expect.stringContaining(`does not name ${zip}`),
    ])
    const [line] = await mistakes({ inputs: { os: 'flatcar-stable', 'cluster-api': 'aws' } })
    expect(line).toContain('it is for cloud-init, but Cluster API bootstraps flatcar-stable with Ignition')
  })
})

test('a system that was only rendered, or built on a stand-in, is a warning', async () => {
  await plan({ inputs: { os: 'ubuntu-22.04, ubuntu-24.04, debian-13' } })
  expect(log.warnings).toEqual([
    'ubuntu-22.04-amd64: the authors of this action have never built Ubuntu 22.04 LTS (jammy) for amd64, only rendered its template (docs/operating-systems.md)',
    'ubuntu-24.04-amd64: the authors of this action built Ubuntu 24.04 LTS (noble) for amd64 on a stand-in only, never from its base AMI (docs/operating-systems.md)',
  ])
})

test('the root device is what EC2 says of the base AMI, or else what the catalogue says', async () => {
  const device = async (rootDevice?: string, known?: string) => {
    const { inputs } = await plan()
    const { rootDevice: _, ...system } = inputs.operatingSystems['debian-13'] as OperatingSystem
    const made = await makePlan(
      { ...inputs, operatingSystems: { 'debian-13': { ...system, ...(known && { rootDevice: known }) } } },
      facts({
        newestAmi: async () => ({ id: 'ami-1', name: 'x', ...(rootDevice && { rootDevice }) }),
      }),
    )
    return made.images[0]?.system.rootDevice
  }
  expect(await device('/dev/sda1')).toBe('/dev/sda1')
  expect(await device('/dev/sda1', '/dev/xvda')).toBe('/dev/sda1')
  expect(await device(undefined, '/dev/xvda')).toBe('/dev/xvda')
  expect(await device()).toBe('')
})

test('a plan keeps what the base AMI decides: encryption, and how an AMI gets its name', async () => {
  const newestAmi = async () => ({ id: 'ami-1', name: 'x', encrypted: true, needsCopy: false })
  const { images } = (await plan({ ec2: { newestAmi } })).plan
  expect(images[0]?.system).toMatchObject({ encrypted: true, needsCopy: false })
  expect(images[0]?.baseAmi).toEqual({ id: 'ami-1', name: 'x' })
  const [unknown] = (await plan()).plan.images
  expect(Object.keys(unknown?.system ?? {})).not.toContain('needsCopy')
})

/** Puts Kubernetes' programs on the mirror. */
function addPrograms(): void {
  for (const path of programFiles) server.files.set(path, Buffer.from(path))
  seal(server, ours)
}

test('Kubernetes comes as files without a package manager, and as packages for other systems', async () => {
  addPrograms()
  const { plan: made } = await plan({ inputs: { os: 'debian-13, flatcar-stable' } })
  const files = Object.fromEntries(made.images.map(({ os, node }) => [os, node.kubernetesBinaries]))
  const [kubelet = ''] = programFiles
  expect(files['debian-13']).toBeUndefined()
  expect(Object.keys(files['flatcar-stable'] ?? {}).sort()).toEqual(['crictl', 'kubeadm', 'kubectl', 'kubelet'])
  expect(files['flatcar-stable']?.kubelet).toEqual({
    version: '1.37.2',
    url: `https://${kubelet}`,
    sha256: sha256(kubelet),
  })
  expect(log.lines).toEqual([
    'flatcar-stable-amd64: Kubernetes comes as files, as with kubernetes-source: binary, since it has no package manager',
  ])
})

test('every system of the catalogue, as the template gets it', async () => {
  addPrograms()
  addRpm(server, ours, gzipSync(rpmPrimary(['1.37.2', '150500.1.1'])), '.gz')
  const { inputs } = await plan()
  const every = { ...inputs, os: Object.keys(inputs.operatingSystems) }
  const asked: string[] = []
  const made = await makePlan(
    every,
    facts({
      newestAmi: async ({ owner, nameFilter = '', arch, order }) => {
        asked.push(`${nameFilter} of ${owner} for ${arch}${order ? `, newest by ${order}` : ''}`)
        return { id: 'ami-0123456789abcdef0', name: nameFilter }
      },
    }),
  )
  const settings = { ansiblePlaybook: '', account: { env: {}, sshPort: 22, sshSourceCidrs: [] }, ownCidrs: [] }
  const { images } = JSON.parse(renderVarFile(made, every, settings))
  for (const image of Object.values(images) as Record<string, unknown>[]) {
    // The digest differs by machine and run.
    delete image.digest
    const node = image.node as Record<string, string>
    const { kubernetes_deb, kubernetes_rpm, kubernetes_rpm_repository } = node
    const files = Object.keys(node.kubernetes_binaries ?? {})
    const { kubelet } = node.kubernetes_package_files as unknown as Record<string, { url: string } | undefined>
    image.node = {
      kubernetes_deb,
      kubernetes_rpm,
      kubernetes_rpm_repository,
      ...(kubelet && { kubelet: kubelet.url }),
      ...(files.length > 0 && { files }),
    }
  }
  expect({ asked, images }).toMatchSnapshot()
})

test('an image with an unknown base AMI has no digest', async () => {
  const { plan: made } = await plan({ ec2: { newestAmi: async () => ({ id: '', name: '' }) } })
  expect(made.images.map(({ digest }) => digest)).toEqual([''])
})

describe('the digest', () => {
  /** Adds files that the mirror lacks for these inputs. */
  async function digest(given: Given = {}): Promise<string | undefined> {
    try {
      return (await plan(given)).plan.images[0]?.digest
    } catch (error) {
      const missing = [...(error as Error).message.matchAll(/does not name (\S+)/g)].map(([, path]) => path ?? '')
      if (missing.length === 0) throw error
      for (const path of missing) server.files.set(path, Buffer.from(path))
      seal(server, ours)
      return digest(given)
    }
  }

  /**
   * For every input except `arch` (parts.test.ts): another value than the default, whether it makes another image, and inputs that it
   * needs.
   */
  const rows: Readonly<
    Record<Exclude<keyof typeof inputDefaults, 'arch'>, [string, 'same' | 'another', Record<string, string>?]>
  > = {
    // An image of the config file has the same settings.
    config: ['.github/k8s-image.yml', 'same'],
    'kubernetes-version': ['1.37.1', 'another'],
    os: ['debian-12', 'another'],
    catalog: ['systems.json', 'another'],
    'containerd-version': ['2.3.6', 'another'],
    'kubernetes-source': ['binary', 'another'],
    lock: ['write', 'same'],
    'lock-file': ['other.json', 'same'],
    // The region's base AMI makes another image only if it has another ID.
    region: ['us-west-2', 'same'],
    'ami-regions': ['us-west-2', 'same'],
    'ami-name': ['x-{run}', 'same'],
    'instance-type': ['m7i.large', 'same'],
    'subnet-id': ['subnet-0123456789abcdef0', 'same'],
    'associate-public-ip-address': ['true', 'same', { 'subnet-id': 'subnet-0123456789abcdef0' }],
    'ssh-interface': ['private_ip', 'same'],
    'ssh-source-cidr': ['203.0.113.7/32', 'same'],
    'packer-version': ['1.15.3', 'same'],
    // plan() already sets a mirror, and another mirror has the same files.
    mirror: ['http://127.0.0.1:1/other', 'same'],
    'mirror-trust': ['trust', 'same'],
    'build-proxy': ['http://proxy.example.com:3128', 'same'],
    'var-file': ['vars.json', 'another'],
    vars: ['root_volume_size=30', 'another'],
    'ansible-extra-vars': ['{"base_journal_limit": "1G"}', 'another'],
    'ansible-hooks': ['hooks', 'another'],
    'extra-packages': ['jq', 'another'],
    'pre-pull-images': [`registry.k8s.io/kube-proxy@sha256:${'a'.repeat(64)}`, 'another'],
    'cluster-api': ['aws', 'another'],
    tags: ['a=b', 'same'],
    'if-exists': ['rebuild', 'same'],
    'copy-before-test': ['false', 'same'],
    'name-at': ['build', 'same'],
    'max-concurrent-copies': ['3', 'same'],
    'kms-key-ids': ['us-east-1=alias/k8s', 'another'],
    'share-with-accounts': ['123456789012', 'same'],
    'share-with-organizations': ['arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5', 'same'],
    'share-with-ous': ['arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6', 'same'],
    'share-publicly': ['true', 'same'],
    'deprecate-after': ['90', 'same'],
    'deregistration-protection': ['true', 'same'],
    'ssm-parameters': ['/k8s/latest', 'same'],
    rehearse: ['true', 'same'],
    test: ['boot', 'same'],
    'test-focus': ['Pods', 'same'],
    'test-skip': ['Slow', 'same'],
    'test-reboot': ['false', 'same'],
    'test-timeout': ['7', 'same'],
    'keep-failed': ['true', 'same'],
    'parallel-builds': ['4', 'same'],
    timeout: ['7', 'same'],
    preflight: ['false', 'same'],
  }

  test.each(Object.entries(rows))('with another %s: %j', async (name, [value, expected, more = {}]) => {
    expect(value).not.toBe(inputDefaults[name as keyof typeof inputDefaults])
    const changed = await digest({ inputs: { ...more, [name]: value } })
    const plain = await digest({ inputs: more })
    expect(plain).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(changed === plain ? 'same' : 'another').toBe(expected)
    // docs/inputs.md must agree.
    const [, , documented] = reference[name as keyof typeof inputDefaults]
    expect(documented.startsWith('yes') ? 'another' : 'same').toBe(expected)
  })

  test('counts what base_trees_extra puts on the node, not where it lies on the runner', async () => {
    const [tree, other] = [join(directory(), 'tree'), join(directory(), 'other')]
    mkdirSync(join(tree, 'etc'), { recursive: true })
    const own = join(tree, 'etc/own.sh')
    const of = (path: string) =>
      digest({ inputs: { 'ansible-extra-vars': JSON.stringify({ base_trees_extra: [path] }) } })
    const seen = [await of(tree)]
    const changes = [
      () => writeFileSync(own, 'a'),
      () => writeFileSync(own, 'b'),
      () => chmodSync(own, 0o755),
      () => chmodSync(own, 0o600),
      () => symlinkSync('own.sh', join(tree, 'etc/link')),
    ]
    for (const change of changes) {
      change()
      seen.push(await of(tree))
    }
    expect(new Set(seen).size).toBe(6)
    cpSync(tree, other, { recursive: true, verbatimSymlinks: true })
    expect(await of(other)).toBe(seen.at(-1))
    await expect(of(join(directory(), 'nowhere'))).rejects.toThrow(/^base_trees_extra: .*nowhere is not a directory/)
  })

  test('follows links of ansible-hooks, like Ansible, and names broken ones', async () => {
    const [shared, link] = [join(directory(), 'shared'), join(directory(), 'hooks/files')]
    const of = () => digest({ inputs: { 'ansible-hooks': 'hooks' } })
    mkdirSync(shared)
    writeFileSync(join(shared, 'a'), 'a')
    symlinkSync('../shared', link)
    const before = await of()
    writeFileSync(join(shared, 'a'), 'b')
    expect(await of()).not.toBe(before)
    symlinkSync('.', join(shared, 'loop'))
    await expect(of()).rejects.toThrow(/hooks\/files\/loop is a link to a directory above it/)
    rmSync(shared, { recursive: true })
    await expect(of()).rejects.toThrow(/hooks\/files is a broken link/)
  })

  test("does not count what Python compiles among the user's tasks", async () => {
    const of = () => digest({ inputs: { 'ansible-hooks': 'hooks' } })
    const before = await of()
    for (const path of ['hooks/library/__pycache__/own.cpython-313.pyc', 'hooks/filter_plugins/own.pyc']) {
      mkdirSync(join(directory(), path, '..'), { recursive: true })
      writeFileSync(join(directory(), path), 'x')
    }
    expect(await of()).toBe(before)
    writeFileSync(join(directory(), 'hooks/library/own.py'), 'x')
    expect(await of()).not.toBe(before)
  })

  test.each<[string, Given]>([
    ['another run', { runId: 'abcdef01' }],
    ['another day', { date: '20261224' }],
    [
      'another name of the same base AMI',
      { ec2: { newestAmi: async () => ({ id: 'ami-0123456789abcdef0', name: 'x' }) } },
    ],
    ['the port of SSH', { inputs: { vars: 'ssh_port=2222' } }],
  ])('is the same for %s', async (_name, given) => {
    expect(await digest(given)).toBe(await digest())
  })

  test('is the same for the same variables, wherever and in whatever order they are written', async () => {
    const two = 'root_volume_size=30\nblock_devices=[1]'
    expect(await digest({ inputs: { vars: two } })).toBe(
      await digest({ inputs: { 'var-file': 'vars.json', vars: 'block_devices=[1]' } }),
    )
    expect(
      await digest({
        inputs: { 'ansible-extra-vars': '{"base_journal_limit": "1G", "base_automatic_updates": true}' },
      }),
    ).toBe(await digest({ inputs: { 'ansible-extra-vars': 'base_automatic_updates: true\nbase_journal_limit: 1G' } }))
  })

  test('is another for another base AMI', async () => {
    expect(await digest({ ec2: { newestAmi: async () => ({ id: 'ami-1', name: 'x' }) } })).not.toBe(await digest())
  })

  test('is another for another playbook or another artifact', async () => {
    const before = await digest()
    writeFileSync(join(directory(), 'ansible/node.yml'), 'changed')
    const after = await digest()
    expect(after).not.toBe(before)
    server.files.set(nodeFiles[1] ?? '', Buffer.from('another runc'))
    seal(server, ours)
    expect(await digest()).not.toBe(after)
  })
})

test('a Kubernetes past its end of life is a warning', async () => {
  await plan({ date: '20280101' })
  expect(log.warnings).toEqual(['Kubernetes 1.37 has had no patches since 2027-10-28'])
})

describe('what EC2 says', () => {
  test('no base AMI', async () => {
    expect(await mistakes({ ec2: { newestAmi: async () => undefined } })).toEqual([
      'debian-13-amd64: there is no base AMI in us-east-1: owner 136693071363, name debian-13-amd64-*',
    ])
  })

  test.each([
    ['us-east-1', 'ubuntu-24.04', '099720109477', 'build in another `region`'],
    ['us-gov-west-1', 'ubuntu-24.04', '513442679011', 'build in another `region`'],
    ['cn-north-1', 'ubuntu-24.04', '837727238323', 'build in another `region`'],
    ['cn-north-1', 'debian-13', '136693071363', 'name the account in your `catalog` file, {"debian-13": {"owner"'],
  ])('in %s, %s is read from the account %s', async (region, os, owner, hint) => {
    const owners: string[] = []
    const ec2 = {
      enabledRegions: async () => [region],
      newestAmi: async (query: { owner: string }) => {
        owners.push(query.owner)
        return undefined
      },
    }
    const failure = await plan({ ec2, inputs: { os, region } }).catch((error: Error) => error)
    expect(owners).toEqual([owner])
    expect(failure).toMatchObject({ message: expect.stringContaining(`in ${region}: owner ${owner}`) })
    expect(failure).toMatchObject({ hint: expect.stringContaining(hint) })
  })

  test('an account that allows only some AMIs may hide it, which the hint says', () => {
    expect(publishedBy({ key: 'x-1', owner: '123456789012' }, 'eu-west-1').hint).toContain('Allowed AMIs')
  })

  test('a publisher by an alias is the same in every partition', () => {
    const of = (owner: string) => publishedBy({ key: 'x-1', owner }, 'cn-north-1')
    expect(of('amazon')).toMatchObject({ owner: 'amazon', hint: expect.stringContaining('another `region`') })
    expect(of('123456789012').hint).toContain('names no publisher in aws-cn')
  })

  test.each([
    ['amazon-eks-node-al2023-x86_64-standard-1.36-v20261101', true],
    ['amazon-eks-gpu-node-1.35-v20260101', true],
    ['ubuntu-eks/k8s_1.33/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20260101', true],
    ['my-amazon-eks-like-base', false],
    ['debian-13-amd64-20261115-1842', false],
  ])('a base AMI that is made for EKS is refused: %s', async (name, refused) => {
    const given = { ec2: { newestAmi: async () => ({ id: 'ami-0123456789abcdef0', name }) } }
    const outcome = await plan(given).then(
      () => 'planned',
      (error: Error) => error.message,
    )
    expect(outcome).toContain(refused ? `debian-13-amd64: the base AMI ${name} is EKS-optimised` : 'planned')
  })

  test.each([
    ['by-id.json', { sourceAmi: 'ami-0aaaaaaaaaaaaaaaa' }, 'ami-0aaaaaaaaaaaaaaaa'],
    ['by-parameter.json', { ssmParameter: '/golden/debian-13' }, '/golden/debian-13'],
  ])('a base AMI that %s names is read by that only', async (file, query, words) => {
    const queries: object[] = []
    const newestAmi: Ec2Reads['newestAmi'] = async (wanted) => {
      queries.push(wanted)
      return undefined
    }
    const failure = await plan({ ec2: { newestAmi }, inputs: { catalog: file } }).catch((error: Error) => error)
    expect(queries).toEqual([{ owner: '136693071363', arch: 'amd64', ...query }])
    expect(failure).toMatchObject({
      message: `debian-13-amd64: there is no base AMI in us-east-1: ${words}`,
      hint: expect.stringContaining('of this architecture'),
    })
  })

  describe('a base AMI of 30 GiB', () => {
    const ec2 = { newestAmi: async () => ({ id: 'ami-0123456789abcdef0', name: 'golden', rootGib: 30 }) }

    test.each([
      ['vars', { vars: 'root_volume_size=20' }, 'is 20'],
      ['var-file', { 'var-file': 'small.json' }, 'is 10'],
    ])('needs a larger volume than %s names', async (_, inputs, what) => {
      expect(await mistakes({ inputs, ec2 })).toEqual([
        `debian-13-amd64: the base AMI golden needs 30 GiB, and root_volume_size ${what}`,
      ])
    })

    test.each<[string | undefined, number | undefined]>([
      [undefined, 30],
      ['30', 30],
      ['40', 40],
      ['0', 0],
    ])('with root_volume_size %s has a volume of %s GiB', async (size, gib) => {
      const given = { ec2, inputs: size === undefined ? {} : { vars: `root_volume_size=${size}` } }
      const { inputs, plan: made } = await plan(given)
      const settings = { ansiblePlaybook: '', account: { env: {}, sshPort: 22, sshSourceCidrs: [] }, ownCidrs: [] }
      const { root_volume_size, images } = JSON.parse(renderVarFile(made, inputs, settings))
      // As in packer/image/image.pkr.hcl.
      expect(Number(root_volume_size ?? images['debian-13-amd64'].root_volume_size)).toBe(gib)
    })
  })

  test('the size of one base AMI does not change the volumes of other images', async () => {
    const newestAmi: Ec2Reads['newestAmi'] = async ({ nameFilter = '' }) => ({
      ...{ id: 'ami-0123456789abcdef0', name: nameFilter, rootGib: nameFilter.startsWith('debian-13') ? 8 : 30 },
    })
    const { inputs, plan: made } = await plan({ ec2: { newestAmi }, inputs: { os: 'debian-13, ubuntu-24.04' } })
    const settings = { ansiblePlaybook: '', account: { env: {}, sshPort: 22, sshSourceCidrs: [] }, ownCidrs: [] }
    const { root_volume_size, images } = JSON.parse(renderVarFile(made, inputs, settings))
    expect(root_volume_size).toBeUndefined()
    expect(images['debian-13-amd64'].root_volume_size).toBe(20)
    expect(images['ubuntu-24.04-amd64'].root_volume_size).toBe(30)
  })

  test('a region that is not enabled', async () => {
    expect(await mistakes({ inputs: { 'ami-regions': 'af-south-1' } })).toEqual([
      'the account has not enabled af-south-1',
    ])
  })

  test('a failure of EC2 itself goes on as it is', async () => {
    const enabledRegions = async () => {
      throw new TypeError('credentials')
    }
    await expect(plan({ ec2: { enabledRegions } })).rejects.toThrow(TypeError)
  })
})

test('a version that the index does not offer', async () => {
  expect(await mistakes({ inputs: { 'kubernetes-version': '1.37.9' } })).toEqual([
    'Kubernetes 1.37.9 is not in the package index for amd64',
  ])
})

test('an architecture that the index does not offer', async () => {
  const [first] = await mistakes({ inputs: { arch: 'arm64' } })
  expect(first).toContain("the mirror's sums:")
})

test('several mistakes at once, those of each kind', async () => {
  const ec2 = { newestAmi: async () => undefined }
  expect(await mistakes({ inputs: { 'ami-regions': 'af-south-1', 'kubernetes-version': '1.37.9' }, ec2 })).toHaveLength(
    3,
  )
})

describe('a mirror that', () => {
  const packages = `${kubernetesFolder}/Packages`
  const inRelease = `${kubernetesFolder}/InRelease`
  const spoil = (path: string, change: (text: string) => string) =>
    server.files.set(path, Buffer.from(change(String(server.files.get(path)))))

  test.each<[string, () => unknown, () => string]>([
    [
      'serves a flipped byte',
      () => spoil(packages, (text) => text.replace('1.37.2', '1.37.3')),
      () => `Kubernetes 1.37 packages: ${at(packages)} is not the file that InRelease names`,
    ],
    [
      'serves a changed InRelease',
      () => spoil(inRelease, (text) => text.replace('Origin: test', 'Origin: evil')),
      () => `Kubernetes 1.37 packages: ${at(inRelease)} does not match its signature`,
    ],
    [
      'serves sums that were changed',
      () => spoil('SHA256SUMS', (text) => text.replace(/^./, 'x')),
      () => `the mirror's sums: ${at('SHA256SUMS')} does not match its signature`,
    ],
    [
      'signs its sums with another key',
      () => server.files.set('SHA256SUMS.sig', theirs.sign(server.files.get('SHA256SUMS') ?? '')),
      () => `the mirror's sums: ${at('SHA256SUMS')} is signed by key ${theirs.fingerprint}, which is not trusted`,
    ],
    [
      'signs packages with another key',
      () => addKubernetes(server, theirs, ['1.37.2-1.1']),
      () => `Kubernetes 1.37 packages: ${at(inRelease)} is signed by key ${theirs.fingerprint}, which is not trusted`,
    ],
    [
      'lacks a file',
      () => {
        server.files.delete(nodeFiles[1] ?? '')
        server.files.delete('SHA256SUMS')
        seal(server, ours)
      },
      () => `the mirror's sums: ${at('SHA256SUMS')} does not name ${nodeFiles[1]}`,
    ],
    [
      'has no packages of the minor',
      () => server.files.delete(inRelease),
      () => `Kubernetes 1.37 packages: there is no ${at(inRelease)}`,
    ],
    [
      'cuts off',
      () => server.faults.set(packages, ['cut', 'cut', 'cut']),
      () => `Kubernetes 1.37 packages: ${at(packages)} was cut off after`,
    ],
  ])('%s', async (_name, change, message) => {
    change()
    const lines = await mistakes({})
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain(message())
  })

  test('signs with a trusted key that has expired', async () => {
    addKubernetes(server, old, ['1.37.2-1.1'])
    seal(server, old)
    expect(await mistakes({ trust: [old.fingerprint] })).toEqual([
      expect.stringContaining(`${at(inRelease)} is signed by key ${old.fingerprint}, which has expired`),
      expect.stringContaining(`${at('SHA256SUMS')} is signed by key ${old.fingerprint}, which has expired`),
    ])
  })

  test('that is not trusted', async () => {
    expect(await mistakes({ trust: [] })).toEqual([
      `Kubernetes 1.37 packages: ${at(inRelease)} is signed by key ${ours.fingerprint}, which is not trusted (if that is the mirror's own key, add its fingerprint to the file that mirror-trust names)`,
      `the mirror's sums: ${at('SHA256SUMS')} proves nothing without a trusted key (put the fingerprint of the mirror's key into a file, and set mirror-trust to it)`,
    ])
  })

  test('is down', async () => {
    await server.stop()
    const lines = await mistakes({})
    expect(lines.length).toBeGreaterThanOrEqual(2)
    for (const line of lines) expect(line).toContain('does not answer: connection refused')
  })
})

describe('the var-file', () => {
  const settings = {
    ansiblePlaybook: '/tools/ansible-playbook',
    account: { env: {}, sshPort: 2222, sshSourceCidrs: ['127.0.0.1/32'] },
    ownCidrs: ['10.0.0.9/32'],
    sourceCommit: 'c'.repeat(40),
  }

  test('is byte-stable, and holds what the contract says', async () => {
    const first = await plan({ inputs: { tags: 'b=2\na=1', vars: 'root_volume_size=30\nblock_devices=[{"size": 1}]' } })
    const text = renderVarFile(first.plan, first.inputs, settings)
    const second = await plan({
      inputs: { tags: 'a=1\nb=2', vars: 'block_devices=[{"size": 1}]\nroot_volume_size=30' },
    })
    expect(renderVarFile(second.plan, second.inputs, settings)).toBe(text)
    const { images, ...rest } = JSON.parse(text)
    expect(rest).toEqual({
      ansible_extra_vars: {},
      ansible_hooks: '',
      associate_public_ip_address: null,
      timeout: 60,
      ansible_playbook: '/tools/ansible-playbook',
      source_commit: 'c'.repeat(40),
      block_devices: [{ size: 1 }],
      volume_kms_key_id: '',
      instance_type: '',
      mirror: server.url,
      build_proxy: '',
      build_no_proxy: [],
      region: 'us-east-1',
      root_volume_size: '30',
      run_id: '5f0c9a77',
      ssh_interface: '',
      ssh_port: 2222,
      ssh_source_cidrs: ['127.0.0.1/32'],
      subnet_id: '',
      tags: { a: '1', b: '2' },
    })
    const image = first.plan.images[0]
    expect(images).toEqual({
      'debian-13-amd64': {
        os: 'debian-13',
        arch: 'amd64',
        system: {
          name: 'Debian 13 (trixie)',
          family: 'debian',
          ssh_username: 'admin',
          root_device: '/dev/xvda',
          instance_type: 't3.medium',
        },
        root_volume_size: 20,
        source_ami: 'ami-0123456789abcdef0',
        ami_name: image?.buildName,
        final_name: image?.amiName,
        digest: image?.digest,
        node: {
          kubernetes_version: '1.37.2',
          kubernetes_deb: '1.37.2-1.1',
          kubernetes_repository: 'https://pkgs.k8s.io/core:/stable:/v1.37/deb/',
          kubernetes_repository_key: image?.node.kubernetesRepositoryKey,
          kubernetes_repository_fingerprints: [ours.fingerprint],
          kubernetes_rpm: '',
          kubernetes_rpm_repository: '',
          kubernetes_binaries: {},
          containerd: image?.node.containerd,
          runc: image?.node.runc,
          cni_plugins: image?.node.cniPlugins,
          ecr_credential_provider: image?.node.ecrCredentialProvider,
          aws_cli: null,
          aws_cli_package: '',
          kubernetes_package_files: image?.node.kubernetesPackages,
          sandbox_image: 'registry.k8s.io/pause:3.10.2',
          sandbox_image_digest: image?.node.sandboxImageDigest,
        },
      },
    })
    expect(text.endsWith('}\n')).toBe(true)
  })

  test('what the user chose goes before what the account wants', async () => {
    const { plan: made, inputs } = await plan({
      inputs: { 'ssh-source-cidr': '203.0.113.7/32', 'instance-type': 'm7i.large', 'ssh-interface': 'private_ip' },
    })
    expect(JSON.parse(renderVarFile(made, inputs, settings))).toMatchObject({
      ssh_source_cidrs: ['203.0.113.7/32'],
      instance_type: 'm7i.large',
      ssh_interface: 'private_ip',
    })
  })

  test("a user's variable never replaces what the plan decided", async () => {
    const { plan: made, inputs } = await plan()
    const sly = {
      ...inputs,
      varFile: { region: 'eu-west-1', images: {}, run_id: 'x' },
      vars: { mirror: 'http://evil' },
    }
    expect(renderVarFile(made, sly, settings)).toBe(renderVarFile(made, inputs, settings))
  })
})
