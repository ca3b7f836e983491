/** ansible-core in the action's own venv. The hashes in ansible/requirements.txt verify all packages. */
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { runBounded } from '../lib/bounded.js'
import { UserError } from '../lib/errors.js'
import type { ExecResult } from '../lib/exec.js'
import { getBytes } from '../upstream/bytes.js'
import { diskFull } from '../upstream/download.js'
import { mirrored } from '../upstream/mirror-rule.js'
import { commandCause } from './command-cause.js'
import type { ToolContext } from './context.js'
import { addTool, findTool, RECORD, type ToolId } from './store.js'

const index = 'https://pypi.org/simple/'

/** Replaces pip's program, whose first line has the venv's path: kernel and shell cannot handle spaces, quotes or `$` in it. */
const PLAYBOOK = `#!/bin/sh\nexec "$(dirname -- "$0")/python" -P -m ansible playbook "$@"\n`

/** Path of the verified `ansible-playbook`. @param root the action's own directory */
export async function prepareAnsible(context: ToolContext, root: string): Promise<string> {
  const requirements = join(root, 'ansible/requirements.txt')
  const text = readFileSync(requirements, 'utf8')
  const hash = createHash('sha256').update(text).digest('hex')
  // The newest: pip chooses one that fits the Python.
  const version = [...text.matchAll(/^ansible-core==([\w.]+)/gm)].at(-1)?.[1] ?? ''
  const label = 'ansible-core'
  const id: ToolId = { tool: 'k8s-image-ansible', version, arch: context.arch, label, isInPlace: true }
  const found = await findTool(
    context.store,
    id,
    (provenBy) => provenBy === hash,
    async (directory) => ({ venv: treeDigest(directory) }),
    // It may need the environment of the run that made it, such as the LD_LIBRARY_PATH of actions/setup-python.
    async (directory) => (await execute(context, label, join(directory, 'bin/python'), ['-c', ''])).code === 0,
  )
  if (found !== undefined) return join(found, 'bin/ansible-playbook')
  const [python, from] = await Promise.all([context.python(), indexArguments(context, label)])
  const directory = await addTool(context.store, id, async (venv) => {
    const wheels = join(venv, 'wheels')
    await run(context, label, python, ['-I', '-m', 'venv', venv], 'install venv: apt-get install python3-venv')
    await fetchWheels(context, { venv, wheels, requirements, hash, label, from })
    await pip(context, label, venv, [
      ...['install', '--no-index', '--find-links', wheels, '--only-binary', ':all:', '--no-deps', '--require-hashes'],
      ...['-r', requirements],
    ])
    await rm(wheels, { recursive: true })
    const playbook = join(venv, 'bin/ansible-playbook')
    await stat(playbook)
    await writeFile(playbook, PLAYBOOK)
    return { provenBy: hash, contents: { venv: treeDigest(venv) } }
  })
  return join(directory, 'bin/ansible-playbook')
}

/** Systems with a Python that ansible-core 2.19, the newest for Python 3.11, does not support. */
const NEW_PYTHON: readonly string[] = ['ubuntu-26.04']

/** A warning if the runner's Python is too old for an Ansible that supports the system's. @param playbook from `prepareAnsible` */
export function oldAnsible(os: readonly string[], playbook: string): string | undefined {
  const without = os.filter((key) => NEW_PYTHON.includes(key))
  const venv = dirname(dirname(playbook))
  if (without.length === 0 || !existsSync(join(venv, 'lib/python3.11'))) return undefined
  return (
    `ansible-core 2.19 does not support the Python of ${without.join(', ')}: ` +
    `install Python 3.12 or newer on the runner, and remove ${venv}`
  )
}

/** The C library that wheels are for, and its version: newer wheels do not fit an older one. */
function libc(): string {
  // Otherwise Node looks up the names of all connections' addresses, and waits for them.
  Object.assign(process.report, { excludeNetwork: true })
  const { header } = process.report.getReport() as { readonly header: { readonly glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime === undefined ? 'musl' : `glibc${header.glibcVersionRuntime}`
}

/** Gets the wheels into `wheels`. pip verifies them by the requirements' hashes, here and at the installation. */
async function fetchWheels(
  context: ToolContext,
  what: { venv: string; wheels: string; requirements: string; hash: string; label: string; from: readonly string[] },
): Promise<void> {
  const { venv, wheels, requirements, hash, label, from } = what
  const config = readFileSync(join(venv, 'pyvenv.cfg'), 'utf8')
  const python = /^version\s*=\s*(\d+\.\d+)/m.exec(config)?.[1] ?? 'unknown'
  const key = `k8s-image-wheels-${hash}-py${python}-${libc()}-${context.arch}`
  const remote = await context.remote()
  await mkdir(wheels)
  const shared = join(context.store.temporary, `wheels-${hash.slice(0, 12)}-py${python}`) // the cache restores to the path that it was saved from
  if (await remote?.restore(key, shared)) {
    const copied = await pipOk(context, label, venv, [
      ...['download', '--no-index', '--find-links', shared, '--only-binary', ':all:', '--no-deps', '--require-hashes'],
      ...['--dest', wheels, '-r', requirements],
    ])
    await rm(shared, { recursive: true, force: true })
    if (copied) return
    context.net.log.warning(`${label}: the cached copy is damaged; downloading it again`)
    await rm(wheels, { recursive: true })
    await mkdir(wheels)
  }
  await pip(context, label, venv, [
    ...['download', '--only-binary', ':all:', '--no-deps', '--require-hashes', '--no-cache-dir'],
    ...['--timeout', '30', '--retries', '2', '--dest', wheels, ...from, '-r', requirements],
  ])
  context.net.meter.bytes += await sizeOf(wheels)
  if (remote === undefined) return
  await cp(wheels, shared, { recursive: true })
  await remote.save(key, shared)
  await rm(shared, { recursive: true, force: true })
}

/** pip's index: its own configuration, or the mirror if that has Python packages. */
async function indexArguments({ net, mirror }: ToolContext, label: string): Promise<string[]> {
  if (mirror === undefined) return []
  const url = mirrored(index, mirror)
  const page = await getBytes(net, { url: `${url}ansible-core/`, label })
  if (page !== undefined) return ['--isolated', '--index-url', url, '--trusted-host', new URL(url).host]
  net.log.info(`${label}: the mirror has no Python packages; pip uses its configured index`)
  return []
}

async function pip(context: ToolContext, label: string, venv: string, args: readonly string[]): Promise<void> {
  const hint =
    context.mirror === undefined
      ? 'check that pip reaches a package index'
      : 'check that the mirror has packages for this Python'
  await run(context, label, join(venv, 'bin/python'), pipArguments(args), hint)
}

async function pipOk(context: ToolContext, label: string, venv: string, args: readonly string[]): Promise<boolean> {
  return (await execute(context, label, join(venv, 'bin/python'), pipArguments(args))).code === 0
}

function pipArguments(args: readonly string[]): string[] {
  // -P: no modules from the current directory, which is the user's checkout.
  return ['-P', '-m', 'pip', '--disable-pip-version-check', '--no-input', '--quiet', ...args]
}

/** Five minutes for any step; pip has its own limits for the network. */
async function execute(
  context: ToolContext,
  label: string,
  command: string,
  args: readonly string[],
): Promise<ExecResult> {
  const env = { ...context.env, PYTHONNOUSERSITE: '1', PIP_REQUIRE_VIRTUALENV: undefined, PYTHONPATH: undefined }
  return runBounded({ ...context, limit: 300, label }, command, args, { env })
}

async function run(
  context: ToolContext,
  label: string,
  command: string,
  args: readonly string[],
  hint: string,
): Promise<void> {
  const { code, stdout, stderr } = await execute(context, label, command, args)
  if (code === 0) return
  const output = `${stdout}\n${stderr}`
  throw (
    diskFull(new Error(output), label, context.store.directories[0] ?? '') ??
    new UserError('tool', `${label}: ${commandCause(output, code)}`, hint)
  )
}

async function sizeOf(directory: string): Promise<number> {
  const sizes = (await readdir(directory)).map(async (name) => (await stat(join(directory, name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/**
 * A digest over a tree's files, their sizes and links, without Python's compiled files. Within milliseconds, it finds missing and partial
 * files; hashes have verified the packages before.
 *
 * @throws if a link, such as the venv's Python, is broken
 */
export function treeDigest(root: string): string {
  const hash = createHash('sha256')
  const own = realpathSync(root)
  const walk = (path: string) => {
    const entries = readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of entries) {
      if (entry.name === '__pycache__' || entry.name === RECORD) continue
      const below = path === '' ? entry.name : `${path}/${entry.name}`
      const full = join(root, below)
      if (entry.isDirectory()) walk(below)
      else if (entry.isSymbolicLink()) {
        // After an upgrade of the system, the same link can lead to another Python.
        const target = realpathSync(full)
        hash.update(`${below} -> ${target.startsWith(`${own}/`) ? relative(own, target) : target}\n`)
      } else hash.update(`${below} ${lstatSync(full).size}\n`)
    }
  }
  walk('')
  return hash.digest('hex')
}
