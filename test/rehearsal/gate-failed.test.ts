/**
 * Full jobs whose AMIs fail their tests: the action reports the cause and does not publish the AMI. Also, an AMI with plain binaries
 * passes.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Job, runJob, type StepResult } from '../../script/runner.ts'
import { jobOn, type Local, leftovers, type Mirror, startLocal, startMirror } from './local.ts'

const MINUTE = 60_000
const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined
let local: Local
let mirror: Mirror

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  // Tested AMIs boot their own kernel; build instances need not.
  const answer = await fetch(`${local.ready.endpoint}/rehearsal/settings`, {
    method: 'PUT',
    body: JSON.stringify({ ownKind: 'machine' }),
  })
  if (!answer.ok) throw new Error(await answer.text())
}, 60 * MINUTE)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, 60_000)

/** Runs a job whose image is broken by its inputs, or by a file that a hook writes. Main must fail; `look` checks its result. */
async function failing(
  inputs: Record<string, string>,
  look: (main: StepResult, job: Job) => void,
  file?: { readonly path: string; readonly content: string },
): Promise<void> {
  const before = (await local.calls()).length
  const job = jobOn(local, mirror, { 'ami-regions': 'us-east-1,us-west-2', 'test-timeout': '20', ...inputs })
  try {
    if (file !== undefined) {
      const task = {
        name: 'Break it',
        'ansible.builtin.copy': { dest: file.path, content: file.content, mode: '0644' },
      }
      mkdirSync(join(job.directory, 'hooks'), { recursive: true })
      // JSON is also YAML.
      writeFileSync(join(job.directory, 'hooks/after-kubernetes.yml'), JSON.stringify([task]))
    }
    const { main, post } = await runJob(job)
    expect({ main: main.code, post: post.code }).toEqual({ main: 1, post: 0 })
    expect(main.outputs).toMatchObject({ 'ami-id': '', 'ami-ids': '{}', 'images-built': '0', 'images-failed': '1' })
    const calls = (await local.calls()).slice(before).map(({ action }) => action)
    // The copy starts in parallel with the test, and is removed with the AMI.
    expect(calls).toEqual(expect.arrayContaining(['CreateImage', 'CopyImage']))
    for (const never of ['RegisterImage', 'ModifySnapshotAttribute', 'PutParameter']) expect(calls).not.toContain(never)
    // Packer sets the AMI's description after it creates the AMI. From the test on, nothing changes its launch permissions.
    expect(calls.slice(calls.lastIndexOf('RunInstances'))).not.toContain('ModifyImageAttribute')
    look(main, job)
  } finally {
    job.dispose()
  }
}

const errors = (main: StepResult) => main.log.split('\n').filter((line) => line.startsWith('::error'))

test(
  'a node whose kubelet does not start fails with its evidence, and its AMI and snapshots are removed',
  async () => {
    await failing(
      { test: 'node', 'ansible-extra-vars': '{"base_sysctl_extra": {"vm.overcommit_memory": 0}}' },
      (main) => {
        const messages = errors(main).join('\n')
        expect(messages).toMatch(/failed the test node\/kernel-settings: vm.overcommit_memory is 0, not 1/)
        // The unit's last log lines are in the annotation.
        expect(messages).toMatch(/failed the test node\/pod: kubelet ended 3 times: .*%0A.*overcommit_memory/)
        expect(main.summary).toMatch(/0 of 1 built/)
        expect(main.summary).toMatch(/\| node\/kernel-settings \| \*\*failed\*\* \|/)
        const report = main.outputs['report-directory'] ?? ''
        const read = (name: string) => readFileSync(join(report, name), 'utf8')
        expect(readFileSync(main.outputs.junit ?? '', 'utf8')).toMatch(
          /<testcase [^>]*name="kernel-settings"[^>]*><failure/,
        )
        expect(read('debian-13-amd64.journal.log')).toContain('kernel: Linux version')
        expect(read('debian-13-amd64.console.log')).not.toBe('')
        console.log(main.summary)
        console.log(messages)
      },
    )
    expect(leftovers(await local.inventory())).toEqual([])
  },
  25 * MINUTE,
)

/** A control plane that cannot start, on an otherwise intact node. */
const brokenControlPlanes = {
  'a kubelet that ends as soon as kubeadm configures it': {
    path: '/etc/systemd/system/kubelet.service.d/20-broken.conf',
    content: '[Service]\nEnvironment="KUBELET_KUBECONFIG_ARGS=--kubeconfig-file=/etc/kubernetes/kubelet.conf"\n',
    message: /failed the test cluster\/init: kubelet ended \d+ times: .*unknown flag: --kubeconfig-file/,
  },
  'an etcd that cannot write': {
    path: '/etc/fstab',
    content: 'tmpfs /var/lib/etcd tmpfs ro,mode=0700 0 0\n',
    message: /failed the test cluster\/init: etcd ended 3 times: .*read-only file system/,
  },
} as const
for (const [name, { message, ...file }] of Object.entries(brokenControlPlanes))
  all?.(
    `${name}: the error names the cause, not the time limit`,
    async () => {
      const inputs = { test: 'cluster', 'test-timeout': '40', 'ansible-hooks': 'hooks' }
      await failing(
        inputs,
        (main) => {
          const messages = errors(main).join('\n')
          console.log(messages)
          expect(messages).toMatch(message)
          const [{ test: tested }] = JSON.parse(main.outputs.images ?? '[]')
          const init = tested.checks.find((check: { name: string }) => check.name === 'init')
          console.log(`${name}: cluster/init failed after ${init.seconds} s`)
          expect(tested.checks.map((check: { name: string }) => check.name)).not.toContain('node-ready')
        },
        file,
      )
      expect(leftovers(await local.inventory())).toEqual([])
    },
    25 * MINUTE,
  )

test(
  'with keep-failed it stays, tagged as failed, and post leaves it alone',
  async () => {
    await failing(
      {
        test: 'boot',
        'keep-failed': 'true',
        'ansible-extra-vars': '{"kubernetes_packages_held": ["kubelet"]}',
      },
      (main) => {
        expect(errors(main).join('\n')).toMatch(/failed the test boot\/held-packages: not held, .*kubeadm/)
        expect(main.log).toMatch(/is kept, with the tag k8s-image:state=failed/)
      },
    )
    const left = await local.inventory()
    expect(left.map(({ type, region }) => `${type} in ${region}`).sort()).toEqual([
      'image in us-east-1',
      'snapshot in us-east-1',
    ])
    for (const { tags } of left) expect(tags['k8s-image:state']).toBe('failed')
    for (const { tags } of left) expect(tags['k8s-image:tested']).toBeUndefined()
  },
  25 * MINUTE,
)

all?.(
  'an image of plain binaries passes the same checks as one of packages',
  async () => {
    const job = jobOn(local, mirror, { 'kubernetes-source': 'binary', test: 'node', 'test-timeout': '20' })
    try {
      const { main } = await runJob(job)
      expect({ code: main.code, errors: errors(main) }).toEqual({ code: 0, errors: [] })
      const [{ test: tested }] = JSON.parse(main.outputs.images ?? '[{}]')
      console.log(JSON.stringify(tested.reached))
      expect(tested).toMatchObject({ level: 'node', passed: true })
      const names = tested.checks.map(({ level, name }: { level: string; name: string }) => `${level}/${name}`)
      expect(names).toEqual(expect.arrayContaining(['boot/versions', 'node/kubelet-enabled', 'node/pod-cgroup']))
      const ami = (await local.inventory()).find(({ id }) => id === main.outputs['ami-id'])
      expect(ami?.tags['k8s-image:tested']).toBe('node')
    } finally {
      job.dispose()
    }
  },
  25 * MINUTE,
)
