import { runBounded } from '../lib/bounded.js'
import { UserError } from '../lib/errors.js'
import type { Exec } from '../lib/exec.js'

/** ansible-core 2.19 needs at least the former, and newer ones at least `wanted` (ansible/requirements.in). */
const least = 11
const wanted = 12

/**
 * The path of the first Python for the newest ansible-core, or else the first for an older one.
 *
 * @throws UserError if there is none
 */
export async function findPython(exec: Exec, signal?: AbortSignal): Promise<string> {
  const script = 'import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)'
  const bounds = { exec, limit: 30, label: 'looking for Python', ...(signal ? { signal } : {}) }
  const seen: string[] = []
  let older: string | undefined
  for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
    const { code, stdout } = await runBounded(bounds, name, ['-I', '-c', script])
    const [, major, minor, path] = /^(\d+) (\d+) (.+)$/m.exec(stdout) ?? []
    if (code !== 0 || path === undefined) continue
    if (Number(major) === 3 && Number(minor) >= wanted) return path
    if (Number(major) === 3 && Number(minor) >= least) older ??= path
    seen.push(`${name} is ${major}.${minor}`)
  }
  if (older !== undefined) return older
  throw new UserError(
    'runner',
    `Ansible needs Python 3.${least} or newer; ${seen.length > 0 ? seen.join(', ') : 'python3 is missing'}`,
    'install it, or add actions/setup-python before this step',
  )
}
