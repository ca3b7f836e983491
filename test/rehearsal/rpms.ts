/** A mirror with rpm packages, which `script/mirror --lock` makes from the action's lock, and the playbook's variables for both. */
import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startServer } from '../../script/server.ts'
import { readCatalog } from '../../src/catalog/catalog.js'
import { readOptions } from '../../src/inputs/options.js'
import { readInputs } from '../../src/inputs/read-inputs.js'
import { exec } from '../../src/lib/exec.js'
import { renderVarFile } from '../../src/packer/var-file.js'
import { writeLock } from '../../src/plan/lock-file.js'
import { makePlan } from '../../src/plan/plan.js'
import { manualClock, memoryLog } from '../unit/fakes.js'
import { type Mirror, root } from './local.ts'
import type { World } from './stand-ins.ts'

/** A mirror of exactly what a lock for Rocky Linux 10 names. */
export interface RpmMirror extends Mirror {
  /** The directory that the mirror serves. */
  readonly tree: string
  /** Variables that the template passes to the playbook, with this lock and this mirror. */
  readonly node: Readonly<Record<string, unknown>>
}

/**
 * Uses the repository that `rpm/repository.sh` made on an instance as upstream. Writes a lock, fetches its files into a mirror, and plans
 * from both.
 *
 * @param host the instance
 */
export async function startRpmMirror({ directory, nodes }: World, host: string): Promise<RpmMirror> {
  const archive = join(directory, 'rpms.tar')
  const out = openSync(archive, 'w')
  spawnSync('ssh', [...nodes.sshArgs(host), 'sudo tar -C /srv/rpm -c kubernetes'], {
    stdio: ['ignore', out, 'inherit'],
    timeout: 120_000,
  })
  closeSync(out)
  execFileSync('tar', ['-xf', archive, '-C', directory])
  const base = await startServer(join(root, 'test/rehearsal/rpm/base.py'), [join(directory, 'kubernetes')], 3000)
  try {
    const { url, trust } = base.ready as { url: string; trust: string }
    await varFile(directory, { lock: 'write', mirror: url, 'mirror-trust': trust })
    const made = join(directory, 'mirror')
    // A separate cache: these packages are new in each run, so the machine's cache must not keep them.
    const cache = join(directory, 'cache')
    mkdirSync(cache)
    const command = [
      ...[`K8S_IMAGE_CACHE=${cache}`, join(root, 'script/mirror'), '--from', 'upstream'],
      ...['--lock', join(directory, 'k8s-image.lock.json'), '--upstream-base', url, '--trust', trust, made],
    ]
    const server = await startServer('env', command, 300)
    const inputs = { mirror: (server.ready as { url: string }).url, 'mirror-trust': join(made, 'fingerprints.txt') }
    const { images } = await varFile(directory, { lock: 'use', ...inputs })
    return { inputs, tree: join(made, 'tree'), node: images['rocky-10-amd64'].node, stop: server.stop }
  } finally {
    await base.stop()
  }
}

/** The var-file of a plan for Rocky Linux 10, with the lock in `directory`. */
async function varFile(directory: string, given: Readonly<Record<string, string>>) {
  const catalog = readCatalog(root)
  const env = Object.entries({ os: 'rocky-10', ...given }).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ])
  const inputs = await readInputs(
    { ...Object.fromEntries(env), GITHUB_WORKSPACE: directory },
    {
      ...{ catalog, templateVariables: [], options: readOptions(root), readDirectory: () => [] },
      readFile: (path) => readFileSync(path, 'utf8'),
    },
  )
  const log = memoryLog()
  const ami = { id: 'ami-0123456789abcdef0', name: 'Rocky-10', rootDevice: '/dev/sda1' }
  const plan = await makePlan(inputs, {
    ...{ catalog, root, runId: '5f0c9a77', date: '20261126', exec, log, clock: manualClock() },
    ec2: { enabledRegions: async () => [inputs.region], newestAmi: async () => ami },
  })
  const wanted = { name: undefined, required: true, inputs, texts: {} }
  if (inputs.lock.mode === 'write') writeLock(inputs.lock, [{ wanted, plan }], log)
  const account = { env: {}, sshPort: 22, sshSourceCidrs: [] }
  return JSON.parse(renderVarFile(plan, inputs, { ansiblePlaybook: '', account, ownCidrs: [] }))
}
