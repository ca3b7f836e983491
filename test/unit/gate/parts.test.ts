import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readCatalog } from '../../../src/catalog/catalog.js'
import { watchConsole } from '../../../src/gate/console.js'
import { discard } from '../../../src/gate/discard.js'
import { renderGateVariables } from '../../../src/gate/variables.js'
import { UserError } from '../../../src/lib/errors.js'
import { junit } from '../../../src/report/junit.js'
import { image, manualClock, memoryEc2, memoryLog, result, type Thing } from '../fakes.js'

const system = readCatalog('.').operatingSystems['debian-13']
if (system === undefined) throw new Error('the catalogue has no debian-13')
const selection = { focus: 'a', skip: 'b' }
const order = {
  image: image(),
  ami: 'ami-1',
  level: 'node' as const,
  reboot: 'auto' as const,
  selection,
  system,
  timeout: 20,
  results: '/r',
}
const render = (built: Record<string, unknown>) => JSON.parse(renderGateVariables(built, order))

test("the Session Manager tunnel has the port of the image's build", () => {
  const ports = { [order.image.key]: 10_001, other: 10_002 }
  expect(render({ session_manager_ports: ports }).session_manager_port).toBe(10_001)
  expect(render({}).session_manager_port).toBeNull()
})

test('network and SSH are those of the build', () => {
  const shared = {
    region: 'us-east-1',
    run_id: 'r',
    subnet_id: 'subnet-1',
    ssh_interface: 'private_ip',
    ssh_port: 2222,
    ssh_source_cidrs: ['192.0.2.1/32'],
    mirror: 'http://x',
    tags: { team: 'x' },
  }
  expect(render({ ...shared, ansible_playbook: '/a' })).toMatchObject(shared)
})

test.each([
  [{}, {}, false],
  [{ fips: true as const }, {}, true],
  [{}, { base_fips: true }, true],
  [{}, { base_fips: false }, false],
])('an image whose base AMI is %j, with variables %j, is tested in FIPS mode: %j', (more, variables, expected) => {
  const own = image()
  const tested = { ...order, image: { ...own, system: { ...own.system, ...more } } }
  expect(JSON.parse(renderGateVariables({ ansible_extra_vars: variables }, tested)).fips).toBe(expected)
})

test.each([
  ['redhat', {}, {}],
  ['redhat', { base_selinux: 'enforcing' }, { selinux: 'enforcing' }],
  ['debian', { base_selinux: 'permissive', base_fips: false }, {}],
  [
    'debian',
    { base_kernel_arguments: ['quiet'], base_audit_rules: ['-w /etc -k etc'] },
    { kernel_arguments: ['quiet'], audit_rules: ['-w /etc -k etc'] },
  ],
] as const)('%s, with variables %j, is tested for the options %j', (family, variables, more) => {
  const text = renderGateVariables({ ansible_extra_vars: variables }, { ...order, system: { ...system, family } })
  const none = { selinux: '', kernel_arguments: [], audit_rules: [] }
  expect(JSON.parse(text).expected.options).toEqual({ ...none, ...more })
})

test.each([
  ['deb', {}, '1.37.2-1.1'],
  ['rpm', { kubernetesRpm: '1.37.2-150500.1.1' }, '1.37.2-150500.1.1'],
  ['binary', { kubernetesBinaries: {} }, ''],
  ['binary, on a system with rpm', { kubernetesRpm: '1.37.2-150500.1.1', kubernetesBinaries: {} }, ''],
])('Kubernetes from %s: the version of its packages', (_, more, version) => {
  const own = image()
  const tested = { ...order, image: { ...own, node: { ...own.node, ...more } } }
  expect(JSON.parse(renderGateVariables({}, tested)).expected.kubernetes_package).toBe(version)
})

test.each([
  ['with', true, {}, true],
  ['with', true, { kubernetes_ecr_credential_provider: true }, true],
  ['with', true, { kubernetes_ecr_credential_provider: false }, false],
  ['without', false, {}, false],
])('a plan %s the credential provider (%j) and variables %j: expected %j', (_, has, variables, wanted) => {
  const own = image()
  const { ecrCredentialProvider, ...rest } = own.node
  const node = has ? { ...rest, ecrCredentialProvider: ecrCredentialProvider ?? rest.runc } : rest
  const text = renderGateVariables({ ansible_extra_vars: variables }, { ...order, image: { ...own, node } })
  expect(JSON.parse(text).expected.credential_provider).toBe(wanted)
})

test('the template declares exactly the variables that are written', () => {
  const declared = [...readFileSync('packer/gate/variables.pkr.hcl', 'utf8').matchAll(/^variable "(\w+)"/gm)].map(
    ([, name]) => name,
  )
  const shared = {
    region: '',
    run_id: '',
    subnet_id: '',
    iam_instance_profile: '',
    ssh_interface: '',
    ssh_port: 22,
    ssh_source_cidrs: [],
    associate_public_ip_address: null,
    mirror: '',
    build_proxy: '',
    build_no_proxy: [],
    tags: {},
  }
  expect(Object.keys(render(shared)).sort()).toEqual(declared.sort())
})

test.each([
  [{}, 21],
  [{ root_volume_size: 40 }, 41],
  [{ root_volume_size: '40' }, 41],
  [{ root_volume_size: 0 }, 0],
])('%j: the root volume is larger than the image, to check that the file system grows', (built, size) => {
  expect(render(built).root_volume_size).toBe(size)
})

test('so it is with a large base AMI', () => {
  const own = image()
  const large = { ...order, image: { ...own, system: { ...own.system, rootGib: 30 } } }
  expect(JSON.parse(renderGateVariables({}, large)).root_volume_size).toBe(31)
})

test("instance type: the build's, or the catalogue's", () => {
  expect(render({ instance_type: 'm7i.large' }).instance_type).toBe('m7i.large')
  expect(render({ instance_type: '' }).instance_type).toBe(system.arch.amd64?.instanceType)
})

test('JUnit XML counts, escapes, and has a case for a test that did not begin', () => {
  const check = { level: 'boot' as const, name: 'a', passed: true, seconds: 1, message: '', evidence: '' }
  const bad = { ...check, name: 'b', passed: false, message: '<&"\u0007\ud800', evidence: 'x\ny' }
  const test = { level: 'boot' as const, passed: false, at: '2026-01-01T00:00:00Z', seconds: 3, reached: {} }
  const text = junit([
    result({ key: 'one', test: { ...test, checks: [check, bad] } }),
    result({
      key: 'two',
      test: { ...test, checks: [] },
      failures: [{ code: 'test-failed', message: 'never answered' }],
    }),
    result({ key: 'three' }),
  ])
  expect(text).toContain('<testsuite name="one" tests="2" failures="1"')
  expect(text).toContain('<failure message="&lt;&amp;&quot;">x&#10;y</failure>')
  expect(text).toContain('<testsuite name="two" tests="1" failures="1"')
  expect(text).toContain('<failure message="never answered"></failure>')
  expect(text).not.toContain('three')
})

const thing = (kind: Thing['kind'], id: string, more: Partial<Thing> = {}): Thing => ({
  region: 'us-east-1',
  kind,
  id,
  tags: { 'k8s-image:run': 'r' },
  ...more,
})

describe('the console', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'k8s-image-test-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  test("is read from the gate's own instance, kept at its longest, and without secrets", async () => {
    const ec2 = memoryEc2(
      thing('instance', 'i-builder', { name: 'not this one' }),
      thing('instance', 'i-1', { name: 'boot secret', tags: { 'k8s-image:run': 'r', 'k8s-image:gate': 'ami-1' } }),
    )
    const file = join(directory, 'console.log')
    const redact = () => (line: string) => line.replace('secret', '***')
    const watch = watchConsole({ runId: 'r', ami: 'ami-1', file, redact }, ec2.byRegion('us-east-1'), manualClock())
    await new Promise((go) => setTimeout(go, 20))
    ec2.things.splice(0)
    await watch.stop(true)
    expect(watch.text()).toBe('boot ***')
    expect(readFileSync(file, 'utf8')).toBe('boot ***')
  })

  test('may be unreadable', async () => {
    const ec2 = memoryEc2()
    ec2.before = () => {
      throw new UserError('aws-failed', 'not allowed')
    }
    const order = { runId: 'r', ami: 'ami-1', file: join(directory, 'c'), redact: () => (line: string) => line }
    const watch = watchConsole(order, ec2.byRegion('us-east-1'), manualClock())
    await watch.stop(true)
    expect(watch.text()).toBe('')
  })
})

test('an AMI that could not be removed is reported, not thrown', async () => {
  const ec2 = memoryEc2(thing('image', 'ami-1', { state: 'available' }))
  const log = memoryLog()
  ec2.before = (call) => {
    if (call.startsWith('remove')) throw new UserError('aws-failed', 'not allowed')
  }
  await discard({ image: 'a', ami: 'ami-1', before: {}, keep: false }, ec2.byRegion('us-east-1'), log)
  expect(log.warnings).toEqual(['a: ami-1 is still there: not allowed'])
})

describe('an AMI that failed', () => {
  const untested = { 'k8s-image:state': 'untested' }
  const passed = {
    'k8s-image:state': 'tested',
    'k8s-image:tested': 'boot',
    'k8s-image:tested-at': '2026-11-23T10:00:00Z',
  }
  const later = { ...passed, 'k8s-image:tested': 'node', 'k8s-image:tested-at': '2026-11-23T11:00:00Z' }

  test.each<[string, Record<string, string>, Record<string, string>, string | undefined]>([
    ['with its first tags', untested, untested, undefined],
    ['with the tags of an earlier test', passed, passed, undefined],
    ['that another run passed', untested, passed, 'tested'],
    ['that another run passed for more', passed, later, 'tested'],
    ['that another run handed out', passed, { ...passed, 'k8s-image:state': 'built' }, 'built'],
  ])('%s: is removed, or stays as it is', async (_, before, now, state) => {
    for (const keep of [false, true]) {
      const ec2 = memoryEc2(
        thing('image', 'ami-1', { state: 'available', tags: now, snapshots: ['snap-1'] }),
        thing('snapshot', 'snap-1', { tags: now }),
      )
      const log = memoryLog()
      await discard({ image: 'a', ami: 'ami-1', before, keep }, ec2.byRegion('us-east-1'), log)
      const wanted = state ?? (keep ? 'failed' : undefined)
      expect(ec2.things.map(({ tags }) => tags['k8s-image:state'])).toEqual(
        wanted === undefined ? [] : [wanted, wanted],
      )
      const stays = ['a: ami-1 in us-east-1 stays: another run took it over']
      expect(log.warnings).toEqual(state === undefined ? [] : stays)
    }
  })
})
