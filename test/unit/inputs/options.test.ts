/** Variables of the playbook: the action's check, the playbook's own check, and that all are documented. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { checkOptions, checkSystems, readOptions } from '../../../src/inputs/options.js'

const options = readOptions('.')

/** Mistakes that the action reports. */
function action(given: Readonly<Record<string, unknown>>, hooks = false): string[] {
  const messages: string[] = []
  checkOptions(given, options, hooks, (message, hint) => messages.push(`${message} (${hint})`))
  return messages
}

/** Mistakes that the playbook's lookup reports, per row. Uses one process, since loading Ansible takes a second. */
function playbook(given: readonly Readonly<Record<string, unknown>>[]): string[][] {
  const program = `
import json, sys
sys.path.insert(0, "ansible/plugins/lookup")
from checked_options import check
options = json.load(open("ansible/options.json"))
known = json.load(open("catalog/operating-systems.json"))
print(json.dumps([check(given, options, known) for given in json.load(sys.stdin)]))
`
  const interpreter = spawnSync('sh', ['-c', 'head -n 1 "$(command -v ansible-playbook)"'], { encoding: 'utf8' }).stdout
  const done = spawnSync(interpreter.trim().replace(/^#!/, ''), ['-c', program], {
    encoding: 'utf8',
    input: JSON.stringify(given),
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  })
  if (done.status !== 0) throw new Error(done.stderr)
  return JSON.parse(done.stdout)
}

const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`

const right: readonly Readonly<Record<string, unknown>>[] = [
  { base_kube_proxy: 'nftables', base_storage_clients: ['nfs', 'iscsi'] },
  { base_audit_rules: ['-w /etc/kubernetes -p wa -k kubernetes'], base_sysctl_extra: { 'vm.swappiness': 1 } },
  { base_proxy: { http: 'http://proxy.example:3128', none: '10.0.0.0/8,.svc' } },
  { containerd_registries: { 'docker.io': { mirrors: ['https://m.example'] }, _default: { mirrors: [] } } },
  { containerd_registries: { 'docker.io': { ca: `${pem('MIIB\nAg==')}# Root\n\n${pem('MIIC')}` } } },
  { containerd_images_extra: ['quay.io/a/b:1', `registry.k8s.io/x@sha256:${'0'.repeat(64)}`], containerd_pull: 'node' },
  { base_ssm_agent: { url: 'https://s3.example/amazon-ssm-agent.deb', sha256: '0'.repeat(64) }, base_gpu: 'nvidia' },
  { base_ssm_agent: {}, base_proxy: { https: 'http://proxy.example:3128' } },
  { base_fips: true, image_os: 'rocky-9' },
  // A system of the user's own catalogue.
  { base_fips: true, base_selinux: 'enforcing', image_os: 'platform-1' },
  { base_fips: false, base_selinux: 'permissive', image_os: 'debian-13' },
  { base_automatic_updates: true, ansible_port: 22, sandbox_image_digest: 'sha256:1' },
]

/** Options that only some systems support. The action checks all requested systems, the playbook its own. */
const elsewhere: readonly (readonly [Record<string, unknown>, string, RegExp])[] = [
  [
    { base_fips: true },
    'debian-13',
    /^debian-13 cannot have base_fips: true( \(it is for amazon-linux-2023, .*rocky-9\))?$/,
  ],
  [{ base_fips: true }, 'rocky-10', /^rocky-10 cannot have base_fips: true/],
  [{ base_selinux: 'enforcing' }, 'ubuntu-24.04', /^ubuntu-24\.04 cannot have base_selinux: "enforcing"/],
]

const wrong: readonly (readonly [Record<string, unknown>, RegExp])[] = [
  [
    { base_kube_proxy: 'ipv' },
    /^base_kube_proxy is "ipv" instead of one of iptables, ipvs, nftables \(did you mean "ipvs"\?\)$/,
  ],
  [{ base_automatic_updates: 'false' }, /^base_automatic_updates is "false" instead of a boolean/],
  [{ base_storage_clients: 'nfs' }, /^base_storage_clients is "nfs" instead of a list/],
  [
    { base_storage_clients: ['nsf'] },
    /^base_storage_clients\\?\[0\] is "nsf" instead of one of nfs, iscsi \(did you mean "nfs"\?\)$/,
  ],
  [{ base_proxy: { htp: 'http://p' } }, /^base_proxy has "htp", which is not allowed \(did you mean "http"\?\)$/],
  [{ base_proxy: { http: 'http://me:secret@p' } }, /^base_proxy\.http is "http:\/\/me:secret@p", which is not allowed/],
  [
    { containerd_registries: { 'docker.io': { mirror: [] } } },
    /^containerd_registries\.docker\.io has "mirror", which .*"mirrors"/,
  ],
  // A truncated paste.
  [
    { containerd_registries: { 'docker.io': { ca: '-----BEGIN CERTIFICATE-----\nMIIB\n' } } },
    /^containerd_registries\.docker\.io\.ca is .* which is not allowed/s,
  ],
  [{ containerd_registries: { 'docker io': {} } }, /^containerd_registries has "docker io", which is not allowed/],
  [{ base_sysctl_extra: { 'vm.x': [1] } }, /^base_sysctl_extra\.vm\.x is \[1\] instead of a string or a integer/],
  [
    { kubernetes_pakages_extra: [] },
    /^there is no variable "kubernetes_pakages_extra" \(did you mean "kubernetes_packages_extra"\?\)$/,
  ],
  [{ base_ssm_agent: { url: 'https://s3.example/agent.zip' } }, /^base_ssm_agent\.url is .* which is not allowed/],
  [{ base_ssm_agent: { url: 'https://s3.example/agent.deb' } }, /^base_ssm_agent has no sha256/],
  [{ base_ssm_agent: { sha256: '0'.repeat(64) } }, /^base_ssm_agent has no url/],
  // The address would be in logs and process lists.
  [
    { base_ssm_agent: { url: 'https://me:word@s3.example/agent.deb' } },
    /^base_ssm_agent\.url is .* which is not allowed/,
  ],
  [{ base_gpu: 'nvida' }, /^base_gpu is "nvida" instead of one of none, nvidia \(did you mean "nvidia"\?\)$/],
  [{ base_nothing_like_it: 1 }, /variable "base_nothing_like_it"/],
]

test.each(right)('right: %j', (given) => {
  // The plan adds its own.
  const users = Object.entries(given).filter(([name]) => !options[name]?.plan)
  expect(action(Object.fromEntries(users))).toEqual([])
})

test.each(wrong)('wrong: %j', (given, says) => {
  expect(action(given)).toEqual([expect.stringMatching(says)])
})

test('the playbook says the same', () => {
  const own = { team_name: 'x' }
  expect(playbook([...right, own, ...wrong.map(([given]) => given)])).toEqual([
    ...right.map(() => []),
    [],
    ...wrong.map(([, says]) => [expect.stringMatching(says)]),
  ])
  const messages = playbook(elsewhere.map(([given, system]) => ({ ...given, image_os: system })))
  expect(messages).toEqual(elsewhere.map(([, , says]) => [expect.stringMatching(says)]))
})

test.each(elsewhere)('elsewhere: %j on %s', (given, system, says) => {
  const known = Object.keys(JSON.parse(readFileSync('catalog/operating-systems.json', 'utf8')))
  const mistakes = (os: readonly string[]) => {
    const lines: string[] = []
    checkSystems(given, options, os, known, (message, hint) => lines.push(`${message} (${hint})`))
    return lines
  }
  expect(mistakes([system, 'rocky-9'])).toEqual([expect.stringMatching(says)])
  // The action does not check systems of the user's own catalogue.
  expect(mistakes(['platform-1', 'rocky-9'])).toEqual([])
})

test.each(
  Object.entries(options).flatMap(([name, { systems, default: usual }]) =>
    systems === undefined ? [] : [{ [name]: usual }],
  ),
)('every system supports the default: %j', (given) => {
  const known = Object.keys(JSON.parse(readFileSync('catalog/operating-systems.json', 'utf8')))
  const lines: string[] = []
  // As YAML gives it: an equal value, not the same one.
  checkSystems(structuredClone(given), options, known, known, (message) => lines.push(message))
  expect(lines).toEqual([])
  expect(playbook(known.map((image_os) => ({ ...given, image_os })))).toEqual(known.map(() => []))
})

test('what the plan has verified cannot be replaced, also for hooks', () => {
  const planned = Object.keys(options).filter((name) => options[name]?.plan)
  expect(planned).toEqual(expect.arrayContaining(['containerd', 'kubernetes_repository_fingerprints', 'mirror']))
  for (const name of planned)
    expect(action({ [name]: 'x' }, true)).toEqual([
      `"${name}" is what the plan decides (remove it; an input or the lock has its value)`,
    ])
})

test('names of the user’s own are for hooks, unless they are nearly one of ours', () => {
  expect(action({ team_name: 'x' })).toEqual([expect.stringMatching(/no task reads a variable "team_name"/)])
  expect(action({ team_name: 'x' }, true)).toEqual([])
  expect(action({ kubernetes_packages_extr: [] }, true)).toHaveLength(1)
})

const roles = ['base', 'containerd', 'kubernetes', 'cleanup']
const defaults: Record<string, unknown> = Object.assign(
  {},
  ...roles.map((role) => parse(readFileSync(`ansible/roles/${role}/defaults/main.yml`, 'utf8'))),
)

test('every variable of a role is described, with its default', () => {
  const described = Object.entries(options).filter(([, option]) => !option.plan)
  expect(described.map(([name]) => name).sort()).toEqual(Object.keys(defaults).sort())
  for (const [name, option] of described.filter(([, { internal }]) => !internal))
    expect({ name, value: defaults[name] }).toEqual({ name, value: option.default })
})

test('the page lists every CIS item of the script, and what the script leaves out', () => {
  const script = readFileSync('ansible/roles/base/files/cis.py', 'utf8')
  const page = readFileSync('docs/image-options.md', 'utf8')
  const items = [...script.matchAll(/^ {4}"((?:K8s )?\d[\d.]+)": /gm)].map((match) => match[1] ?? '')
  expect(items.length).toBeGreaterThan(50)
  const ranges = [...page.matchAll(/((?:\d+\.)+)(\d+) to (?:\d+\.)+(\d+)/g)].flatMap(([, stem = '', from, to]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => `${stem}${Number(from) + at}`),
  )
  const named = new Set([...ranges, ...[...page.matchAll(/(?:K8s )?\d+(?:\.\d+)+/g)].map(([word]) => word)])
  expect(items.filter((item) => !named.has(item))).toEqual([])
})
