import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readCatalog } from '../../../src/catalog/catalog.js'
import { readOptions } from '../../../src/inputs/options.js'
import { readInputs } from '../../../src/inputs/read-inputs.js'
import { exec } from '../../../src/lib/exec.js'
import type { Lock, LockedAmi } from '../../../src/model/lock.js'
import { renderVarFile } from '../../../src/packer/var-file.js'
import { lockedNode, mergeLocks, readLock, renderLock } from '../../../src/plan/lock.js'
import { writeLock } from '../../../src/plan/lock-file.js'
import { makePlan } from '../../../src/plan/plan.js'
import { type MemoryLog, manualClock, memoryLog } from '../fakes.js'
import { makeKey, type TestKey } from '../support/keys.js'
import { addKubernetes, addRpm, nodeFiles, rpmFolder, rpmPrimary, seal, sha256 } from '../support/mirror.js'
import { type FileServer, startServer } from '../support/server.js'
import { temporaryDirectory } from '../support/temporary.js'

const directory = temporaryDirectory()
const catalog = readCatalog('.')
const newFiles = ['2.3.8', '2.4.0'].map((version) => (nodeFiles[0] ?? '').replaceAll('2.3.7', version))
const programs = [
  ...['kubelet', 'kubeadm', 'kubectl'].map((name) => `dl.k8s.io/release/v1.37.1/bin/linux/amd64/${name}`),
  'github.com/kubernetes-sigs/cri-tools/releases/download/v1.37.0/crictl-v1.37.0-linux-amd64.tar.gz',
]
let ours: TestKey
let server: FileServer
let log: MemoryLog
let ami: LockedAmi
/** The publisher's AMIs whose names fit the catalogue. */
let published: LockedAmi[]
beforeAll(() => {
  ours = makeKey()
})
afterAll(() => ours.remove())
beforeEach(async () => {
  server = await startServer()
  log = memoryLog()
  ami = { id: 'ami-0aaaa', name: 'debian-13-amd64-20261101', rootDevice: '/dev/xvda' }
  published = [ami]
  for (const path of [...nodeFiles, ...newFiles, ...programs]) server.files.set(path, Buffer.from(path))
  addKubernetes(server, ours, ['1.37.1-1.1'])
  seal(server, ours)
  for (const path of ['packer/image/x', 'packer/python/x', 'ansible/x']) {
    mkdirSync(join(directory(), path, '..'), { recursive: true })
    writeFileSync(join(directory(), path), path)
  }
})
afterEach(() => server.stop())

/** Changes upstream as a month would. */
function moveOn(): void {
  addKubernetes(server, ours, ['1.37.1-1.1', '1.37.2-1.1'])
  server.files.set(nodeFiles[1] ?? '', Buffer.from('another runc'))
  ami = { ...ami, id: 'ami-0bbbb', name: 'debian-13-amd64-20261201' }
  seal(server, ours)
}

const file = () => join(directory(), 'k8s-image.lock.json')
const written = () => readFileSync(file(), 'utf8')

async function plan(given: Readonly<Record<string, string>> = {}, date = '20261123') {
  const env = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  const inputs = await readInputs(
    {
      ...Object.fromEntries(env),
      GITHUB_WORKSPACE: directory(),
      INPUT_MIRROR: server.url,
      'INPUT_MIRROR-TRUST': 'trust',
    },
    {
      catalog,
      templateVariables: [],
      options: readOptions('.'),
      readDirectory: () => [],
      readFile: (path) => (path.endsWith('/trust') ? ours.fingerprint : readFileSync(path, 'utf8')),
    },
  )
  const made = await makePlan(inputs, {
    ...{ catalog, root: directory(), runId: '5f0c9a77', date, exec, log, clock: manualClock() },
    ec2: {
      enabledRegions: async () => ['us-east-1'],
      newestAmi: async ({ sourceAmi }) =>
        sourceAmi === undefined ? ami : published.find(({ id }) => id === sourceAmi),
    },
  })
  const settings = { ansiblePlaybook: '/a', account: { env: {}, sshPort: 22, sshSourceCidrs: [] }, ownCidrs: [] }
  const wanted = { name: undefined, required: true, inputs, texts: {} }
  if (inputs.lock.mode === 'write') writeLock(inputs.lock, [{ wanted, plan: made }], log)
  return { plan: made, varFile: renderVarFile(made, inputs, settings) }
}

/** The error of a plan that must fail, as `message (hint)`. */
async function mistake(given: Readonly<Record<string, string>>, date?: string): Promise<string> {
  const error = await plan(given, date).then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toMatchObject({ name: 'UserError' })
  const { message, hint } = error as Error & { hint?: string }
  return hint === undefined ? message : `${message} (${hint})`
}

/** A locked node that tests change. */
interface Node {
  arch: Record<'amd64', Record<'files' | 'packages', Record<string, object>>>
  repository: { key: string; fingerprints: string[] }
  sandboxImage: object
}

const setUrl = (artifact: object | undefined, url: string) => Object.assign(artifact ?? {}, { url })

/** Edits the lock by hand, without a new sum. */
function edit(change: (lock: string) => string): void {
  expect(change(written())).not.toBe(written())
  writeFileSync(file(), change(written()))
}

/** Edits the lock and updates its sum, as an attacker could. */
function forge(change: (lock: Lock) => void): void {
  const lock = structuredClone(readLock(written(), catalog.schema('lock')))
  change(lock)
  writeFileSync(file(), renderLock(lock))
}

test('the same lock gives the same plan and var-file, byte for byte, whatever upstream has by then', async () => {
  const first = await plan({ lock: 'write' })
  moveOn()
  server.requests.length = 0
  const later = await plan({ lock: 'use' })
  expect(later.varFile).toBe(first.varFile)
  expect(later.plan.images).toEqual(first.plan.images)
  expect(server.requests).toEqual([])
  expect((await plan()).varFile).not.toBe(first.varFile)
})

test('a lock names everything, with sums that were read', async () => {
  await plan({ lock: 'write' })
  const lock = JSON.parse(written())
  expect(lock.tools).toEqual({ packer: '1.16.0', 'packer-plugin-amazon': '1.8.2' })
  expect(lock.baseAmis).toEqual({ 'us-east-1': { 'debian-13-amd64': ami } })
  expect(lock.kubernetes['1.37'].arch.amd64.files).toEqual({
    containerd: { version: '2.3.7', url: `https://${nodeFiles[0]}`, sha256: sha256(nodeFiles[0] ?? '') },
    runc: { version: '1.4.3', url: `https://${nodeFiles[1]}`, sha256: sha256(nodeFiles[1] ?? '') },
    cniPlugins: { version: '1.9.1', url: `https://${nodeFiles[2]}`, sha256: sha256(nodeFiles[2] ?? '') },
    ecrCredentialProvider: { version: '1.37.0', url: `https://${nodeFiles[4]}`, sha256: sha256(nodeFiles[4] ?? '') },
  })
  expect(lock.kubernetes['1.37'].arch.amd64.packages.kubelet).toEqual({
    version: '1.37.1-1.1',
    url: 'https://pkgs.k8s.io/core:/stable:/v1.37/deb/kubelet.deb',
    sha256: '1'.repeat(64),
  })
  const before = written()
  await plan({ lock: 'write' })
  expect(written()).toBe(before)
})

test('a lock names what is special about a base AMI', async () => {
  const plain = ami
  ami = { ...plain, needsCopy: false }
  await plan({ lock: 'write' })
  expect(JSON.parse(written()).baseAmis).toEqual({ 'us-east-1': { 'debian-13-amd64': plain } })
  ami = { ...plain, encrypted: true, needsCopy: true }
  await plan({ lock: 'write' })
  const [image] = (await plan({ lock: 'use' })).plan.images
  expect(image?.system).toMatchObject({ encrypted: true, needsCopy: true })
})

test('a rehearsal builds from its own base AMI', async () => {
  await plan({ lock: 'write' })
  ami = { ...ami, id: 'ami-0cccc' }
  const [image] = (await plan({ lock: 'use', rehearse: 'true' })).plan.images
  expect(image?.baseAmi.id).toBe('ami-0cccc')
})

test('a catalogue that names another base AMI than the lock is refused', async () => {
  await plan({ lock: 'write' })
  writeFileSync(
    join(directory(), 'systems.json'),
    JSON.stringify({ 'debian-13': { arch: { amd64: { sourceAmi: 'ami-0123456789abcdef0' } } } }),
  )
  const given = { catalog: 'systems.json', lock: 'use' }
  expect(await mistake(given)).toBe(
    `k8s-image.lock.json holds the base AMI ${ami.id} of debian-13-amd64, but \`catalog\` names ami-0123456789abcdef0 (rewrite it (lock: write) and commit it, or correct \`catalog\`)`,
  )
})

test('script/mirror reads the same lock, with the same sum over it', async () => {
  await plan({ lock: 'write' })
  const read = (path: string) =>
    spawnSync(
      'python3',
      ['-c', 'import sys, pathlib, mirror.lock as l; l.read_lock(pathlib.Path(sys.argv[1]))', path],
      {
        encoding: 'utf8',
      },
    )
  expect(read(file())).toMatchObject({ status: 0, stderr: '' })
  edit((text) => text.replace('"1.37.1-1.1"', '"1.37.2-1.1"'))
  expect(read(file()).stderr).toContain('was changed after it was written: its checksum differs')
})

test('check passes while upstream has the same', async () => {
  const first = await plan({ lock: 'write' })
  expect((await plan({ lock: 'check' })).varFile).toBe(first.varFile)
})

test('check fails with what has moved', async () => {
  await plan({ lock: 'write' })
  const before = ami
  moveOn()
  const runc = [nodeFiles[1] ?? '', 'another runc'].map((text) => sha256(text)).join(' -> ')
  const message = await mistake({ lock: 'check' })
  expect(message).toContain('k8s-image.lock.json differs from upstream: base AMI of debian-13-amd64')
  ami = before
  expect(await mistake({ lock: 'check' })).toBe(
    `k8s-image.lock.json differs from upstream: Kubernetes 1.37.1-1.1 -> 1.37.2-1.1, sha256 of runc 1.4.3 for amd64 ${runc} (rewrite it (lock: write) and commit it, or build from it unchanged (lock: use))`,
  )
})

test('check names a containerd that moved', async () => {
  await plan({ lock: 'write' })
  expect(await mistake({ lock: 'check', 'containerd-version': '2.3.8' })).toContain('containerd 2.3.7 -> 2.3.8 (')
})

test('use rejects another containerd than the lock has', async () => {
  await plan({ lock: 'write' })
  expect(await mistake({ lock: 'use', 'containerd-version': '2.3.8' })).toBe(
    'k8s-image.lock.json names containerd 2.3.7, but containerd-version is 2.3.8 (rewrite it (lock: write), or remove containerd-version)',
  )
  await expect(plan({ lock: 'use', 'containerd-version': '2.3.7' })).resolves.toBeDefined()
})

test.each(['use', 'check'])(
  'another Packer than the lock has is rejected before anything is called: %s',
  async (lock) => {
    await plan({ lock: 'write' })
    server.requests.length = 0
    expect(await mistake({ lock, 'packer-version': '1.15.0' })).toBe(
      'lock-file: k8s-image.lock.json names packer 1.16.0, but this run uses 1.15.0 (rewrite it (lock: write), or set packer-version: 1.16.0)',
    )
    expect(server.requests).toEqual([])
    // As after an update of the action, with other defaults.
    forge((content) => Object.assign(content, { tools: { packer: '1.15.0', 'packer-plugin-amazon': '1.8.1' } }))
    const plugin =
      'lock-file: k8s-image.lock.json names packer-plugin-amazon 1.8.1, but this run uses 1.8.2 (rewrite it (lock: write))'
    expect((await mistake({ lock })).split('\n')).toEqual([
      'lock-file: k8s-image.lock.json names packer 1.15.0, but this run uses 1.16.0 (rewrite it (lock: write), or set packer-version: 1.15.0)',
      plugin,
    ])
    expect(await mistake({ lock, 'packer-version': '1.15.0' })).toBe(plugin)
    forge((content) => Object.assign(content, { tools: { packer: '1.15.0' } }))
    await expect(plan({ lock, 'packer-version': '1.15.0' })).resolves.toBeDefined()
  },
)

test.each(['use', 'check'])('an exact version is found in a lock that was written without it: %s', async (lock) => {
  const { plan: first } = await plan({ lock: 'write' })
  const exact = await plan({ lock, 'kubernetes-version': '1.37.1-1.1' })
  expect(exact.plan.images.map(({ digest }) => digest)).toEqual(first.images.map(({ digest }) => digest))
  await expect(plan({ lock, 'kubernetes-version': '1.37.1' })).resolves.toBeDefined()
  expect(await mistake({ lock: 'use', 'kubernetes-version': '1.37.2-1.1' })).toContain(
    'does not name Kubernetes 1.37.2-1.1',
  )
})

describe('a lock that', () => {
  beforeEach(async () => {
    await plan({ lock: 'write' })
  })
  const anew = '(restore it from version control, or rewrite it (lock: write), and commit it)'

  test.each<[string, () => void, string]>([
    ['is no JSON', () => edit((text) => `<<<<<<< HEAD\n${text}`), `lock-file: k8s-image.lock.json is not JSON ${anew}`],
    [
      'has another format',
      () => edit((text) => text.replace('"format": 1', '"format": 2')),
      'lock-file: k8s-image.lock.json has the format 2, which this version of the action cannot read (use the version of the action that wrote it, or',
    ],
    [
      'has a flipped digit',
      () => edit((text) => text.replace(/("sha256": ")(.)/, (_, head, digit) => `${head}${digit === '0' ? '1' : '0'}`)),
      `lock-file: k8s-image.lock.json was changed after it was written: its checksum differs ${anew}`,
    ],
    [
      'has a sum that is none',
      () => edit((text) => text.replace(/("sha256": ")./, '$1Z')),
      'lock-file: k8s-image.lock.json kubernetes.1.37.arch.amd64.files.cniPlugins.sha256 is "Z',
    ],
    [
      'has a misspelt member',
      () => edit((text) => text.replace('"baseAmis"', '"baseAmi"')),
      'lock-file: k8s-image.lock.json the file has no baseAmis',
    ],
  ])('%s is refused before anything is called', async (_name, change, line) => {
    change()
    server.requests.length = 0
    expect(await mistake({ lock: 'use' })).toContain(line)
    expect(server.requests).toEqual([])
  })

  test.each<[string, Readonly<Record<string, string>>, string]>([
    ['a system', { os: 'debian-12' }, 'k8s-image.lock.json does not name the base AMI of debian-12-amd64 in us-east-1'],
    ['a region', { region: 'us-west-2' }, 'the account has not enabled us-west-2'],
    ['a version', { 'kubernetes-version': '1.36' }, 'k8s-image.lock.json does not name Kubernetes 1.36 ('],
    ['an architecture', { arch: 'arm64' }, 'k8s-image.lock.json does not name Kubernetes 1.37 for arm64'],
    ['binaries', { 'kubernetes-source': 'binary' }, 'k8s-image.lock.json does not name kubelet for amd64'],
    ['a file', { 'lock-file': 'other.json' }, 'lock-file: other.json does not exist'],
  ])('lacks %s is refused', async (_name, given, line) => {
    expect(await mistake({ lock: 'use', ...given })).toContain(line)
  })

  test('was forged with another key is refused', async () => {
    const stranger = makeKey()
    try {
      forge(({ kubernetes }) => {
        const { repository } = kubernetes['1.37'] as unknown as Node
        repository.key = stranger.armored
        repository.fingerprints = [stranger.fingerprint]
      })
      expect(await mistake({ lock: 'use' })).toContain(
        `k8s-image.lock.json trusts the key ${stranger.fingerprint} for the packages of Kubernetes 1.37, but this run does not`,
      )
      forge(({ kubernetes }) => {
        const { repository } = kubernetes['1.37'] as unknown as Node
        repository.fingerprints = [ours.fingerprint]
      })
      expect(await mistake({ lock: 'use' })).toContain(
        'holds a key for Kubernetes 1.37 that its fingerprints do not match',
      )
    } finally {
      stranger.remove()
    }
  })

  test.each<[string, (node: Node) => void, string]>([
    [
      "a file of somebody else's",
      ({ arch }) => setUrl(arch.amd64.files.runc, 'https://evil.example/runc'),
      'names https://evil.example/runc, which is not what upstream has for Kubernetes 1.37',
    ],
    [
      'a file of another version',
      ({ arch }) => setUrl(arch.amd64.files.containerd, `https://${newFiles[0]}`),
      `names https://${newFiles[0]}, which is not`,
    ],
    [
      'a file that no version has',
      ({ arch }) => Object.assign(arch.amd64.files, { constructor: arch.amd64.files.runc }),
      `names https://${nodeFiles[1]}, which is not`,
    ],
    [
      'a package outside the repository',
      ({ arch }) => setUrl(arch.amd64.packages.kubelet, 'https://pkgs.k8s.io/core:/stable:/v1.37/deb/../../x.deb'),
      'v1.37/deb/../../x.deb, which is not',
    ],
    [
      'another repository',
      ({ repository }) => setUrl(repository, 'https://pkgs.k8s.io/core:/stable:/v1.36/deb/'),
      'names https://pkgs.k8s.io/core:/stable:/v1.36/deb/, which is not',
    ],
    [
      'another minor',
      (node) => Object.assign(node, { version: '1.36.9' }),
      'names Kubernetes 1.36.9 (1.37.1-1.1), which is not',
    ],
    [
      'another patch of the packages',
      (node) => Object.assign(node, { deb: '1.37.0-1.1' }),
      'names Kubernetes 1.37.1 (1.37.0-1.1), which',
    ],
    [
      'another minor throughout',
      (node) => Object.assign(node, { version: '1.36.9', deb: '1.36.9-1.1' }),
      'names Kubernetes 1.36.9 (1.36.9-1.1), which',
    ],
    [
      'a template in an address',
      ({ arch }) => setUrl(arch.amd64.files.runc, "https://x/{{ lookup('pipe','id') }}"),
      "files.runc.url is \"https://x/{{ lookup('pipe','id') }}\", which",
    ],
    [
      'a template in a version',
      ({ arch }) => Object.assign(arch.amd64.files.runc ?? {}, { version: '{{ x }}' }),
      'files.runc.version is "{{ x }}", which',
    ],
    [
      'a template in the key',
      ({ repository }) => Object.assign(repository, { key: `${repository.key}{{ x }}` }),
      'repository.key is "-----BEGIN',
    ],
    [
      'another sandbox image',
      ({ sandboxImage }) => Object.assign(sandboxImage, { name: 'evil.example/pause:3.10.2' }),
      'sandboxImage.name is "evil.example/pause:3.10.2", which',
    ],
  ])('was edited to name %s is refused, also with a new sum', async (_name, change, line) => {
    forge(({ kubernetes }) => change(kubernetes['1.37'] as unknown as Node))
    for (const lock of ['use', 'check']) expect(await mistake({ lock })).toContain(line)
  })

  test.each<[string, LockedAmi[]]>([
    ["somebody else's AMI", []],
    ['an AMI under a false name', [{ id: 'ami-0aaaa', name: 'debian-13-amd64-20260101' }]],
  ])('names %s as the base AMI is refused', async (_name, theirs) => {
    published = theirs
    expect(await mistake({ lock: 'use' })).toBe(
      'k8s-image.lock.json holds the base AMI debian-13-amd64-20261101 (ami-0aaaa) of debian-13-amd64, but 136693071363 has no such AMI named debian-13-amd64-* in us-east-1 (if nobody edited the file, the publisher has removed the AMI: rewrite it (lock: write))',
    )
  })

  test('names an AMI that an SSM parameter would not is refused, unless the publisher or the account has it', async () => {
    const entry = { 'debian-13': { arch: { amd64: { ssmParameter: '/golden/debian-13' } } } }
    writeFileSync(join(directory(), 'systems.json'), JSON.stringify(entry))
    const given = { lock: 'use', catalog: 'systems.json' }
    expect((await plan(given)).plan.images[0]?.baseAmi.id).toBe('ami-0aaaa')
    published = []
    expect(await mistake(given)).toContain(
      'neither 136693071363 nor the account has it in us-east-1 (if nobody edited the file, the AMI is gone: rewrite it (lock: write); if another account shares it, name that account',
    )
  })

  test('names a containerd that the minor does not take is refused', async () => {
    forge(({ kubernetes }) => {
      const files = kubernetes['1.37']?.arch.amd64?.files as Record<string, { version: string; url: string }>
      const url = (files.containerd?.url ?? '').replaceAll('2.3.7', '1.7.28')
      files.containerd = { ...files.containerd, version: '1.7.28', url }
    })
    expect(await mistake({ lock: 'use' })).toBe(
      'k8s-image.lock.json: containerd 1.7.28 does not support Kubernetes 1.37, which needs 2.3.0 or later of 2.3, 2.4.0 or later of 2.4 (rewrite it (lock: write))',
    )
  })

  test('has sums that were edited goes into the plan as it is: the download is refused by them', async () => {
    forge(({ kubernetes }) => {
      const files = kubernetes['1.37']?.arch.amd64?.files as Record<string, { sha256: string }>
      files.runc = { ...files.runc, sha256: '0'.repeat(64) }
    })
    expect((await plan({ lock: 'use' })).plan.images[0]?.node.runc.sha256).toBe('0'.repeat(64))
  })
})

test('an expired key in the lock is rejected, and one that expires soon is a warning', async () => {
  const short = makeKey({ life: '30d' })
  try {
    await plan({ lock: 'write' })
    forge(({ kubernetes }) => {
      const { repository } = kubernetes['1.37'] as unknown as Node
      repository.key = short.armored
      repository.fingerprints = [short.fingerprint]
    })
    const swap = ours
    ours = { ...ours, fingerprint: short.fingerprint }
    try {
      const day = (offset: number) =>
        new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
      expect(await mistake({ lock: 'use' }, day(40))).toContain(
        `the key of the Kubernetes packages in k8s-image.lock.json, ${short.fingerprint}, expired on `,
      )
      log.warnings.length = 0
      await plan({ lock: 'use' }, day(0))
      expect(log.warnings).toEqual([expect.stringMatching(/expires on \S+, in (29|30) days: /)])
    } finally {
      ours = swap
    }
  } finally {
    short.remove()
  }
})

describe('the ECR credential provider', () => {
  const off = { 'ansible-extra-vars': '{"kubernetes_ecr_credential_provider": false}' }
  const provider = ({ plan: { images } }: Awaited<ReturnType<typeof plan>>) => images[0]?.node.ecrCredentialProvider

  test('is in no image that turned it off, even if the lock names it for others', async () => {
    await plan({ lock: 'write' })
    expect(provider(await plan({ lock: 'use', ...off }))).toBeUndefined()
    expect(provider(await plan({ lock: 'use' }))).toBeDefined()
    expect(log.warnings).toEqual([])
  })

  test.each(['use', 'check'])(
    'is an error if it is wanted, and was not when the lock was written: %s',
    async (lock) => {
      await plan({ lock: 'write', ...off })
      expect(await mistake({ lock })).toMatch(
        lock === 'use'
          ? /does not name ecrCredentialProvider for amd64 \(rewrite it/
          : /differs from upstream: ecrCredentialProvider absent -> 1\.37\.0 \(/,
      )
    },
  )

  test.each(['use', 'check'])('is a warning if there was none when the lock was written: %s', async (lock) => {
    server.files.delete(nodeFiles[4] ?? '')
    seal(server, ours)
    await plan({ lock: 'write' })
    log.warnings.length = 0
    expect(provider(await plan({ lock }))).toBeUndefined()
    expect(log.warnings).toEqual([
      expect.stringContaining('images for amd64 are made without the ECR credential provider'),
    ])
    await plan({ lock: 'use', ...off })
    expect(log.warnings).toHaveLength(1)
  })
})

test('with binaries, kubelet and the others are files with sums', async () => {
  const { varFile } = await plan({ lock: 'write', 'kubernetes-source': 'binary' })
  const { node } = JSON.parse(varFile).images['debian-13-amd64']
  expect(Object.keys(node.kubernetes_binaries)).toEqual(['crictl', 'kubeadm', 'kubectl', 'kubelet'])
  expect(node.kubernetes_binaries.kubelet).toEqual({
    version: '1.37.1',
    url: 'https://dl.k8s.io/release/v1.37.1/bin/linux/amd64/kubelet',
    sha256: sha256(programs[0] ?? ''),
  })
  moveOn()
  expect((await plan({ lock: 'use', 'kubernetes-source': 'binary' })).varFile).toBe(varFile)
})

describe('with systems of rpm packages', () => {
  const rocky = { os: 'debian-13,rocky-10' }
  const offer = (...releases: readonly string[]) => {
    addRpm(server, ours, gzipSync(rpmPrimary(...releases.map((release) => ['1.37.1', release] as const))), '.gz')
    seal(server, ours)
  }
  beforeEach(() => offer('150500.1.1'))

  test('a lock names their packages, with the sums of their own index, and images are made of those', async () => {
    const { varFile } = await plan({ lock: 'write', ...rocky })
    const { rpm, arch } = JSON.parse(written()).kubernetes['1.37']
    expect(rpm).toEqual({ version: '1.37.1-150500.1.1', url: `https://${rpmFolder}/` })
    expect(Object.keys(arch.amd64.rpms)).toEqual(['cri-tools', 'kubeadm', 'kubectl', 'kubelet', 'kubernetes-cni'])
    expect(arch.amd64.rpms.kubelet).toEqual({
      version: '1.37.1-150500.1.1',
      url: `https://${rpmFolder}/x86_64/kubelet-1.37.1-150500.1.1.x86_64.rpm`,
      sha256: sha256('kubelet 1.37.1 150500.1.1'),
    })
    const { images } = JSON.parse(varFile)
    expect(images['rocky-10-amd64'].node.kubernetes_package_files).toEqual(arch.amd64.rpms)
    expect(images['debian-13-amd64'].node.kubernetes_package_files).toEqual(arch.amd64.packages)
    moveOn()
    offer('150500.2.1')
    server.requests.length = 0
    expect((await plan({ lock: 'use', ...rocky })).varFile).toBe(varFile)
    expect(server.requests).toEqual([])
  })

  test('check passes while upstream has the same, and fails with what has moved', async () => {
    await plan({ lock: 'write', ...rocky })
    await plan({ lock: 'check', ...rocky })
    offer('150500.1.1', '150500.2.1')
    expect(await mistake({ lock: 'check', ...rocky })).toContain(
      'k8s-image.lock.json differs from upstream: Kubernetes rpm 1.37.1-150500.1.1 -> 1.37.1-150500.2.1 (',
    )
    // Another file with the same name and version.
    const text = rpmPrimary(['1.37.1', '150500.1.1'])
    const [before, after] = [sha256('cri-tools 1.37.0 150500.1.1'), '9'.repeat(64)]
    addRpm(server, ours, gzipSync(text.replace(before, after)), '.gz')
    seal(server, ours)
    expect(await mistake({ lock: 'check', ...rocky })).toContain(
      `differs from upstream: sha256 of cri-tools rpm 1.37.0-150500.1.1 for amd64 ${before} -> ${after} (`,
    )
  })

  test('a flipped digit, and one under a sum that was made anew', async () => {
    await plan({ lock: 'write', ...rocky })
    const locked = sha256('kubelet 1.37.1 150500.1.1')
    const flipped = `${locked[0] === '0' ? '1' : '0'}${locked.slice(1)}`
    forge(({ kubernetes }) => {
      const rpms = kubernetes['1.37']?.arch.amd64?.rpms as Record<string, { sha256: string }>
      rpms.kubelet = { ...rpms.kubelet, sha256: flipped }
    })
    expect(await mistake({ lock: 'check', ...rocky })).toContain(
      `differs from upstream: sha256 of kubelet rpm 1.37.1-150500.1.1 for amd64 ${flipped} -> ${locked} (`,
    )
    // The plan passes it to the instance, which rejects the file.
    const { images } = (await plan({ lock: 'use', ...rocky })).plan
    expect(images.find(({ os }) => os === 'rocky-10')?.node.kubernetesPackages?.kubelet?.sha256).toBe(flipped)
    edit((text) => text.replace(flipped, locked))
    expect(await mistake({ lock: 'use', ...rocky })).toContain('was changed after it was written: its checksum differs')
  })

  test('a lock that was written without them is refused', async () => {
    await plan({ lock: 'write', ...rocky })
    forge(({ kubernetes }) => {
      delete (kubernetes['1.37'] as { rpm?: object }).rpm
    })
    expect(await mistake({ lock: 'use', ...rocky })).toBe(
      'k8s-image.lock.json does not name the rpm packages of Kubernetes 1.37.1 for amd64 (rewrite it (lock: write), and commit it)',
    )
  })

  test('the index of a minor is read once for all its versions', async () => {
    addKubernetes(server, ours, ['1.37.1-1.1', '1.37.2-1.1'])
    addRpm(server, ours, gzipSync(rpmPrimary(['1.37.1', '1'], ['1.37.2', '1'])), '.gz')
    seal(server, ours)
    server.requests.length = 0
    await plan({ ...rocky, 'kubernetes-version': '1.37.1,1.37.2' })
    expect(server.requests.filter((path) => path.endsWith('repomd.xml'))).toHaveLength(1)
  })
})

test('of two entries with an exact version, the one with the architectures counts', () => {
  const node = (arch: string) => ({ version: '1.37.2', deb: '1.37.2-1.1', arch: { [arch]: {} } })
  const lock = { kubernetes: { '1.37': node('amd64'), '1.37.2': node('arm64') } } as unknown as Lock
  expect(Object.keys(lockedNode(lock, 'x', '1.37.2-1.1', ['arm64']).arch)).toEqual(['arm64'])
  expect(() => lockedNode(lock, 'x', '1.37.2-1.1', ['amd64', 'arm64'])).toThrow(
    /does not name Kubernetes 1.37.2-1.1 for arm64/,
  )
})

test('groups that one lock cannot hold are a mistake, not a file that cannot be written', () => {
  const lock = (id: string) =>
    ({ tools: {}, kubernetes: {}, baseAmis: { 'us-east-1': { 'debian-13-amd64': { ...ami, id } } } }) as unknown as Lock
  const plans = ['ami-0a', 'ami-0b'].map((id) => ({ plan: { lock: lock(id) } }) as never)
  expect(() => writeLock({ mode: 'write', file: 'x.json', path: file() }, plans, log)).toThrow(
    /^the images need the base AMIs/,
  )
})

test('a missing directory is reported', async () => {
  expect(await mistake({ lock: 'write', 'lock-file': 'no/where.json' })).toMatch(
    /^lock-file: no\/where\.json cannot be written: .*ENOENT/,
  )
})

test('locks of several groups are one', () => {
  const artifact = { version: '1', url: 'https://x', sha256: '0'.repeat(64) }
  const lock = (arch: string, os: string, more = {}): Lock =>
    ({
      format: 1,
      tools: { packer: '1.16.0' },
      kubernetes: {
        '1.37': { version: '1.37.1', arch: { [arch]: { files: { runc: artifact }, packages: {}, ...more } } },
      },
      baseAmis: { 'us-east-1': { [os]: ami } },
    }) as unknown as Lock
  const both = mergeLocks([lock('amd64', 'debian-12-amd64'), lock('arm64', 'debian-13-arm64')])
  expect(Object.keys(both.kubernetes['1.37']?.arch ?? {})).toEqual(['amd64', 'arm64'])
  expect(Object.keys(both.baseAmis['us-east-1'] ?? {})).toEqual(['debian-12-amd64', 'debian-13-arm64'])
  expect(() =>
    mergeLocks([
      lock('amd64', 'debian-12-amd64', { files: { containerd: { ...artifact, version: '2.3.6' } } }),
      lock('amd64', 'debian-13-amd64', { files: { containerd: { ...artifact, version: '2.3.7' } } }),
    ]),
  ).toThrow(/the images need containerd 2\.3\.6 and 2\.3\.7 for one Kubernetes version/)
  const without = mergeLocks([
    lock('amd64', 'debian-12-amd64', { omitted: ['ecrCredentialProvider'] }),
    lock('amd64', 'debian-13-amd64'),
  ])
  expect(without.kubernetes['1.37']?.arch.amd64?.omitted).toEqual(['ecrCredentialProvider'])
  const other = {
    ...lock('amd64', 'debian-13-amd64'),
    baseAmis: { 'us-east-1': { 'debian-13-amd64': { ...ami, id: 'ami-0c' } } },
  }
  expect(() => mergeLocks([lock('amd64', 'debian-13-amd64'), other])).toThrow(
    /the images need the base AMIs .* \(ami-0aaaa\) and .* \(ami-0c\) for one system in one region/,
  )
  // The merged lock has the files of all groups.
  const kept = mergeLocks([
    lock('amd64', 'rocky-10-amd64', { rpms: { kubelet: artifact } }),
    lock('amd64', 'flatcar-stable-amd64', { files: { kubelet: artifact } }),
    lock('amd64', 'debian-13-amd64'),
  ])
  expect(kept.kubernetes['1.37']?.arch.amd64).toEqual({
    files: { runc: artifact, kubelet: artifact },
    packages: {},
    rpms: { kubelet: artifact },
  })
})
