import type { Exec } from '../../../src/lib/exec.js'
import { checkPrograms } from '../../../src/preflight/programs.js'

const runner =
  (...missing: string[]): Exec =>
  async (name) => ({ code: missing.includes(name) ? 127 : 0, stdout: '', stderr: '' })

test('a runner with bash and ssh passes', async () => {
  await expect(checkPrograms(runner())).resolves.toBeUndefined()
})

test.each([
  [['ssh'], 'the runner lacks ssh'],
  [['bash', 'ssh'], 'the runner lacks bash and ssh'],
])('a runner without %j is refused before anything is launched', async (missing, message) => {
  await expect(checkPrograms(runner(...missing))).rejects.toThrow(message)
})
