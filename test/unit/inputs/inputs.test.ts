import { readCatalog } from '../../../src/catalog/catalog.js'
import { readOptions } from '../../../src/inputs/options.js'
import { readInputs } from '../../../src/inputs/read-inputs.js'
import { readTemplateVariables } from '../../../src/inputs/template-variables.js'
import { UserErrors } from '../../../src/lib/errors.js'
import { publishSettings } from '../fakes.js'

const catalog = readCatalog('.')
const options = readOptions('.')
const templateVariables = [
  ...['ami_regions', 'iam_instance_profile', 'images', 'region', 'root_volume_size', 'root_volume_type', 'ssh_port'],
  'tags',
]
const files: Readonly<Record<string, string>> = {
  '/ws/trust.txt': '# ours\nc874 011f 0ab4 0511 0d02 1055 3436 5d94 72d7 468f  # with a comment\n\n',
  '/ws/systems.json': '{"debian-13": {"sshUser": "me"}}',
  '/ws/bad-systems.json': '{"debian-13": {"sshuser": "me"}}',
  '/ws/short.txt': '72D7468F\n',
  '/ws/empty.txt': '# nothing\n',
  '/ws/vars.json': '{"root_volume_size": 20}',
  '/ws/broken.json': '{"root_volume_size": ',
  '/ws/list.json': '[1]',
  '/ws/vars.pkrvars.hcl': 'root_volume_size = 20',
  '/ws/unknown.json': '{"root_volume_sise": 20}',
  '/ws/hooks/before-packages.yml': '- name: A task\n  ansible.builtin.command: "true"\n',
  '/ws/hooks/first-boot.sh': '#!/bin/sh\n',
  '/ws/hooks/README.md': '',
  '/ws/hooks/files/x.yml': '',
  '/ws/near/after-kubernets.yml': '[]',
  '/ws/near/before-packages.yml': '[]',
  '/ws/bad/before-packages.yml': '- name: A\n  x: [\n- name: B\n',
  '/ws/bad/after-kubernetes.yml': '- hosts: all\n  tasks: []\n',
  '/ws/bad/first-boot.sh': 'echo hello\n',
}
const readFile = (path: string) => {
  const text = files[path]
  if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
  return text
}

const readDirectory = (path: string) => {
  if (path in files) throw Object.assign(new Error(`ENOTDIR: ${path}`), { code: 'ENOTDIR' })
  const below = Object.keys(files).filter((each) => each.startsWith(`${path}/`))
  if (below.length === 0) throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' })
  return [...new Set(below.map((each) => each.slice(path.length + 1).split('/')[0] ?? ''))]
}

function read(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])
  return readInputs(
    { GITHUB_WORKSPACE: '/ws', ...env, ...Object.fromEntries(given) },
    { catalog, templateVariables, readFile, readDirectory, options },
  )
}

/** The mistakes, as `message (hint)` lines. */
async function mistakes(inputs: Readonly<Record<string, string>>): Promise<string[]> {
  const error = await read(inputs).then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(error).toBeInstanceOf(UserErrors)
  return (error as UserErrors).message.split('\n')
}

test('without any input, the defaults', async () => {
  expect(await read({})).toEqual({
    kubernetesVersions: ['1.37'],
    os: ['debian-13'],
    operatingSystems: catalog.operatingSystems,
    containerdVersion: undefined,
    kubernetesSource: 'package',
    lock: { mode: 'off', file: 'k8s-image.lock.json', path: '/ws/k8s-image.lock.json' },
    arch: ['amd64'],
    region: 'us-east-1',
    amiRegions: ['us-east-1'],
    instanceType: undefined,
    subnetId: undefined,
    associatePublicIp: undefined,
    sshInterface: undefined,
    sshSourceCidrs: [],
    amiName: 'k8s-{kubernetes}-{os}-{arch}-{date}-{run}',
    packerVersion: '1.16.0',
    mirror: undefined,
    mirrorTrust: [],
    buildProxy: undefined,
    varFile: {},
    vars: {},
    ansibleExtraVars: {},
    ansibleHooks: undefined,
    tags: {},
    ifExists: 'skip',
    publish: publishSettings,
    rehearse: 'false',
    test: 'node',
    testFocus: '\\[Conformance\\]',
    testSkip: '\\[Flaky\\]|\\[Serial\\]|\\[sig-network\\]|Container Lifecycle Hook',
    testReboot: 'auto',
    testTimeout: 20,
    keepFailed: false,
    parallelBuilds: 2,
    timeout: 60,
    preflight: true,
  })
})

test('with every input', async () => {
  const inputs = await read({
    'kubernetes-version': 'v1.37.2, 1.36\n1.35.4-1.1',
    os: 'debian-13\nubuntu-24.04, debian-13',
    arch: 'amd64 arm64',
    catalog: 'systems.json',
    'containerd-version': '2.3.5',
    'kubernetes-source': 'Binary',
    lock: 'WRITE',
    'lock-file': 'locks/all.json',
    region: 'eu-central-1',
    'ami-regions': 'us-west-2,eu-west-1',
    'ami-name': "node's {kubernetes} ({os}) {arch} @{date}",
    'subnet-id': 'subnet-0123456789abcdef0',
    'associate-public-ip-address': 'true',
    'ssh-interface': 'private_ip',
    'ssh-source-cidr': '203.0.113.7/32, 2001:db8::/64',
    'packer-version': '1.15.3',
    mirror: 'https://mirror.example/base/',
    'mirror-trust': 'trust.txt',
    'build-proxy': 'http://builder:p%40ss@proxy.example.com:3128, mirror.example,.internal',
    'var-file': './vars.json',
    vars: 'root_volume_size=30\n\n# a comment\n',
    'ansible-extra-vars': 'base_journal_limit: 1G\nbase_modules_extra: [a, b]',
    'ansible-hooks': 'hooks',
    'extra-packages': 'jq, htop=3.*',
    'pre-pull-images': `quay.io/a/b:1@sha256:${'0'.repeat(64)}`,
    tags: 'team=platform\nquery=a=b',
    'if-exists': 'Rebuild',
    'copy-before-test': 'false',
    'name-at': 'Build',
    'max-concurrent-copies': '7',
    'kms-key-ids':
      'eu-central-1=alias/k8s\nus-west-2=arn:aws:kms:us-west-2:123456789012:key/1\neu-west-1=mrk-0123456789abcdef0123456789abcdef',
    'share-with-accounts': '210987654321, 123456789012',
    'share-with-organizations': 'arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5',
    'share-with-ous': 'arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6',
    'deprecate-after': '90',
    'deregistration-protection': 'with-cooldown',
    'ssm-parameters': '/k8s/{os}/{arch}/{kubernetes}/latest',
    rehearse: 'TRUE',
    test: 'Conformance',
    'test-focus': 'Pods should',
    'test-skip': 'Slow',
    'test-reboot': 'True',
    'test-timeout': '7',
    'keep-failed': 'TRUE',
    'parallel-builds': '4',
    timeout: '90',
    preflight: 'false',
  })
  expect(inputs).toEqual({
    kubernetesVersions: ['1.37.2', '1.36', '1.35.4-1.1'],
    os: ['debian-13', 'ubuntu-24.04'],
    operatingSystems: { ...catalog.operatingSystems, 'debian-13': expect.objectContaining({ sshUser: 'me' }) },
    containerdVersion: '2.3.5',
    kubernetesSource: 'binary',
    lock: { mode: 'write', file: 'locks/all.json', path: '/ws/locks/all.json' },
    arch: ['amd64', 'arm64'],
    region: 'eu-central-1',
    amiRegions: ['eu-central-1', 'us-west-2', 'eu-west-1'],
    amiName: "node's {kubernetes} ({os}) {arch} @{date}",
    instanceType: undefined,
    subnetId: 'subnet-0123456789abcdef0',
    associatePublicIp: true,
    sshInterface: 'private_ip',
    sshSourceCidrs: ['203.0.113.7/32', '2001:db8::/64'],
    packerVersion: '1.15.3',
    mirror: 'https://mirror.example/base',
    mirrorTrust: ['C874011F0AB405110D02105534365D9472D7468F'],
    buildProxy: { address: 'http://builder:p%40ss@proxy.example.com:3128', none: ['mirror.example', '.internal'] },
    varFile: { root_volume_size: 20 },
    vars: { root_volume_size: '30' },
    ansibleExtraVars: {
      base_journal_limit: '1G',
      base_modules_extra: ['a', 'b'],
      kubernetes_packages_extra: ['jq', 'htop=3.*'],
      containerd_images_extra: [`quay.io/a/b:1@sha256:${'0'.repeat(64)}`],
    },
    ansibleHooks: '/ws/hooks',
    tags: { team: 'platform', query: 'a=b' },
    ifExists: 'rebuild',
    publish: {
      keys: {
        'eu-central-1': 'alias/k8s',
        'us-west-2': 'arn:aws:kms:us-west-2:123456789012:key/1',
        'eu-west-1': 'mrk-0123456789abcdef0123456789abcdef',
      },
      accounts: ['123456789012', '210987654321'],
      organizations: ['arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5'],
      organizationalUnits: ['arn:aws:organizations::123456789012:ou/o-a1b2c3d4e5/ou-ab12-c3d4e5f6'],
      everybody: false,
      deprecateAfter: 90,
      protection: 'with-cooldown',
      parameters: ['/k8s/{os}/{arch}/{kubernetes}/latest'],
      maxCopies: 7,
      copyBeforeTest: false,
      nameAt: 'build',
    },
    rehearse: 'true',
    test: 'conformance',
    testFocus: 'Pods should',
    testSkip: 'Slow',
    testReboot: 'true',
    testTimeout: 7,
    keepFailed: true,
    parallelBuilds: 4,
    timeout: 90,
    preflight: false,
  })
})

test.each([
  [{}, 'us-east-1'],
  [{ AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
  [{ AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-2'],
])('region from the environment %j', async (env, region) => {
  expect((await read({}, env)).region).toBe(region)
  expect((await read({ region: 'sa-east-1' }, env)).region).toBe('sa-east-1')
})

test('all regions', async () => {
  expect((await read({ 'ami-regions': 'all' })).amiRegions).toBe('all')
})

test('extra variables as JSON', async () => {
  expect((await read({ 'ansible-extra-vars': '{"base_sysctl_extra": {"b": 1}}' })).ansibleExtraVars).toEqual({
    base_sysctl_extra: { b: 1 },
  })
})

test.each([
  [
    'no',
    [
      'ansible-hooks: no does not exist (write the path of a directory from the workspace, and check that the job has a checkout step)',
    ],
  ],
  [
    'trust.txt',
    [
      'ansible-hooks: trust.txt is not a directory (write the path of a directory from the workspace, and check that the job has a checkout step)',
    ],
  ],
  [
    'hooks/files',
    [
      'ansible-hooks: hooks/files/x.yml is not a hook (known: before-packages.yml, after-kubernetes.yml, before-clean-up.yml, first-boot.sh; put files that hooks include into a directory below)',
      'ansible-hooks: hooks/files contains no hook (known: before-packages.yml, after-kubernetes.yml, before-clean-up.yml, first-boot.sh)',
    ],
  ],
  [
    'near',
    [
      'ansible-hooks: near/after-kubernets.yml is not a hook (did you mean "after-kubernetes.yml"?; put files that hooks include into a directory below)',
    ],
  ],
  [
    'bad',
    [
      expect.stringMatching(/^ansible-hooks: bad\/before-packages\.yml:[23] is not YAML: .* \(correct that line\)$/),
      'ansible-hooks: bad/after-kubernetes.yml is not a list of tasks (write only tasks, without hosts: and tasks: around them)',
      'ansible-hooks: bad/first-boot.sh has no interpreter (begin it with a line like #!/bin/bash)',
    ],
  ],
])('hooks in %s', async (directory, says) => {
  expect(await mistakes({ 'ansible-hooks': directory })).toEqual(says)
})

test.each<[Record<string, string>, string]>([
  [
    { os: 'ubunut-24.04' },
    'os: "ubunut-24.04" is not an operating system in the catalog (did you mean "ubuntu-24.04"?)',
  ],
  [
    { os: 'windows' },
    'os: "windows" is not an operating system in the catalog (known: amazon-linux-2023, centos-stream-10, centos-stream-9, debian-12, debian-13, flatcar-stable, rhel-10, rhel-9, rocky-10, rocky-9, ubuntu-22.04, ubuntu-24.04, ubuntu-26.04, amazon-linux, centos-stream, debian, debian-family, flatcar, flatcar-family, redhat-family, rhel, rocky, ubuntu, all)',
  ],
  [{ catalog: 'bad-systems.json' }, 'catalog: debian-13 has an unknown "sshuser" (did you mean "sshUser"?)'],
  [
    { 'containerd-version': '2.2.5' },
    'containerd-version: containerd 2.2.5 does not support Kubernetes 1.37, which needs 2.3.0 or later of 2.3, 2.4.0 or later of 2.4 (remove it for 2.3.7, or build another Kubernetes)',
  ],
  [{ 'containerd-version': '2' }, 'containerd-version: "2" is not an exact version (write it like 2.3.7)'],
  [
    { 'kubernetes-source': 'binaries' },
    'kubernetes-source: "binaries" is not package or binary (known: package, binary)',
  ],
  [{ lock: 'wirte' }, 'lock: "wirte" is not off, use, check or write (did you mean "write"?)'],
  [
    { lock: 'use' },
    'lock-file: k8s-image.lock.json does not exist (write its path from the workspace, and check that the job has a checkout step)',
  ],
  [
    { 'ansible-hooks': 'hooks', 'ansible-extra-vars': '{"a": "apiVersion: kubeadm.k8s.io/v1beta3"}' },
    'ansible-extra-vars: kubeadm of Kubernetes 1.37 does not read kubeadm.k8s.io/v1beta3 (write kubeadm.k8s.io/v1beta4)',
  ],
  [{ os: ',' }, 'os: is empty (write debian-13, for example)'],
  [{ region: 'us-east' }, 'region: "us-east" is not an AWS region (write it like us-east-1)'],
  [{ 'ami-regions': 'eu_west_1' }, 'ami-regions: "eu_west_1" is not an AWS region (write it like us-east-1)'],
  [
    { 'kubernetes-version': '1.73' },
    'kubernetes-version: Kubernetes 1.73 is not in the catalog (known: 1.35, 1.36, 1.37)',
  ],
  [
    { 'kubernetes-version': 'latest' },
    'kubernetes-version: "latest" is not a version (write 1.37, 1.37.2 or 1.37.2-1.1)',
  ],
  [
    { 'kubernetes-version': '1.11.2-00' },
    'kubernetes-version: Kubernetes 1.11 is not in the catalog (known: 1.35, 1.36, 1.37)',
  ],
  [{ arch: 'x86_64' }, 'arch: "x86_64" is not an architecture (did you mean "amd64"?)'],
  [{ arch: 'amd46' }, 'arch: "amd46" is not an architecture (did you mean "amd64"?)'],
  [{ 'instance-type': 't3' }, 'instance-type: "t3" is not an instance type (write it like t3.medium)'],
  [
    { 'instance-type': 'm7g.large', arch: 'amd64,arm64', 'ami-name': '{arch}' },
    'instance-type: no type runs both architectures (leave it empty, or give each architecture an entry of a config file)',
  ],
  [
    { 'associate-public-ip-address': 'true' },
    'associate-public-ip-address: it needs `subnet-id` (set `subnet-id`, or remove it)',
  ],
  ...[{}, { 'ssh-interface': 'public_dns' }].map((more): [Record<string, string>, string] => [
    { 'subnet-id': 'subnet-0123456789abcdef0', 'associate-public-ip-address': 'false', ...more },
    'associate-public-ip-address: the runner cannot reach an instance without a public address (set `ssh-interface: private_ip` on a runner that reaches the subnet, or `session_manager`)',
  ]),
  ...[{}, { vars: 'iam_instance_profile=' }].map((more): [Record<string, string>, string] => [
    { 'ssh-interface': 'session_manager', ...more },
    'ssh-interface: session_manager needs an instance profile with AmazonSSMManagedInstanceCore (set it with `vars: iam_instance_profile=NAME`)',
  ]),
  ...['abc', '4', '-1', '8.5'].map((size): [Record<string, string>, string] => [
    { vars: `root_volume_size=${size}` },
    `vars: root_volume_size is "${size}" (write a number of GiB from 8, or 0 for the size of the base AMI)`,
  ]),
  [{ vars: 'root_volume_type=io2' }, 'vars: root_volume_type is "io2" (write gp3 or gp2)'],
  [{ 'subnet-id': 'vpc-1' }, 'subnet-id: "vpc-1" is not a subnet ID (write it like subnet-0123456789abcdef0)'],
  [
    { 'ssh-interface': 'public-ip' },
    'ssh-interface: "public-ip" is not a way to reach an instance (did you mean "public_ip"?)',
  ],
  [
    { 'ssh-source-cidr': '0.0.0.0/0' },
    'ssh-source-cidr: "0.0.0.0/0" is the whole internet (name the ranges that the runner comes from)',
  ],
  [
    { 'ssh-source-cidr': '10.0.0.1' },
    'ssh-source-cidr: "10.0.0.1" is not an address range (write it like 203.0.113.7/32)',
  ],
  [{ 'packer-version': 'latest' }, 'packer-version: "latest" is not an exact version (write it like 1.16.0)'],
  [{ rehearse: 'yes' }, 'rehearse: "yes" is not true, false or keep (known: false, true, keep)'],
  [{ test: 'clustr' }, 'test: "clustr" is not none, boot, node, cluster or conformance (did you mean "cluster"?)'],
  [
    { 'test-focus': '[NodeConformance' },
    'test-focus: "[NodeConformance" is not a regular expression (write it like \\[Conformance\\])',
  ],
  [{ 'test-reboot': 'yes' }, 'test-reboot: "yes" is not auto, true or false (known: auto, true, false)'],
  [{ 'test-timeout': '0' }, 'test-timeout: "0" is not a whole number from 1 to 1440 (write one, such as 1)'],
  [{ 'keep-failed': 'maybe' }, 'keep-failed: "maybe" is not true or false (known: true, false)'],
  [{ 'parallel-builds': '0' }, 'parallel-builds: "0" is not a whole number from 1 to 64 (write one, such as 1)'],
  [{ preflight: 'no' }, 'preflight: "no" is not true or false (known: true, false)'],
  [{ timeout: '1h' }, 'timeout: "1h" is not a whole number from 1 to 1440 (write one, such as 1)'],
  [
    { mirror: 'mirror.example' },
    'mirror: "mirror.example" is not an address (write http://HOST/PATH or https://HOST/PATH)',
  ],
  [
    { mirror: 'ftp://m.example' },
    'mirror: "ftp://m.example" is neither http nor https (write http://HOST/PATH or https://HOST/PATH)',
  ],
  [
    { mirror: 'https://me:secret@m.example' },
    'mirror: the address holds a user name or password (use a mirror without a password: the address appears in logs)',
  ],
  [
    { mirror: 'http://my_mirror:8080' },
    'mirror: "http://my_mirror:8080" has a host or path that not every step can use (write a host of letters, digits, dots and hyphens, and a path without spaces and quotes)',
  ],
  [
    { 'mirror-trust': 'trust.txt' },
    'mirror-trust: it adds keys for a mirror, but `mirror` is empty (set `mirror` too, or remove it)',
  ],
  [
    { 'build-proxy': 'https://me:secret@proxy.example:3128' },
    "build-proxy: its first word is not a proxy's address (write http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, percent-encoded)",
  ],
  [
    { 'build-proxy': "http://proxy.example:3128 o'hara" },
    'build-proxy: "o\'hara" is not a host to reach without the proxy (write it like mirror.example.com or .example.com)',
  ],
  [
    { mirror: 'http://m.example', 'mirror-trust': 'short.txt' },
    'mirror-trust: "72D7468F" is not a fingerprint (write the full fingerprint of the key, 40 hex digits)',
  ],
  [
    { mirror: 'http://m.example', 'mirror-trust': 'empty.txt' },
    'mirror-trust: the file names no key (write one fingerprint per line)',
  ],
  [
    { mirror: 'http://m.example', 'mirror-trust': 'gone.txt' },
    'mirror-trust: gone.txt does not exist (write its path from the workspace, and check that the job has a checkout step)',
  ],
  [
    { vars: 'root_volume_sise=3' },
    'vars: the template has no variable "root_volume_sise" (did you mean "root_volume_size"?)',
  ],
  [
    { vars: 'ami_regions=us-west-2' },
    'vars: "ami_regions" is not for vars or var-file (use the input ami-regions: the action copies after the build)',
  ],
  [{ vars: 'os_filter=x' }, 'vars: "os_filter" is not for vars or var-file (use the input os)'],
  [{ vars: 'region=us-west-2' }, 'vars: "region" is not for vars or var-file (use the input region)'],
  [{ vars: 'run_id=1' }, 'vars: "run_id" is not for vars or var-file (remove it: the action gives every run its own)'],
  [
    { vars: 'ami_users=1' },
    'vars: "ami_users" is not for vars or var-file (remove it; to share AMIs, use share-with-accounts and the inputs beside it)',
  ],
  [{ vars: 'no equals sign' }, 'vars: "no equals sign" is not a name=value line (write one name=value per line)'],
  [
    { vars: 'root_volume_size=8\nroot_volume_size=9' },
    'vars: "root_volume_size" is given twice (remove one of its lines)',
  ],
  [
    { 'var-file': 'unknown.json' },
    'var-file: the template has no variable "root_volume_sise" (did you mean "root_volume_size"?)',
  ],
  [{ 'var-file': 'list.json' }, 'var-file: list.json is not a map of variables (write {"name": "value"})'],
  [
    { 'ansible-extra-vars': '[1]' },
    'ansible-extra-vars: is not a map of names to values (write a map, such as {"name": "value"})',
  ],
  [
    { 'ansible-extra-vars': 'base_kube_proxi: ipvs' },
    'ansible-extra-vars: there is no variable "base_kube_proxi" (did you mean "base_kube_proxy"?)',
  ],
  [
    { 'ansible-extra-vars': 'whatever_else_there_is: 1' },
    'ansible-extra-vars: no task reads a variable "whatever_else_there_is" (see docs/image-options.md for all variables)',
  ],
  [
    { 'extra-packages': 'no/such' },
    'extra-packages: kubernetes_packages_extra[0] is "no/such", which is not allowed (it must match ^[A-Za-z0-9][A-Za-z0-9+._:=*~^-]*$)',
  ],
  [
    { 'extra-packages': 'jq', 'ansible-extra-vars': 'kubernetes_packages_extra: [jq]' },
    'extra-packages: ansible-extra-vars has kubernetes_packages_extra as well (write it in one of the two places)',
  ],
  [
    { 'pre-pull-images': 'nodes' },
    'pre-pull-images: "nodes" is not an image (did you mean "node"?; begin it with its registry)',
  ],
  [
    { 'pre-pull-images': 'node,control-plane' },
    'pre-pull-images: node and control-plane are given (control-plane includes node)',
  ],
  [
    { 'pre-pull-images': 'node', mirror: 'http://m.example' },
    'pre-pull-images: with a mirror, "node" is not enough: a tag is not a fixed version (write each image with @sha256:…)',
  ],
  [
    {
      os: 'rocky-9',
      'ansible-extra-vars': `base_ssm_agent: {url: "file:///run/agent.deb", sha256: "${'0'.repeat(64)}"}`,
    },
    'ansible-extra-vars: base_ssm_agent: rocky-9 cannot install agent.deb (name a .rpm package)',
  ],
  [
    { 'ansible-extra-vars': 'containerd_pull: control-plane', mirror: 'http://m.example' },
    'ansible-extra-vars: with a mirror, "control-plane" is not enough: a tag is not a fixed version (write each image with @sha256:…)',
  ],
  [
    {
      'ansible-extra-vars': `containerd_images_extra: [quay.io/a/b@sha256:${'0'.repeat(64)}, quay.io/a/c:1]`,
      mirror: 'http://m.example',
    },
    'ansible-extra-vars: with a mirror, "quay.io/a/c:1" is not enough: a tag is not a fixed version (write each image with @sha256:…)',
  ],
  [
    { 'pre-pull-images': 'library/nginx' },
    expect.stringMatching(/^pre-pull-images: containerd_images_extra\[0\] is "library\/nginx", which is not allowed/),
  ],
  [
    { tags: Array.from({ length: 37 }, (_, at) => `tag-${at}=x`).join('\n') },
    'tags: more than 36 tags (EC2 allows 50 per resource, and the action uses 14)',
  ],
  [{ tags: 'a={{x}}' }, 'tags: "a" holds {{ (write it without {{: Packer would fill it in)'],
  [{ tags: 'a{{b=x' }, 'tags: "a{{b" holds {{ (write it without {{: Packer would fill it in)'],
  [{ tags: 'aws:x=1' }, 'tags: "aws:x" begins with a reserved word (choose another key)'],
  [{ tags: 'k8s-image:run=1' }, 'tags: "k8s-image:run" begins with a reserved word (choose another key)'],
  [{ 'ami-name': 'k8s-{arhc}' }, 'ami-name: "{arhc}" is not a placeholder (did you mean "arch"?)'],
  [
    { 'ami-name': 'k8s:{os}' },
    'ami-name: ":" cannot be in an AMI\'s name (use letters, digits and ( ) [ ] . / - \' @ _ only)',
  ],
  [
    { 'ami-name': 'k8s-{os}-{run}', arch: 'amd64,arm64' },
    'ami-name: several images would have the same name (write {arch} into it)',
  ],
  [{ regoin: 'eu-west-1' }, '"regoin" is not an input (did you mean "region"?)'],
])('mistake %j', async (inputs, line) => {
  expect(await mistakes(inputs)).toEqual([line])
})

test.each<Record<string, string>>([
  { 'ssh-interface': 'session_manager', vars: 'iam_instance_profile=ssm' },
  { 'subnet-id': 'subnet-1234abcd', 'associate-public-ip-address': 'false', 'ssh-interface': 'private_ip' },
  { 'subnet-id': 'subnet-1234abcd', 'associate-public-ip-address': 'false', 'ssh-source-cidr': '10.0.0.0/8' },
  { vars: 'root_volume_size=0\nroot_volume_type=gp2' },
  { arch: 'arm64', 'instance-type': 'm7g.large' },
])('no mistake %j', async (given) => {
  await expect(read(given)).resolves.toBeDefined()
})

test.each([
  ['broken.json', /^var-file: broken\.json is not JSON: .* \(correct it; a JSON linter shows the place\)$/],
  ['vars.pkrvars.hcl', /^var-file: vars\.pkrvars\.hcl is not JSON: .* \(write it as \.pkrvars\.json\)$/],
])('a var-file that cannot be parsed: %s', async (name, line) => {
  expect(await mistakes({ 'var-file': name })).toEqual([expect.stringMatching(line)])
})

test('a YAML mistake', async () => {
  expect(await mistakes({ 'ansible-extra-vars': 'a: [' })).toEqual([
    expect.stringMatching(/^ansible-extra-vars: is neither JSON nor YAML: .+/),
  ])
})

test('inputs of other actions are ignored', async () => {
  expect((await read({ 'fetch-depth': '0' })).os).toEqual(['debian-13'])
})

test('every mistake is listed at once', async () => {
  expect(
    await mistakes({
      os: 'debain-13',
      region: 'us-east',
      'kubernetes-version': '1.38',
      vars: 'ami_users=1',
      timeout: 'x',
    }),
  ).toHaveLength(5)
})

test('a system without the architecture is refused', async () => {
  const lone = {
    ...catalog.operatingSystems['debian-13'],
    key: 'lone',
    arch: { amd64: { nameFilter: '*', instanceType: 't3.medium' } },
  }
  const facts = {
    catalog: { ...catalog, operatingSystems: { lone } },
    templateVariables,
    readFile,
    readDirectory,
    options,
  } as Parameters<typeof readInputs>[1]
  await expect(readInputs({ INPUT_OS: 'lone', INPUT_ARCH: 'arm64' }, facts)).rejects.toThrow(
    'os: there is no base AMI of lone for arm64 (build it for amd64)',
  )
})

test("the template's variables are read from its sources", () => {
  const names = readTemplateVariables('.')
  expect(names).toEqual(
    expect.arrayContaining(['ami_regions', 'ansible_extra_vars', 'images', 'mirror', 'region', 'run_id']),
  )
  expect(names).toEqual([...names].sort())
})

test.each([
  [{}, String.raw`\[Flaky\]|\[Serial\]|\[sig-network\]|Container Lifecycle Hook`],
  [{ 'test-focus': String.raw`\[NodeConformance\]` }, String.raw`\[Flaky\]|\[Serial\]`],
  [{ 'test-skip': 'Slow' }, 'Slow'],
])('%j: specs that are left out', async (given, skip) => {
  expect((await read(given)).testSkip).toBe(skip)
})

test.each([
  [{ test: 'node' }, 20],
  [{ test: 'cluster' }, 30],
  [{ test: 'conformance' }, 90],
  [{ test: 'conformance', 'test-timeout': '7' }, 7],
])('%j: the time limit follows the level', async (given, minutes) => {
  expect((await read(given)).testTimeout).toBe(minutes)
})
