/** The lock, and Kubernetes as plain binaries, by whole jobs. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { readCatalog } from '../../src/plan/catalog.js'
import { readLock, renderLock } from '../../src/plan/lock.js'
import { jobOn, type Local, leftovers, type Mirror, root, startLocal, startMirror } from './local.ts'

let local: Local
let mirror: Mirror

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
}, 1_800_000)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
})

test('an image of binaries, built with the lock that it wrote; an edited sum is refused where the file is fetched', async () => {
  const job = jobOn(local, mirror, { 'kubernetes-source': 'binary', lock: 'write' })
  const workspace = { ...job, env: { ...job.env, GITHUB_WORKSPACE: job.directory } }
  try {
    const first = await runJob(workspace)
    expect({ code: first.main.code, log: first.main.code ? first.main.log.slice(-3000) : '' }).toEqual({
      code: 0,
      log: '',
    })
    const lock = join(job.directory, 'k8s-image.lock.json')
    expect(existsSync(lock)).toBe(true)

    const answer = await fetch(`${local.ready.endpoint}/rehearsal/images/${first.main.outputs['ami-id']}`)
    const { layers } = (await answer.json()) as { layers: string[] }
    const layer = layers.at(-1) ?? ''
    for (const name of ['kubelet', 'kubeadm', 'kubectl', 'crictl'])
      expect(statSync(join(layer, 'usr/bin', name)).mode & 0o777).toBe(0o755)
    const kubelet = spawnSync(join(layer, 'usr/bin/kubelet'), ['--version'], { encoding: 'utf8' })
    expect(kubelet.stdout).toBe('Kubernetes v1.37.2\n')
    expect(readlinkSync(join(layer, 'etc/systemd/system/multi-user.target.wants/kubelet.service'))).toBe(
      '/etc/systemd/system/kubelet.service',
    )
    expect(readFileSync(join(layer, 'var/lib/dpkg/status'), 'utf8')).not.toMatch(/^Package: kube/m)
    expect(existsSync(join(layer, 'etc/apt/sources.list.d/kubernetes.sources'))).toBe(false)

    // As somebody would who knows how a lock's own sum is made.
    const forged = structuredClone(readLock(readFileSync(lock, 'utf8'), readCatalog(root).schema('lock')))
    const files = forged.kubernetes['1.37']?.arch.amd64?.files as Record<string, { sha256: string }>
    files.kubelet = { ...files.kubelet, sha256: '0'.repeat(64) }
    writeFileSync(lock, renderLock(forged))
    const second = await runJob({ ...workspace, inputs: { ...workspace.inputs, lock: 'use' } })
    expect(second.main.code).toBe(1)
    expect(second.main.log).toMatch(/::error.*bin\/linux\/amd64\/kubelet has the sha256 [0-9a-f]{64}, wanted is 0{64}/)
  } finally {
    job.dispose()
  }
  expect(leftovers(await local.inventory()).filter((line) => !/^(image|snapshot)/.test(line))).toEqual([])
}, 600_000)
