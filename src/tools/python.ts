import { runBounded } from '../lib/bounded.js'
import { UserError } from '../lib/errors.js'
import type { Exec } from '../lib/exec.js'

/** ansible-core 2.19 runs on no older one. */
const least = [3, 11] as const

/**
 * The first Python that is new enough, as the path of its executable.
 *
 * @throws UserError when there is none
 */
export async function findPython(exec: Exec, signal?: AbortSignal): Promise<string> {
  const script = 'import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)'
  const bounds = { exec, limit: 30, label: 'looking for Python', ...(signal ? { signal } : {}) }
  const seen: string[] = []
  for (const name of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']) {
    const { code, stdout } = await runBounded(bounds, name, ['-I', '-c', script])
    const [, major, minor, path] = /^(\d+) (\d+) (.+)$/m.exec(stdout) ?? []
    if (code !== 0 || path === undefined) continue
    if (Number(major) > least[0] || (Number(major) === least[0] && Number(minor) >= least[1])) return path
    seen.push(`${name} is ${major}.${minor}`)
  }
  throw new UserError(
    'runner',
    `Ansible needs Python ${least.join('.')} or newer; ${seen.length > 0 ? seen.join(', ') : 'python3 is missing'}`,
    'install one, or add actions/setup-python before this step',
  )
}
