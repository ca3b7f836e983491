/** A tiny mirror in the upstreams' layouts, signed by a test's key. It is small enough for each test to make its own. */
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestKey } from './keys.js'
import type { FileServer } from './server.js'

export const arch = process.arch === 'arm64' ? 'arm64' : 'amd64'
export const packerZip = `releases.hashicorp.com/packer/1.16.0/packer_1.16.0_linux_${arch}.zip`
export const packerSums = 'releases.hashicorp.com/packer/1.16.0/packer_1.16.0_SHA256SUMS'
export const pluginMember = `packer-plugin-amazon_v1.8.2_x5.0_linux_${arch}`
export const kubernetesFolder = 'pkgs.k8s.io/core:/stable:/v1.37/deb'

export const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')

/** A server, or files for one. */
type Files = Pick<FileServer, 'files'>

/** A zip of the files, by path inside it. */
export function zip(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'k8s-zip-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, 'in', path)), { recursive: true })
      writeFileSync(join(directory, 'in', path), text)
    }
    const tops = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))]
    execFileSync('python3', ['-m', 'zipfile', '-c', join(directory, 'out.zip'), ...tops], {
      cwd: join(directory, 'in'),
      timeout: 30_000,
    })
    return readFileSync(join(directory, 'out.zip'))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Puts packer and its plugin on the server, with sums signed by `key`. */
export function addHashicorp({ files }: Files, key: TestKey): void {
  // Half a megabyte of random data, which a zip does not shrink, to download and to fill a small disk.
  addRelease(files, 'packer', '1.16.0', zip({ packer: randomBytes(500_000), 'LICENSE.txt': 'none' }), key)
  addRelease(files, 'packer-plugin-amazon', '1.8.2', zip({ [pluginMember]: '#!/bin/sh\necho plugin\n' }), key)
}

export function addRelease(
  files: Map<string, Buffer>,
  product: string,
  version: string,
  zipped: Buffer,
  key: TestKey,
): void {
  const folder = `releases.hashicorp.com/${product}/${version}`
  const name = `${product}_${version}_linux_${arch}.zip`
  const sums = Buffer.from(`${'0'.repeat(64)}  ${product}_${version}_darwin_arm64.zip\n${sha256(zipped)}  ${name}\n`)
  files.set(`${folder}/${name}`, zipped)
  files.set(`${folder}/${product}_${version}_SHA256SUMS`, sums)
  files.set(`${folder}/${product}_${version}_SHA256SUMS.sig`, key.sign(sums))
}

/** Packages that Kubernetes' own packages need. The newest version is not the last. */
const packagesBeside = [
  ['cri-tools', '1.37.1-1.1'],
  ['cri-tools', '1.37.0-1.1'],
  ['kubernetes-cni', '1.8.0-1.1'],
] as const

/** Puts a package index with these versions of kubelet, kubeadm and kubectl on the server, signed by `key`. */
export function addKubernetes({ files }: Files, key: TestKey, versions: readonly string[], minor = '1.37'): void {
  const folder = kubernetesFolder.replace('1.37', minor)
  const paragraphs = versions.flatMap((version) =>
    ['kubelet', 'kubeadm', 'kubectl'].map(
      (name) =>
        `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nFilename: ${name}.deb\nSHA256: ${'1'.repeat(64)}\n`,
    ),
  )
  for (const [name, version] of packagesBeside)
    paragraphs.push(
      `Package: ${name}\nVersion: ${version}\nArchitecture: amd64\nFilename: ${name}.deb\nSHA256: ${'3'.repeat(64)}\n`,
    )
  const packages = Buffer.from(paragraphs.join('\n'))
  const release = `Origin: test\nMD5Sum:\n ${'2'.repeat(32)} 1 Packages\nSHA256:\n ${sha256('')} 0 Other\n ${sha256(packages)} ${packages.length} Packages\n`
  files.set(`${folder}/Packages`, packages)
  files.set(`${folder}/InRelease`, Buffer.from(key.clearsign(release)))
  files.set(`${folder}/Release.key`, Buffer.from(key.armored))
}

export const rpmFolder = 'pkgs.k8s.io/core:/stable:/v1.37/rpm'

/** The text of a `primary.xml` with kubelet, kubeadm and kubectl of these versions and releases, and the packages that they need. */
export function rpmPrimary(...offers: readonly (readonly [version: string, release: string])[]): string {
  const entry = (name: string, version: string, release: string, arch: string) =>
    `<package type="rpm">
  <name>${name}</name>
  <arch>${arch}</arch>
  <version epoch="0" ver="${version}" rel="${release}"/>
  <checksum type="sha256" pkgid="YES">${sha256(`${name} ${version} ${release}`)}</checksum>
  <location href="${arch}/${name}-${version}-${release}.${arch}.rpm"/>
</package>`
  const packages = [
    ...offers.flatMap(([version, release]) =>
      ['kubelet', 'kubeadm', 'kubectl'].map((name) => entry(name, version, release, 'x86_64')),
    ),
    entry('cri-tools', '1.37.0', '150500.1.1', 'x86_64'),
    entry('kubernetes-cni', '1.8.0', '150500.1.1', 'noarch'),
  ]
  return `<?xml version="1.0"?><metadata>${packages.join('\n')}</metadata>`
}

/** Puts an rpm repository with this index on the server, signed by `key`. */
export function addRpm({ files }: Files, key: TestKey, packed: Buffer, suffix: string): void {
  const path = `repodata/${sha256(packed)}-primary.xml${suffix}`
  const other = `<data type="filelists"><checksum type="sha256">${'0'.repeat(64)}</checksum><location href="repodata/other"/></data>`
  const repomd = `<repomd>${other}\n<data type="primary">\n<checksum type="sha256">${sha256(packed)}</checksum>\n<location href="${path}"/></data></repomd>`
  files.set(`${rpmFolder}/${path}`, packed)
  files.set(`${rpmFolder}/repodata/repomd.xml`, Buffer.from(repomd))
  files.set(`${rpmFolder}/repodata/repomd.xml.asc`, key.sign(repomd))
  files.set(`${rpmFolder}/repodata/repomd.xml.key`, Buffer.from(key.armored))
}

/** Files of a node besides packages. A plan does not read their contents. */
export const nodeFiles = [
  'github.com/containerd/containerd/releases/download/v2.3.7/containerd-2.3.7-linux-amd64.tar.gz',
  'github.com/opencontainers/runc/releases/download/v1.4.3/runc.amd64',
  'github.com/containernetworking/plugins/releases/download/v1.9.1/cni-plugins-linux-amd64-v1.9.1.tgz',
  'registry.k8s.io/v2/pause/manifests/3.10.2',
  'artifacts.k8s.io/binaries/cloud-provider-aws/v1.37.0/linux/amd64/ecr-credential-provider-linux-amd64',
]

/** Kubernetes' programs as files, and crictl. */
export const programFiles = [
  ...['kubelet', 'kubeadm', 'kubectl'].map((name) => `dl.k8s.io/release/v1.37.2/bin/linux/amd64/${name}`),
  'github.com/kubernetes-sigs/cri-tools/releases/download/v1.37.0/crictl-v1.37.0-linux-amd64.tar.gz',
]

/** Makes the server a mirror: adds its key, and signed sums of all files. Call again after a change. */
export function seal({ files }: Files, key: TestKey): void {
  files.set(`keys/${key.fingerprint}.asc`, Buffer.from(key.armored))
  const lines = [...files]
    .filter(([path]) => !path.startsWith('SHA256SUMS'))
    .map(([path, data]) => `${sha256(data)}  ${path}\n`)
  const sums = Buffer.from(lines.join(''))
  files.set('SHA256SUMS', sums)
  files.set('SHA256SUMS.sig', key.sign(sums))
}

/** Adds a package index with an ansible-core that has only its command. Returns the requirements file for it. */
export function addAnsible({ files }: Files): string {
  const wheel = 'ansible_core-2.19.14-py3-none-any.whl'
  const info = 'ansible_core-2.19.14.dist-info'
  const zipped = zip({
    'ansible/__init__.py': '',
    'ansible/__main__.py':
      'def main():\n    print("ansible-playbook [core 2.19.14]")\n\nif __name__ == "__main__": main()\n',
    [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: ansible-core\nVersion: 2.19.14\n',
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/entry_points.txt`]: '[console_scripts]\nansible-playbook = ansible.__main__:main\n',
    [`${info}/RECORD`]: `ansible/__init__.py,,\nansible/__main__.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/entry_points.txt,,\n${info}/RECORD,,\n`,
  })
  files.set(`files.pythonhosted.org/packages/${wheel}`, zipped)
  const link = `../../../files.pythonhosted.org/packages/${wheel}`
  files.set('pypi.org/simple/ansible-core/', Buffer.from(`<!DOCTYPE html><a href="${link}">${wheel}</a>`))
  return `ansible-core==2.19.14 \\\n    --hash=sha256:${sha256(zipped)}\n`
}
