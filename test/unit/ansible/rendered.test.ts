/** Renders and compares the roles' settings, packages, units and files, for each family and architecture. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { makeKey, type TestKey } from '../support/keys.js'

const root = resolve(import.meta.dirname, '../../..')
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-rendered-'))
let key: TestKey
beforeAll(() => {
  key = makeKey()
})
afterAll(() => {
  key.remove()
  rmSync(directory, { recursive: true, force: true })
})

const file = (name: string, arch: string) => ({
  version: '1.0.0',
  url: `https://upstream.example/${name}-${arch}`,
  sha256: '0'.repeat(64),
})

/** Version and path in the repository of packages whose sum the plan names. The repository has the sums of the others. */
const debs = {
  kubelet: ['1.37.2-1.1', 'deb/amd64/kubelet.deb'],
  'cri-tools': ['1.37.0-1.1', 'deb/amd64/cri-tools.deb'],
  'kubernetes-cni': ['1.8.0-1.1', 'deb/amd64/kubernetes-cni.deb'],
}
const rpms = {
  kubelet: ['1.37.2-150500.1.1', 'rpm/x86_64/kubelet.rpm'],
  'cri-tools': ['1.37.0-1.1', 'rpm/x86_64/cri-tools.rpm'],
  'kubernetes-cni': ['1.8.0-1.1', 'rpm/x86_64/kubernetes-cni.rpm'],
}

/** Variables as the template passes them to the playbook. */
function variables(os: string, arch: string, family: string) {
  return {
    ...{ image_os: os, image_arch: arch, image_family: family, node_family: family, image_key: `${os}-${arch}` },
    ...{ image_base_ami: 'ami-0', image_digest: 'sha256:0', mirror: '' },
    kubernetes_version: '1.37.2',
    kubernetes_deb: '1.37.2-1.1',
    kubernetes_rpm: family === 'redhat' ? '1.37.2-150500.1.1' : '',
    kubernetes_repository: 'https://pkgs.k8s.io/core:/stable:/v1.37/deb/',
    kubernetes_rpm_repository: family === 'redhat' ? 'https://pkgs.k8s.io/core:/stable:/v1.37/rpm/' : '',
    kubernetes_package_files: Object.fromEntries(
      Object.entries(family === 'redhat' ? rpms : debs).map(([name, [version, path]]) => [
        name,
        { version, url: `https://pkgs.k8s.io/core:/stable:/v1.37/${path}`, sha256: '0'.repeat(64) },
      ]),
    ),
    kubernetes_repository_key: key.armored,
    kubernetes_repository_fingerprints: [key.fingerprint],
    containerd: { ...file('containerd', arch), version: '2.3.7' },
    runc: file('runc', arch),
    cni_plugins: file('cni-plugins', arch),
    ecr_credential_provider: file('ecr-credential-provider', arch),
    kubernetes_binaries:
      family === 'flatcar'
        ? {
            ...Object.fromEntries(['kubelet', 'kubeadm', 'kubectl'].map((name) => [name, file(name, arch)])),
            crictl: { ...file('crictl', arch), url: `https://upstream.example/crictl-${arch}.tar.gz` },
          }
        : {},
    sandbox_image: 'registry.k8s.io/pause:3.10.2',
    sandbox_image_digest: `sha256:${'0'.repeat(64)}`,
  }
}

interface Bundle {
  readonly tree: string
  readonly variables: Record<string, string>
}

function rendered(name: string, given: object): { tree: Record<string, string>; words: Record<string, string[]> } {
  const [input, bundle] = [join(directory, `${name}.json`), join(directory, `${name}.bundle.json`)]
  writeFileSync(input, JSON.stringify(given))
  const done = spawnSync(
    'ansible-playbook',
    ['-i', 'localhost,', '-e', `@${input}`, '-e', `bundle=${bundle}`, join(root, 'bench/bundle.yml')],
    {
      encoding: 'utf8',
      timeout: 200_000,
      env: { ...process.env, ANSIBLE_CONFIG: join(root, 'ansible/ansible.cfg'), ANSIBLE_HOME: join(directory, 'home') },
    },
  )
  if (done.status !== 0) throw new Error((done.stdout + done.stderr).slice(-2000))
  const made: Bundle = JSON.parse(readFileSync(bundle, 'utf8'))
  const tree = JSON.parse(made.tree) as Record<string, { content?: string; link?: string; mode?: string }>
  const words = [
    'PACKAGES',
    'SUMS',
    'HELD',
    'ENABLED',
    'REPOSITORY',
    'CONTAINERD',
    'RUNC',
    'CNI_PLUGINS',
    'ECR',
    'ECR_FILE',
    'PLACES',
  ]
  return {
    tree: Object.fromEntries(
      Object.entries(tree).map(([path, { content, link, mode }]) => [
        path,
        link === undefined ? `${mode} ${content}` : `-> ${link}`,
      ]),
    ),
    words: Object.fromEntries(words.map((word) => [word, (made.variables[word] ?? '').split(' ')])),
  }
}

/** Members of `one` that differ in `other`. */
function difference<T>(one: Readonly<Record<string, T>>, other: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(one).filter(([name, value]) => JSON.stringify(other[name]) !== JSON.stringify(value)),
  )
}

test('where programs lie is here as in the playbook', () => {
  const [played, bundled] = ['ansible/node.yml', 'bench/bundle.yml'].map((path) => {
    const [play] = parse(readFileSync(join(root, path), 'utf8')) as [{ vars: Record<string, string> }]
    return play.vars
  })
  for (const name of ['node_programs', 'node_runtime', 'node_libexec']) {
    expect(bundled?.[name]).toMatch(/./)
    expect(bundled?.[name]).toBe(played?.[name])
  }
})

test('every family, on both architectures', () => {
  const of = (os: string, arch: string, family: string) => rendered(`${os}-${arch}`, variables(os, arch, family))
  const debian = of('debian-13', 'amd64', 'debian')
  expect(debian).toMatchSnapshot('debian-13-amd64')
  // Only values of the name and the architecture differ.
  const ubuntu = of('ubuntu-24.04', 'arm64', 'debian')
  expect({ tree: difference(ubuntu.tree, debian.tree), words: difference(ubuntu.words, debian.words) }).toMatchSnapshot(
    'ubuntu-24.04-arm64 but for what debian-13-amd64 has',
  )
  expect(Object.keys(ubuntu.tree)).toEqual(Object.keys(debian.tree))
  const rocky = of('rocky-10', 'amd64', 'redhat')
  expect({ tree: difference(rocky.tree, debian.tree), words: difference(rocky.words, debian.words) }).toMatchSnapshot(
    'rocky-10-amd64 but for what debian-13-amd64 has',
  )
  expect(Object.keys(debian.tree).filter((path) => rocky.tree[path] === undefined)).toMatchSnapshot(
    'what rocky-10 has not of debian-13',
  )
  const amazon = of('amazon-linux-2023', 'arm64', 'redhat')
  expect({ tree: difference(amazon.tree, rocky.tree), words: difference(amazon.words, rocky.words) }).toMatchSnapshot(
    'amazon-linux-2023-arm64 but for what rocky-10-amd64 has',
  )
  const flatcar = of('flatcar-stable', 'amd64', 'flatcar')
  expect({
    tree: difference(flatcar.tree, debian.tree),
    words: difference(flatcar.words, debian.words),
  }).toMatchSnapshot('flatcar-stable-amd64 but for what debian-13-amd64 has')
  expect(Object.keys(debian.tree).filter((path) => flatcar.tree[path] === undefined)).toMatchSnapshot(
    'what flatcar-stable has not of debian-13',
  )
  // No file is in Flatcar's read-only /usr.
  expect(
    [...Object.keys(flatcar.tree), ...(flatcar.words.PLACES ?? [])].filter((it) => /(^|=)\/usr\//.test(it)),
  ).toEqual([])
  const arm = of('flatcar-stable', 'arm64', 'flatcar')
  expect({ tree: difference(arm.tree, flatcar.tree), words: difference(arm.words, flatcar.words) }).toMatchSnapshot(
    'flatcar-stable-arm64 but for what flatcar-stable-amd64 has',
  )
}, 600_000)

test('with SELinux, every downloaded program gets the label of its place', () => {
  const { kubernetes_binaries } = variables('flatcar-stable', 'amd64', 'flatcar')
  const { words } = rendered('rocky-binary', { ...variables('rocky-10', 'amd64', 'redhat'), kubernetes_binaries })
  const script = readFileSync(join(root, 'ansible/roles/kubernetes/files/wait.sh'), 'utf8')
  const list = /restorecon -i -R -v (.*)/.exec(script)?.[1] ?? ''
  const labelled = spawnSync('bash', ['-c', `echo ${list}`], { encoding: 'utf8' })
    .stdout.trim()
    .split(' ')
  const places = (words.PLACES ?? []).map((word) => word.replace(/^crictl=.*/, '$&/crictl').replace(/.*=/, ''))
  expect(places).toContain('/usr/bin/kubelet')
  expect(places.filter((place) => !labelled.some((path) => `${place}/`.startsWith(`${path}/`)))).toEqual([])
}, 300_000)

test('the node configures secondary interfaces only where that is wanted', () => {
  const more = { base_secondary_interfaces: 'managed' }
  const { tree } = rendered('managed', { ...variables('debian-13', 'amd64', 'debian'), ...more })
  expect(Object.keys(tree).filter((path) => path.includes('secondary-interfaces.service'))).toEqual([])
}, 300_000)

test('containerd removes layers that it has unpacked only where that is wanted', () => {
  const of = (name: string, more: object) =>
    rendered(name, { ...variables('debian-13', 'amd64', 'debian'), ...more }).tree['/etc/containerd/config.toml'] ?? ''
  expect(of('discard', { containerd_discard_unpacked_layers: true })).toMatch(
    /^\[plugins\."io\.containerd\.cri\.v1\.images"\]\n( .*\n)* +discard_unpacked_layers = true$/m,
  )
  expect(of('keep', {})).not.toContain('discard_unpacked_layers')
}, 300_000)

test('containerd trusts a certificate for the mirrors, and for the registry behind them', () => {
  const own = { ca: 'PEM\n' }
  const containerd_registries = {
    'docker.io': { ...own, mirrors: ['https://m.example', 'https://h.example/v2/hub'] },
    'own.example:5000': own,
    'open.example': { mirrors: ['https://m.example'] },
    _default: { ...own, mirrors: ['https://m.example'] },
  }
  const { tree } = rendered('registries', { ...variables('debian-13', 'amd64', 'debian'), containerd_registries })
  const files = Object.entries(tree).filter(([path]) => path.includes('/certs.d/') && !path.endsWith('README'))
  expect(Object.fromEntries(files)).toMatchSnapshot('files of certs.d')
}, 300_000)
