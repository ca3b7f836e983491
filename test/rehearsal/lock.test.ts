/** Full jobs with a lock, and with Kubernetes as plain binaries. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runJob } from '../../script/runner.ts'
import { startServer } from '../../script/server.ts'
import { readCatalog } from '../../src/catalog/catalog.js'
import { readLock, renderLock } from '../../src/plan/lock.js'
import { jobOn, type Local, leftovers, type Mirror, root, startLocal, startMirror } from './local.ts'

const all = process.env.K8S_IMAGE_TEST_ALL ? test : undefined

let local: Local
let mirror: Mirror

beforeAll(async () => {
  ;[local, mirror] = await Promise.all([startLocal('debian-13'), startMirror()])
}, 1_800_000)

afterAll(async () => {
  await Promise.all([local?.stop(), mirror?.stop()])
}, 60_000)

test('an image of binaries is built from its own lock; an edited sum fails where the file is fetched', async () => {
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

    // Changes a file's sum and updates the lock's own sum, as an attacker could.
    const forged = structuredClone(readLock(readFileSync(lock, 'utf8'), readCatalog(root).schema('lock')))
    const files = forged.kubernetes['1.37']?.arch.amd64?.files as Record<string, { sha256: string }>
    files.kubelet = { ...files.kubelet, sha256: '0'.repeat(64) }
    writeFileSync(lock, renderLock(forged))
    const second = await runJob({ ...workspace, inputs: { ...workspace.inputs, lock: 'use' } })
    expect(second.main.code).toBe(1)
    expect(second.main.log).toMatch(/::error.*bin\/linux\/amd64\/kubelet has sha256 [0-9a-f]{64} instead of 0{64}/)
  } finally {
    job.dispose()
  }
  expect(leftovers(await local.inventory()).filter((line) => !/^(image|snapshot)/.test(line))).toEqual([])
}, 600_000)

all?.(
  'in a closed network, a job needs only its lock and the mirror of that lock',
  async () => {
    const job = jobOn(local, mirror, { lock: 'write' })
    const env = { ...job.env, GITHUB_WORKSPACE: job.directory }
    let other: { ready: unknown; stop(): Promise<void> } | undefined
    try {
      const first = await runJob({ ...job, env })
      expect({ code: first.main.code, log: first.main.code ? first.main.log.slice(-3000) : '' }).toEqual({
        code: 0,
        log: '',
      })

      const { mirror: base = '', 'mirror-trust': trust = '' } = mirror.inputs
      const out = join(job.directory, 'mirror')
      const lock = join(job.directory, 'k8s-image.lock.json')
      other = await startServer(
        join(root, 'script/mirror'),
        ['--from', 'upstream', '--lock', lock, '--upstream-base', base, '--trust', trust, out],
        300,
      )
      const { url } = other.ready as { url: string }
      // This lock names packages, so its mirror has no plain binaries of Kubernetes.
      expect(existsSync(join(out, 'tree/dl.k8s.io'))).toBe(false)

      // Prepares the tools again, from that mirror. Records all connections of this job's processes.
      const trace = join(job.directory, 'connections')
      const node = join(job.directory, 'node')
      // Without a shell: shells drop variables with a hyphen in their name, such as INPUT_LOCK-FILE.
      const strace = [
        'strace',
        '-A',
        '-f',
        '-qq',
        '--seccomp-bpf',
        '-e',
        'trace=connect',
        '-o',
        trace,
        process.execPath,
      ]
      writeFileSync(
        node,
        `#!/usr/bin/env python3\nimport os, sys\nos.execvp("strace", [*${JSON.stringify(strace)}, *sys.argv[1:]])\n`,
      )
      chmodSync(node, 0o755)
      const closed = {
        ...job,
        node,
        env: { ...env, RUNNER_TOOL_CACHE: join(job.directory, 'tools') },
        inputs: { ...job.inputs, lock: 'use', mirror: url, 'mirror-trust': join(out, 'fingerprints.txt') },
      }
      const second = await runJob(closed)
      expect({ code: second.main.code, log: second.main.code ? second.main.log.slice(-3000) : '' }).toEqual({
        code: 0,
        log: '',
      })
      const calls = readFileSync(trace, 'utf8').split('\n')
      const peers = calls.flatMap((line) => {
        const address = /inet_addr\("([^"]+)"|inet_pton\(AF_INET6, "([^"]+)"/.exec(line)
        const port = /htons\((\d+)\)/.exec(line)?.[1]
        return address && port ? [`${address[1] ?? address[2]}:${port}`] : []
      })
      expect(peers).toEqual(expect.arrayContaining([new URL(url).host, new URL(local.ready.endpoint).host]))
      expect(peers.filter((peer) => !/^(127\.|::1:|::ffff:127\.)/.test(peer))).toEqual([])
      const versions = (step: typeof first) => JSON.parse(step.main.outputs.images ?? '[{}]')[0].versions
      expect(versions(second)).toEqual(versions(first))
    } finally {
      await other?.stop()
      job.dispose()
    }
  },
  900_000,
)
