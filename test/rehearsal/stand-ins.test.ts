/**
 * Stand-ins for systems without a base AMI in the local EC2. docs/internals/testing.md lists what they leave out.
 *
 * - Red Hat family: a Debian instance that identifies itself as Rocky Linux 10, with real dnf and rpm, and signed repositories
 *   (rpm/repository.sh). Kubernetes' packages hold the real programs; the distribution's packages are empty.
 * - Ubuntu: a Debian instance with Ubuntu's os-release.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { complaints } from '../unit/support/cyclonedx.ts'
import { root, startLocal, startMirror } from './local.ts'
import { nodesOn } from './nodes.ts'
import { type RpmMirror, startRpmMirror } from './rpms.ts'
import { baseAmi, planned, provision, type World } from './stand-ins.ts'

const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined
const directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-stand-ins-'))
const cleanUp = 'cleanup : Remove what belongs to this instance'
let world: World

beforeAll(async () => {
  const [local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  world = { local, mirror, directory, nodes: nodesOn(local, 'eu-central-1', directory) }
}, 1_800_000)

afterAll(async () => {
  await Promise.all([world?.local.stop(), world?.mirror.stop()])
  rmSync(directory, { recursive: true, force: true })
}, 120_000)

describe('an instance that identifies itself as Rocky Linux 10', () => {
  const kernel = '6.12.0-55.el10_0.x86_64'
  let host: string
  let mirror: RpmMirror
  let variables: Record<string, unknown>

  beforeAll(async () => {
    const { nodes } = world
    host = await nodes.launch(baseAmi(nodes))
    const send = (path: string, to: string) =>
      execFileSync('ssh', [...nodes.sshArgs(host), `sudo install -D -m 0755 /dev/stdin ${to}`], {
        input: readFileSync(path),
        timeout: 120_000,
      })
    const print = ['--from', 'source', '--print', 'kubernetes']
    const built = execFileSync(join(root, 'script/mirror'), print, { encoding: 'utf8' }).trim()
    for (const name of ['kubelet', 'kubeadm', 'kubectl']) send(join(built, name), `/srv/bin/${name}`)
    send(join(root, 'test/rehearsal/rpm/repository.sh'), '/srv/repository.sh')
    // Like upstream, the mirror has one key for debs and rpms.
    const secret = 'from mirror.cache import *; print((cache_directory() / "mirror/key/secret.asc").read_text())'
    const input = execFileSync('python3', ['-c', secret], { cwd: root, encoding: 'utf8' })
    const settings = `VERSION=1.37.2 GENERATION=10 KERNEL=${kernel} BINARIES=/srv/bin`
    const made = spawnSync('ssh', [...nodes.sshArgs(host), `sudo ${settings} /srv/repository.sh`], {
      input,
      encoding: 'utf8',
      timeout: 600_000,
    })
    if (made.status !== 0) throw new Error(made.stderr.slice(-3000))
    mirror = await startRpmMirror(world, host)
    variables = {
      ...planned(world),
      ...mirror.node,
      mirror: mirror.inputs.mirror,
      image_family: 'redhat',
      image_os: 'rocky-10',
      image_key: 'rocky-10-amd64',
      kubernetes_packages_extra: ['jq=1.0', 'libnetfilter_cttimeout', 'NetworkManager-tui'],
      base_storage_clients: ['nfs'],
      base_selinux: 'enforcing',
      base_kernel_release: kernel,
    }
  }, 900_000)

  afterAll(() => mirror?.stop())

  const built = (given: Record<string, unknown>, sbom?: string) => provision({ ...world, mirror }, host, given, sbom)

  /** Runs the playbook, and expects its last task to fail with this message. */
  function fails(more: Record<string, unknown>, message: RegExp): void {
    const run = built({ ...variables, ...more })
    expect(run.code).not.toBe(0)
    expect(run.ends.at(-1)).toMatchObject({ status: 'failed', message: expect.stringMatching(message) })
  }

  /** The lock's packages of Kubernetes, with another sum for kubeadm. */
  const withKubeadm = (sha256: string) => {
    const files = mirror.node.kubernetes_package_files as Record<string, object>
    return { ...files, kubeadm: { ...files.kubeadm, sha256 } }
  }
  const none = () => expect(world.nodes.ssh(host, 'rpm -qa | grep kube || true')).toBe('')

  test('rejects packages with an index signed by another key', () => {
    fails({ kubernetes_packages_repository: 'file:///srv/rpm/foreign' }, /repomd\.xml|GPG|signature/i)
    none()
  }, 300_000)

  test("rejects packages whose sum differs from the lock's, and unsigned ones", () => {
    const { nodes } = world
    fails(
      { kubernetes_package_files: withKubeadm('0'.repeat(64)) },
      /pkgs\.k8s\.io\/core:\/stable:\/v1\.37\/rpm\/kubeadm-1\.37\.2-150500\.1\.1\.\w+\.rpm has sha256 [0-9a-f]{64} instead of 0{64}$/m,
    )
    none()
    nodes.ssh(
      host,
      'sudo cp -r /srv/rpm/kubernetes /srv/rpm/unsigned; sudo rpm --delsign /srv/rpm/unsigned/kubeadm-*.rpm',
    )
    const sum = nodes.ssh(host, 'sha256sum /srv/rpm/unsigned/kubeadm-*.rpm').slice(0, 64)
    fails(
      { kubernetes_packages_repository: 'file:///srv/rpm/unsigned', kubernetes_package_files: withKubeadm(sum) },
      /kubeadm-1\.37\.2-150500\.1\.1\.rpm is not signed by a trusted key/,
    )
    none()
  }, 300_000)

  test('says what to do if the repositories no longer have the kernel of the base AMI', () => {
    fails({ base_kernel_release: '6.12.0-1.el10_0.x86_64' }, /running kernel: set base_kernel_upgrade: true/)
    none()
  }, 300_000)

  test('becomes a node, its components are listed, and a second run changes nothing', () => {
    const sbom = join(directory, 'rocky.json')
    const first = built(variables, sbom)
    expect({ code: first.code, output: first.output }).toEqual({ code: 0, output: '' })
    const text = readFileSync(sbom, 'utf8')
    expect(complaints(text)).toEqual([])
    expect(text).toContain('pkg:rpm/rocky/kubelet@1.37.2-150500.1.1?arch=x86_64&distro=rocky-10.1')
    const second = built(variables)
    expect({ code: second.code, changed: second.changed }).toEqual({ code: 0, changed: [cleanUp] })
  }, 900_000)

  test('has exactly the packages of the mirror that was made from the lock', () => {
    const { nodes } = world
    const folder = join(mirror.tree, 'pkgs.k8s.io/core:/stable:/v1.37/rpm')
    const names = ['cri-tools', 'kubeadm', 'kubectl', 'kubelet', 'kubernetes-cni']
    expect(readdirSync(folder).map((name) => name.replace(/-[\d.]+-[\d.]+\.\w+\.rpm$/, ''))).toEqual([
      ...names,
      'repodata',
    ])
    // The index is upstream's own, with its signature.
    for (const name of ['repomd.xml', 'repomd.xml.asc', 'repomd.xml.key'])
      expect(readFileSync(join(folder, 'repodata', name), 'utf8')).toBe(
        nodes.ssh(host, `cat /srv/rpm/kubernetes/repodata/${name}`),
      )
    expect(nodes.ssh(host, 'rpm -q --queryformat "%{NAME} " kubelet kubernetes-cni').trim()).toBe(
      'kubelet kubernetes-cni',
    )
  })

  test("takes them from that mirror's index if the plan has no sums", () => {
    const { nodes } = world
    nodes.ssh(host, 'sudo sh -c "rpm -e kubelet kubeadm kubectl cri-tools kubernetes-cni; rm -rf /var/cache/dnf"')
    const run = built({ ...variables, kubernetes_package_files: {} })
    expect({ code: run.code, output: run.output }).toEqual({ code: 0, output: '' })
    expect(nodes.ssh(host, 'rpm -q kubelet kubernetes-cni')).toMatch(/^kubelet-1\.37\.2-\S+\nkubernetes-cni-1\.7\.1-/)
  }, 300_000)

  test('has exact versions from a signed repository, which upgrades leave alone', () => {
    const { nodes } = world
    expect(nodes.ssh(host, 'cat /etc/yum.repos.d/kubernetes.repo').split('\n')).toEqual(
      expect.arrayContaining([
        'baseurl=https://pkgs.k8s.io/core:/stable:/v1.37/rpm/',
        'gpgcheck=1',
        'repo_gpgcheck=1',
        'gpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-kubernetes',
        'excludepkgs=cri-tools,kubeadm,kubectl,kubelet,kubernetes-cni',
      ]),
    )
    expect(nodes.ssh(host, 'rpm -qa').trim().split('\n')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^kubelet-1\.37\.2-150500\.1\.1\./),
        expect.stringMatching(/^kubeadm-1\.37\.2-150500\.1\.1\./),
        expect.stringMatching(/^conntrack-tools-/),
        expect.stringMatching(/^container-selinux-/),
        expect.stringMatching(/^nfs-utils-/),
        expect.stringMatching(/^jq-/),
        `kernel-modules-extra-${kernel}`,
      ]),
    )
    expect(nodes.ssh(host, 'kubelet --version').trim()).toBe('Kubernetes v1.37.2')
    expect(nodes.ssh(host, 'systemctl is-enabled kubelet chronyd').trim()).toBe('enabled\nenabled')
  })

  test('has the planned CNI plugins, whatever kubernetes-cni brings', () => {
    const { nodes } = world
    expect(nodes.ssh(host, 'rpm -ql kubernetes-cni')).toBe('/opt/cni/bin/bridge\n/opt/cni/bin/older\n')
    expect(nodes.ssh(host, '/opt/cni/bin/bridge --version 2>&1')).toContain('v1.9.1')
    expect(nodes.ssh(host, 'ls /opt/cni/bin')).not.toContain('older')
    // A manual upgrade does not replace them, either.
    nodes.ssh(host, 'sudo rpm --upgrade --force /srv/rpm/kubernetes/kubernetes-cni-*.rpm')
    expect(nodes.ssh(host, '/opt/cni/bin/bridge --version 2>&1')).toContain('v1.9.1')
  })

  test('has the settings of its family, and none of Debian’s', () => {
    const { nodes } = world
    expect(nodes.ssh(host, 'systemctl is-enabled nm-cloud-setup.service nm-cloud-setup.timer || true').trim()).toBe(
      'masked\nmasked',
    )
    expect(nodes.ssh(host, 'cat /etc/NetworkManager/conf.d/50-k8s-node.conf')).toContain('interface-name:eni*')
    expect(nodes.ssh(host, 'cat /etc/udev/rules.d/99-vpc-policy-routes.rules')).toMatch(/^# .*\n$/)
    expect(nodes.ssh(host, 'cat /etc/sysconfig/kubelet')).toContain('--image-credential-provider-config=')
    expect(nodes.ssh(host, 'cat /etc/selinux/config')).toContain('SELINUX=enforcing\n')
    expect(nodes.ssh(host, 'cat /etc/containerd/config.toml')).toContain('enable_selinux = true')
    expect(nodes.ssh(host, 'grep -c 169.254.169.123 /etc/chrony.conf').trim()).toBe('1')
    expect(nodes.ssh(host, 'readlink /etc/systemd/system/dnf-makecache.timer').trim()).toBe('/dev/null')
    expect(nodes.ssh(host, 'ls /etc/apt/apt.conf.d /etc/dpkg/dpkg.cfg.d 2>/dev/null')).not.toMatch(/k8s-node/)
    const release = JSON.parse(nodes.ssh(host, 'cat /etc/k8s-image/release.json'))
    expect(release.kubernetes).toEqual({
      version: '1.37.2',
      package: '1.37.2-150500.1.1',
      repository: 'https://pkgs.k8s.io/core:/stable:/v1.37/rpm/',
    })
  })

  test('installs a newer kernel from the newest release of Amazon Linux, although its repositories are pinned', () => {
    const { nodes } = world
    const script = execFileSync('base64', ['-w0', 'ansible/roles/base/files/kernel.sh'], {
      cwd: root,
      encoding: 'utf8',
    })
    // Runs the script with a fake os-release, and with a fake dnf that records its arguments.
    const dnfArguments = (id: string) =>
      nodes.ssh(
        host,
        `sudo unshare --mount bash -euc '
          printf "ID=${id}\\n" >/run/os-release; mount --bind /run/os-release /etc/os-release
          printf "#!/bin/sh\\necho \\"\\$@\\" >/run/dnf-arguments\\n" >/run/dnf; chmod +x /run/dnf; mount --bind /run/dnf /usr/bin/dnf
          echo ${script} | base64 -d | FAMILY=redhat bash >/dev/null; cat /run/dnf-arguments'`,
      )
    expect(dnfArguments('\\"amzn\\"')).toContain('--releasever=latest upgrade kernel*')
    expect(dnfArguments('rocky')).not.toContain('releasever')
  })

  test('fails with FIPS mode, which has no tool here', () => {
    fails({ base_fips: true }, /rocky-10 cannot have base_fips: true/)
    fails({ base_fips: true, image_os: 'rocky-9' }, /does not offer FIPS mode: it has no fips-mode-setup/)
  }, 300_000)

  // As without a plan: the repository's packages, checked by signature.
  const byHand = { kubernetes_packages_repository: 'file:///srv/rpm/kubernetes', kubernetes_package_files: {} }

  all?.each<[string, Record<string, unknown>, string, RegExp]>([
    ['a missing package', { kubernetes_packages_extra: ['no-such-package'] }, 'true', /no-such-package/],
    [
      'a missing version',
      { ...byHand, kubernetes_rpm: '1.37.3-150500.1.1' },
      'true',
      /kube(let|adm|ctl)-1\.37\.3-150500\.1\.1/,
    ],
    [
      'an unsigned package',
      byHand,
      'rpm --delsign /srv/rpm/kubernetes/kubeadm-*.rpm; createrepo_c -q /srv/rpm/kubernetes; cd /srv/rpm/kubernetes/repodata; gpg --batch --yes --armor --detach-sign repomd.xml',
      /kubeadm.* is not signed|GPG check FAILED/i,
    ],
    [
      'an index that changed after it was signed',
      byHand,
      'echo x >>/srv/rpm/kubernetes/repodata/repomd.xml',
      /repomd|gpg|signature/i,
    ],
  ])(
    'says why, with %s',
    (_, more, before, message) => {
      world.nodes.ssh(
        host,
        `sudo sh -c 'rpm -e kubeadm || true; rm -rf /var/cache/dnf; export HOME=/root GNUPGHOME=/srv/gnupg; ${before}'`,
      )
      fails(more, message)
    },
    600_000,
  )
})

describe('an instance that identifies itself as Ubuntu 24.04', () => {
  test("is made by Debian's code, and listed as Ubuntu", async () => {
    const { nodes } = world
    const host = await nodes.launch(baseAmi(nodes))
    const release = 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\nPRETTY_NAME="Ubuntu 24.04.3 LTS"\n'
    nodes.ssh(host, `sudo rm /etc/os-release; printf '${release}' | sudo tee /etc/os-release >/dev/null`)
    nodes.ssh(host, `sudo sh -c '${snap}'`)
    const variables = {
      ...planned(world),
      image_os: 'ubuntu-24.04',
      image_key: 'ubuntu-24.04-amd64',
      // AWS's archive, since this system has no package of version 2.
      base_cluster_api: 'aws',
      aws_cli: await awsCli(world.mirror),
    }
    const fails = (more: object) => provision(world, host, { ...variables, ...more }).ends.at(-1)
    const named = planned(world).kubernetes_package_files as Record<string, object>
    const files = { ...named, kubelet: { ...named.kubelet, sha256: '0'.repeat(64) } }
    expect(fails({ kubernetes_package_files: files })).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/kubelet=1\.37\.2-[\d.]+ has sha256 [0-9a-f]{64} instead of 0{64}/),
    })
    const sbom = join(directory, 'ubuntu.json')
    const first = provision(world, host, variables, sbom)
    expect({ code: first.code, output: first.output }).toEqual({ code: 0, output: '' })
    const text = readFileSync(sbom, 'utf8')
    expect(complaints(text)).toEqual([])
    expect(text).toMatch(/"pkg:deb\/ubuntu\/kubelet@1\.37\.2-[\d.]+\?arch=amd64&distro=ubuntu-24\.04"/)
    expect(provision(world, host, variables).changed).toEqual([cleanUp])
    expect(nodes.ssh(host, 'cat /srv/snap')).toBe('hold: forever\n')
    expect(nodes.ssh(host, 'aws --version; cat /etc/cloud/cloud.cfg.d/95-k8s-node.cfg')).toMatch(
      /^aws-cli\/2\.\d+\.\d+ stand-in\n[\s\S]*datasource_list: \["Ec2ClusterApi"\]/,
    )
    expect(provision(world, host, { ...variables, base_automatic_updates: true }).code).toBe(0)
    expect(nodes.ssh(host, 'cat /srv/snap')).toBe('')

    // A package by URL needs its sum. NVIDIA's packages are in no repository here.
    nodes.ssh(host, `sudo sh -c '${agent}'`)
    const sha256 = nodes.ssh(host, 'sha256sum /srv/agent.deb').slice(0, 64)
    const wrong = { url: 'file:///srv/agent.deb', sha256: '0'.repeat(64) }
    expect(fails({ base_ssm_agent: wrong })).toMatchObject({
      status: 'failed',
      message: expect.stringContaining(`file:///srv/agent.deb has sha256 ${sha256} instead of ${'0'.repeat(64)}`),
    })
    expect(fails({ base_gpu: 'nvidia' })).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/Unable to locate package nvidia-/),
    })
    const more = { base_ssm_agent: { ...wrong, sha256 } }
    const third = provision(world, host, { ...variables, ...more })
    expect({ code: third.code, output: third.output }).toEqual({ code: 0, output: '' })
    expect(nodes.ssh(host, 'systemctl is-enabled amazon-ssm-agent').trim()).toBe('enabled')
    expect(provision(world, host, { ...variables, ...more }).changed).toEqual([cleanUp])
  }, 900_000)
})

/** The mirror's archive of the AWS CLI, as the plan names it. */
async function awsCli({ inputs }: World['mirror']): Promise<{ version: string; url: string; sha256: string }> {
  const sums = await (await fetch(`${inputs.mirror}/SHA256SUMS`)).text()
  const line = /^([0-9a-f]{64}) +(awscli\.amazonaws\.com\/awscli-exe-linux-x86_64-(\S+)\.zip)$/m
  const [, sha256 = '', path = '', version = ''] = line.exec(sums) ?? []
  return { version, url: `https://${path}`, sha256 }
}

/** A fake snap: its command that prints holds, and the two commands that change them. */
const snap = [
  ': >/run/snapd.socket; : >/srv/snap',
  'printf "#!/bin/sh\\ncase \\$2 in --hold) echo hold: forever >/srv/snap ;; --unhold) : >/srv/snap ;; --time) cat /srv/snap ;; esac\\n" >/usr/bin/snap',
  'chmod 0755 /usr/bin/snap',
].join('; ')

/** Makes /srv/agent.deb, a package with the agent's name that contains only a unit. */
const agent = [
  'set -e; mkdir -p /srv/agent/DEBIAN /srv/agent/usr/lib/systemd/system; cd /srv/agent',
  'printf "Package: amazon-ssm-agent\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: x <x@example.org>\\nDescription: test\\n" >DEBIAN/control',
  'printf "[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=multi-user.target\\n" >usr/lib/systemd/system/amazon-ssm-agent.service',
  'dpkg-deb --build /srv/agent /srv/agent.deb >/dev/null',
].join('; ')
