/** An AMI that fails its test, through the whole action: what a person is told, and that nothing of it goes on. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Job, runJob, type StepResult } from '../../script/runner.ts'
import { jobOn, type Local, leftovers, type Mirror, startLocal, startMirror } from './local.ts'

const MINUTE = 60_000
let local: Local
let mirror: Mirror

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
  // What is tested boots its own kernel; what builds does not need to.
  const answer = await fetch(`${local.ready.endpoint}/rehearsal/settings`, {
    method: 'PUT',
    body: JSON.stringify({ ownKind: 'machine' }),
  })
  if (!answer.ok) throw new Error(await answer.text())
}, 60 * MINUTE)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, 2 * MINUTE)

/** Main and post of a job whose image is made wrong by a variable of the playbook. */
async function failing(inputs: Record<string, string>, look: (main: StepResult, job: Job) => void): Promise<void> {
  const before = (await local.calls()).length
  const job = jobOn(local, mirror, { 'ami-regions': 'us-east-1,us-west-2', 'test-timeout': '20', ...inputs })
  try {
    const { main, post } = await runJob(job)
    expect({ main: main.code, post: post.code }).toEqual({ main: 1, post: 0 })
    expect(main.outputs).toMatchObject({ 'ami-id': '', 'ami-ids': '{}', 'images-built': '0', 'images-failed': '1' })
    const calls = (await local.calls()).slice(before).map(({ action }) => action)
    expect(calls).toContain('CreateImage')
    for (const never of ['CopyImage', 'PutParameter']) expect(calls).not.toContain(never)
    look(main, job)
  } finally {
    job.dispose()
  }
}

const errors = (main: StepResult) => main.log.split('\n').filter((line) => line.startsWith('::error'))

test(
  'a node that kubelet refuses: the cause with its evidence, and the AMI is gone with its snapshots',
  async () => {
    await failing(
      { test: 'node', 'ansible-extra-vars': '{"base_sysctl_extra": {"vm.overcommit_memory": 0}}' },
      (main) => {
        const said = errors(main).join('\n')
        expect(said).toMatch(/failed the test node\/kernel-settings: vm.overcommit_memory is 0 and not 1/)
        // The unit's last log lines are in the annotation.
        expect(said).toMatch(/failed the test node\/pod: kubelet ended 3 times: .*%0A.*overcommit_memory/)
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
      },
    )
    expect(leftovers(await local.inventory())).toEqual([])
  },
  25 * MINUTE,
)

test(
  'with keep-failed it stays, marked as failed, and post leaves it alone',
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
